import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const LOG = join(import.meta.dirname, '..', '..', 'dist', 'core', 'log.js');
const run = promisify(execFile);

/** What a process writes to standard error that does this with a logger. */
async function written(work: string): Promise<string[]> {
  const script = `import { createLogger } from ${JSON.stringify(LOG)}; const log = createLogger('info'); ${work}`;
  const { stderr } = await run(process.execPath, ['--input-type=module', '-e', script]).catch(
    (error: unknown) => error as { stderr: string },
  );
  return stderr.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line).msg] : []));
}

it('writes every line in its order, whole, however many there are in a turn', async () => {
  const lines = await written(
    'for (let line = 0; line < 5000; line += 1) log.info({ line }, "line " + line);',
  );
  expect(lines).toEqual(Array.from({ length: 5000 }, (_, line) => `line ${line}`));
});

it.each([
  ['exits at once', "log.error({}, 'last'); process.exit(1);"],
  ['throws', "log.error({}, 'last'); throw new Error('x');"],
])('loses no line of a process that %s', async (_name, work) => {
  expect(await written(work)).toEqual(['last']);
});
