import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { silentLogger } from '../../../src/core/log.ts';
import { NO_METADATA } from '../../../src/core/model/metadata.ts';
import { EMPTY_PROFILE } from '../../../src/core/model/profile.ts';
import { DEFAULT_POLICY } from '../../../src/core/model/sync-policy.ts';
import { NO_COUNTERS } from '../../../src/core/model/sync-run.ts';
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
  await old.query(
    `INSERT INTO groups (id, posix_number, name, display_name, description, created_at, updated_at)
     VALUES ('staff', 10001, 'staff', 'Staff', '', 1000, 2000)`,
  );
  await old.query(
    `INSERT INTO sources (id, name, preset, url, base_dn, bind_dn, bind_password_sealed, filter, username_field, sync_groups,
       group_base_dn, group_filter, group_name_field, enabled, created_at, updated_at)
     VALUES ('corp', 'corp', 'openldap', 'ldaps://x', 'dc=x', 'cn=x', '', '(uid=*)', 'uid', 0, '', '', '', 1, 1000, 2000)`,
  );
  await old.query(
    `INSERT INTO sync_runs (id, source_id, state, phase, progress_done, counters, problems, reason, started_at, holder, lease_expires_at)
     VALUES ('run', 'corp', 'succeeded', 'report', 0, '{"usersCreated":3}', '[]', 'Imported 3 users.', 1000, 'h', 1000)`,
  );
  await old.query(
    `INSERT INTO audit_lines (id, at, door, actor, action, details) VALUES ('line', ${Date.now()}, 'cli', 'console', 'user.add', '{}')`,
  );
  await old.destroy();
  const store = await openStore({ databaseUrl: null, dataDir, log: silentLogger, clock: systemClock });
  onTestFinished(() => store.close());
  await store.read(async (it) => {
    expect(await it.user('jane')).toMatchObject({ updatedAt: new Date(2000), ownUpdatedAt: new Date(2000) });
    expect(await it.user('jane')).toMatchObject({ confirmed: false, profile: EMPTY_PROFILE, avatar: null });
    const search = { search: 'JANE', order: 'name', descending: false, after: null, limit: 10 } as const;
    expect(await it.findUsers(search)).toMatchObject([{ id: 'jane' }]);
    expect(await it.group('staff')).toMatchObject({ email: null, permissions: null, metadata: NO_METADATA });
    expect(await it.applications()).toEqual([]);
    expect(await it.auditLines(9)).toMatchObject([{ id: 'line', actor: { name: 'console', userId: null } }]);
    expect(await it.roles()).toEqual([]);
    expect(await it.sessionsOf('jane')).toEqual([]);
    expect(await it.source('corp')).toMatchObject({ policy: DEFAULT_POLICY });
    expect(await it.syncRun('run')).toMatchObject({ counters: { ...NO_COUNTERS, usersCreated: 3 } });
  });
});
