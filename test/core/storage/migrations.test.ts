import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { silentLogger } from '../../../src/core/log.ts';
import { Directory1764000000000 } from '../../../src/core/storage/migrations/0001-directory.ts';
import { openStore } from '../../../src/core/storage/open.ts';

test('a database of the first release is taken over: users keep their times, and there are no applications', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'roster-migrations-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const old = new DataSource({
    type: 'better-sqlite3',
    database: join(dataDir, 'roster.db'),
    migrations: [Directory1764000000000],
  });
  await old.initialize();
  await old.runMigrations();
  await old.query(
    `INSERT INTO users (id, posix_number, username, other_emails, display_name, given_name, family_name, role, active, created_at, updated_at)
     VALUES ('jane', 10000, 'jdoe', '[]', 'Jane Doe', '', '', 'user', 1, 1000, 2000)`,
  );
  await old.destroy();
  const store = await openStore({ databaseUrl: null, dataDir, log: silentLogger, clock: systemClock });
  onTestFinished(() => store.close());
  await store.read(async (it) => {
    expect(await it.user('jane')).toMatchObject({ updatedAt: new Date(2000), ownUpdatedAt: new Date(2000) });
    expect(await it.applications()).toEqual([]);
  });
});
