import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadApiToken, loadSecretKey, warnOfDataDir } from '../../../src/core/config/secret-files.ts';

let folder: string;
let dataDir: string;
let warnings: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roster-secrets-'));
  dataDir = join(folder, 'data');
  warnings = [];
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('missing secrets are made, in files for the owner alone, and stay the same', async () => {
  const first = await load();
  expect(first.secretKey).toHaveLength(32);
  expect(first.apiToken).toEqual({
    token: expect.stringMatching(/^[\w-]{43}$/),
    file: join(dataDir, 'api-token'),
  });
  expect(await load()).toEqual(first);
  expect(await readdir(dataDir)).toEqual(['api-token', 'secret.key']);
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  expect((await stat(join(dataDir, 'secret.key'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(dataDir, 'api-token'))).mode & 0o777).toBe(0o600);
  expect(warnings).toEqual([]);
});

test('processes that start at once agree on the secrets', async () => {
  const loaded = await Promise.all(Array.from({ length: 8 }, () => load()));
  expect(
    new Set(loaded.map(({ secretKey, apiToken }) => secretKey.toString('hex') + apiToken.token)).size,
  ).toBe(1);
  expect(await readdir(dataDir)).toEqual(['api-token', 'secret.key']);
});

test('given secrets are taken, and nothing is written', async () => {
  const given = { secretKey: randomBytes(32), apiToken: 'a-token-that-was-given' };
  expect(await load(given)).toEqual({ ...given, apiToken: { token: given.apiToken, file: null } });
  expect(await readdir(folder)).toEqual([]);
});

test('a folder that others can write and a secret that others can read are warned of', async () => {
  await load();
  await chmod(dataDir, 0o770);
  await chmod(join(dataDir, 'api-token'), 0o644);
  await load();
  expect(warnings).toEqual([
    `${dataDir} can be written by others: chmod go-w it.`,
    `${join(dataDir, 'api-token')} can be reached by others: chmod it to 0600.`,
  ]);
});

test.each(['secret.key', 'api-token'])(
  'a damaged %s is refused by name, without its content',
  async (name) => {
    await load();
    await writeFile(join(dataDir, name), 'damaged');
    await expect(load()).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(new RegExp(`${name} must hold .*: restore or remove it\\.$`)),
    });
    expect(await readFile(join(dataDir, name), 'utf8')).toBe('damaged');
  },
);

test('a data directory that cannot be made is named', async () => {
  await writeFile(join(folder, 'file'), '');
  dataDir = join(folder, 'file', 'data');
  await expect(load()).rejects.toMatchObject({
    message: `${dataDir} cannot be used (ENOTDIR): mend its owner and mode, or name another place by ROSTER_DATA_DIR.`,
  });
});

async function load(
  given: { secretKey: Buffer | null; apiToken: string | null } = { secretKey: null, apiToken: null },
) {
  const log = { warn: (_fields: object, message: string) => void warnings.push(message) };
  const config = { dataDir, ...given };
  const dependencies = { log, random: randomBytes };
  await warnOfDataDir(dataDir, log);
  const secretKey = await loadSecretKey(config, dependencies);
  return { secretKey, apiToken: await loadApiToken(config, dependencies) };
}

test.runIf(existsSync('/proc/self'))(
  'a place where nothing can be made is named, and not tried for ever',
  async () => {
    dataDir = '/proc/roster-data';
    await expect(load()).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/^\/proc\/roster-data cannot be used \(ENOENT\): /),
    });
  },
);
