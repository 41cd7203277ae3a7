import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { API_TOKEN, openTestApi } from '../support/api.ts';
import { ACTOR } from '../support/directory.ts';

test('the examples of docs/api.md run as they stand', async () => {
  const guide = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'api.md'), 'utf8');
  const script = [...guide.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block]) => block).join('\n');
  const api = await openTestApi();
  onTestFinished(() => api.remove());
  const cwd = await mkdtemp(join(tmpdir(), 'roster-guide-'));
  onTestFinished(() => rm(cwd, { recursive: true }));
  const env = { PATH: process.env['PATH'], ROSTER: `${api.url}/api/v1`, TOKEN: API_TOKEN };
  const options = { cwd, env };
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], options);
  expect(stdout).toMatch(/true\s*$/);
  expect(await api.directory.users.byUsername(ACTOR, 'jdoe')).toMatchObject({
    active: false,
    metadata: { room: 'B 12' },
    profile: { language: 'de-CH', phone: '+41 44 123 45 67' },
  });
});
