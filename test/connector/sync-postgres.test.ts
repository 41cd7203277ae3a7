/** Synchronizing a real OpenLDAP into PostgreSQL, by two processes at once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createConnector } from '../../src/connector/connector.ts';
import { newId } from '../../src/core/ids.ts';
import { silentLogger } from '../../src/core/log.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../support/directory.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { directoryLdif, startSlapd, type TestSlapd } from '../support/slapd.ts';
import { newSourceAt } from '../support/slapd-source.ts';

let slapd: TestSlapd;
let postgres: TestPostgres;
let roster: TestDirectory;

beforeAll(async () => {
  [slapd, postgres] = await Promise.all([
    startSlapd({ ldif: directoryLdif({ users: 1000, groups: 50 }), sizeLimit: 'unlimited' }),
    startPostgres(),
  ]);
  roster = await openTestDirectory(await postgres.createDatabase());
}, 60_000);

afterAll(async () => {
  await roster?.remove();
  await postgres?.stop();
  await slapd?.stop();
});

test('one process syncs, the other is refused meanwhile, and finds nothing to do after', async () => {
  const { clock, directory, processes } = roster;
  processes.add(101);
  const another = await roster.another({ pid: 101 });
  const [first, second] = [directory, another].map((each) =>
    createConnector({ directory: each, clock, log: silentLogger, newId }),
  );
  const source = await directory.sources.add(ACTOR, newSourceAt(slapd));
  const running = await first?.sync(ACTOR, source);
  await expect(second?.sync(ACTOR, source)).rejects.toMatchObject({ code: 'conflict' });
  const run = await running?.done;
  expect(run).toMatchObject({ state: 'succeeded', reason: 'Imported 1000 users and 50 groups.' });
  const state = await another.imports.stateOf(source.id);
  expect([state.users.length, state.groups.length]).toEqual([1000, 50]);
  expect(state.memberships.length).toBe(run?.counters.membersAdded);

  const again = await second?.sync(ACTOR, source);
  expect(await again?.done).toMatchObject({ state: 'succeeded', reason: 'Nothing changed.' });
  await Promise.all([first?.stop(), second?.stop()]);
});
