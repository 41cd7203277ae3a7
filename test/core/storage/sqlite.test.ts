/** The store on SQLite: the contract, and what is SQLite's own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { silentLogger } from '../../../src/core/log.ts';
import { openStore } from '../../../src/core/storage/open.ts';
import { openSqlite } from '../../../src/core/storage/sqlite.ts';
import { storeContract } from '../../contracts/store.ts';

const LOCK_HOLDER = fileURLToPath(new URL('../../support/sqlite-lock-holder.js', import.meta.url));

function open(dataDir: string) {
  return openStore({ databaseUrl: null, dataDir, log: silentLogger, clock: systemClock });
}

storeContract('a store on SQLite', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'roster-sqlite-'));
  return {
    open: () => open(dataDir),
    openDatabase: () => openSqlite(dataDir),
    remove: () => rm(dataDir, { recursive: true }),
  };
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'roster-sqlite-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test('the database, its log and its folder are for their owner alone', async () => {
  const dataDir = join(await temporaryFolder(), 'data');
  const store = await open(dataDir);
  const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
  expect(await modeOf(dataDir)).toBe('700');
  expect(await modeOf(join(dataDir, 'roster.db'))).toBe('600');
  expect(await modeOf(join(dataDir, 'roster.db-wal'))).toBe('600');
  await store.close();
});

test('a file that is no database is refused in one sentence', async () => {
  const dataDir = await temporaryFolder();
  await writeFile(join(dataDir, 'roster.db'), 'x'.repeat(4096));
  await expect(open(dataDir)).rejects.toMatchObject({ code: 'unavailable' });
});

test('a folder that cannot be made is refused in one sentence', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), '');
  await expect(open(join(folder, 'file', 'data'))).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('file'),
  });
});

test('a writer gets its turn when the process that held the lock is killed, and reads nothing of its work', async () => {
  const dataDir = await temporaryFolder();
  const store = await open(dataDir);
  const holder = spawn(process.execPath, [LOCK_HOLDER, join(dataDir, 'roster.db')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  let written = false;
  const writing = store.write(async (it) => {
    written = true;
    await it.putSetting('bindPasswordHash', 'x');
  });
  // Reads go on while the writer waits.
  for (let turn = 0; turn < 10; turn += 1) {
    expect(await store.read((it) => it.settings())).not.toHaveProperty('bindPasswordHash');
  }
  expect(written).toBe(false);
  holder.kill('SIGKILL');
  await writing;
  expect(await store.read((it) => it.settings())).toHaveProperty('bindPasswordHash', 'x');
  await store.close();
});

test('commits survive a power cut: the log is synchronised in full', async () => {
  const database = await openSqlite(await temporaryFolder());
  const FULL = 2;
  expect(await database.write((session) => session.query('PRAGMA synchronous'))).toEqual([
    { synchronous: FULL },
  ]);
  expect(await database.write((session) => session.query('PRAGMA foreign_keys'))).toEqual([
    { foreign_keys: 1 },
  ]);
  expect(await database.write((session) => session.query('PRAGMA journal_mode'))).toEqual([
    { journal_mode: 'wal' },
  ]);
  await database.close();
});

test('a database that a newer version has changed is refused', async () => {
  const dataDir = await temporaryFolder();
  const database = await openSqlite(dataDir);
  await database.write((session) =>
    session.query(
      `INSERT INTO migrations ("timestamp", name) VALUES (9999999999999, 'Unknown9999999999999')`,
    ),
  );
  await database.close();
  await expect(open(dataDir)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('newer version'),
  });
});

test('no page or lookup of one row reads a whole table', async () => {
  const database = await openSqlite(await temporaryFolder());
  const plans = await database.read(async (session) => {
    const statements = [
      `SELECT * FROM users WHERE username > 'a' ORDER BY username LIMIT 2`,
      `SELECT * FROM users WHERE email_key = 'a'`,
      `SELECT * FROM users WHERE source_id = 'a' AND id > 'a' ORDER BY id LIMIT 2`,
      `SELECT * FROM groups WHERE name > 'a' ORDER BY name LIMIT 2`,
      `SELECT * FROM groups WHERE source_id = 'a' AND id > 'a' ORDER BY id LIMIT 2`,
      `SELECT * FROM memberships WHERE group_id = 'a'`,
      `SELECT * FROM memberships WHERE member_id = 'a'`,
      `SELECT * FROM memberships WHERE member_kind = 'group'`,
      `SELECT * FROM sync_runs WHERE source_id = 'a' ORDER BY started_at DESC LIMIT 2`,
      `SELECT * FROM sync_runs WHERE state = 'running'`,
      `SELECT * FROM changes WHERE seq > 1 ORDER BY seq LIMIT 2`,
    ];
    const rows: string[] = [];
    for (const sql of statements) {
      const plan = await session.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
      rows.push(plan.map(({ detail }) => detail).join('; '));
    }
    return rows;
  });
  for (const plan of plans) expect(plan).toMatch(/USING (COVERING |INTEGER )?(INDEX|PRIMARY KEY)/);
  expect(plans.join('; ')).not.toMatch(/TEMP B-TREE/);
  await database.close();
});
