/** Syncs that look only at what may have changed, beside syncs that look at everything. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Connector, createConnector } from '../../src/connector/connector.ts';
import type { Directory } from '../../src/core/directory/directory.ts';
import type { Unsettled } from '../../src/core/directory/imports.ts';
import { DirectoryError } from '../../src/core/errors.ts';
import { newId } from '../../src/core/ids.ts';
import { silentLogger } from '../../src/core/log.ts';
import type { SyncPolicy } from '../../src/core/model/sync-policy.ts';
import type { SyncRun } from '../../src/core/model/sync-run.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../support/directory.ts';
import { type FakeProvider, startFakeProvider } from '../support/fake-provider/index.ts';
import { sourceOf } from '../support/provider-source.ts';

const PEOPLE = ['ann', 'ben', 'cay', 'dan', 'eve'];
const TEAMS = ['red', 'blue', 'green'];
const PAGE = { after: null, limit: 1000 };

interface Instance {
  readonly roster: TestDirectory;
  readonly connector: Connector;
  /** What each sync had to look at. */
  readonly looked: (Unsettled | undefined)[];
}

/** Something that happens upstream, or here in each instance. */
interface Event {
  readonly word: string;
  upstream?(provider: FakeProvider['directory']): void;
  here?(directory: Directory): Promise<unknown>;
}

test('give the same directory, counters and problems, whatever happens upstream and here between them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(anEvent(), { maxLength: 4 }), { maxLength: 6 }), async (rounds) => {
      await withProvider(async (provider) => {
        const instances = [await begin(provider, true), await begin(provider, false)];
        try {
          for (const events of [[], ...rounds, [], []]) {
            for (const event of events) await happen(event, provider, instances);
            const [some, all] = await Promise.all(instances.map(outcomeOf));
            expect(some).toEqual(all);
          }
        } finally {
          for (const instance of instances) await end(instance);
        }
      });
    }),
    { numRuns: 4 },
  );
}, 120_000);

test('look at nobody where nothing has changed, and else at who has, and at the groups concerned', async () => {
  await withProvider(async (provider) => {
    const { directory } = provider;
    const instance = await begin(provider, true);
    const { looked, roster } = instance;
    const lookedAt = async () => {
      looked.length = 0;
      await sync(instance);
      const { users = [], groups = [] } = looked[0] ?? {};
      const names = [
        ...(await roster.store.read((it) => it.usersByIds(users))).map(({ username }) => username),
      ];
      return [...names, ...(await roster.store.read((it) => it.groupsByIds(groups))).map(({ name }) => name)];
    };
    directory.putGroup('green', { members: ['dan', 'red'] });
    await sync(instance);
    expect(await lookedAt()).toEqual(['green']);
    directory.putPerson('eve', { givenName: 'Eva' });
    expect((await lookedAt()).sort()).toEqual(['eve', 'green', 'red']);
    await roster.directory.users.setEnabled(ACTOR, 'dan', false);
    expect((await lookedAt()).sort()).toEqual(['blue', 'dan', 'green']);
    await roster.directory.groups.addMember(ACTOR, 'red', { name: 'dan' });
    expect((await lookedAt()).sort()).toEqual(['green', 'red']);
    await roster.directory.sources.edit(ACTOR, 'corp', { policy: { localMembers: 'remove' } });
    expect(await lookedAt()).toHaveLength(8);
    expect(await lookedAt()).toEqual(['green']);
    await end(instance);
  });
});

function dnOf(username: string): string {
  return `uid=${username},ou=People,dc=example,dc=com`;
}

async function withProvider(work: (provider: FakeProvider) => Promise<void>): Promise<void> {
  const groups = { red: ['ann', 'ben', 'eve'].map(dnOf), blue: ['cay', 'dan'].map(dnOf), green: ['dan'] };
  const provider = await startFakeProvider({ profile: 'openldap', people: PEOPLE, groups });
  try {
    await work(provider);
  } finally {
    await provider.stop();
  }
}

async function begin(provider: FakeProvider, settles: boolean): Promise<Instance> {
  const roster = await openTestDirectory();
  const { directory, clock } = roster;
  const looked: (Unsettled | undefined)[] = [];
  const { imports } = directory;
  const forgetful: Directory = {
    ...directory,
    imports: {
      ...imports,
      stateOf(sourceId, unsettled) {
        looked.push(unsettled);
        return imports.stateOf(sourceId, unsettled);
      },
      async digestsOf(sourceId, runId) {
        const { user, group } = await imports.digestsOf(sourceId, runId);
        return settles ? { user, group } : { user: user.map(forget), group: group.map(forget) };
      },
    },
  };
  const connector = createConnector({ directory: forgetful, clock, log: silentLogger, newId });
  await directory.sources.add(ACTOR, sourceOf(provider));
  return { roster, connector, looked };
}

function forget<Known extends object>(known: Known): Known & { digest: null } {
  return { ...known, digest: null };
}

async function end({ roster, connector }: Instance): Promise<void> {
  await connector.stop();
  await roster.remove();
}

async function happen(
  { upstream, here }: Event,
  { directory }: FakeProvider,
  instances: readonly Instance[],
): Promise<void> {
  upstream?.(directory);
  const codes = await Promise.all(
    instances.map(({ roster }) => here?.(roster.directory).then(() => 'done', refusal)),
  );
  expect(codes[0]).toEqual(codes[1]);
}

function refusal(error: unknown): string {
  if (error instanceof DirectoryError) return error.code;
  throw error;
}

async function sync({ connector, roster }: Instance): Promise<SyncRun> {
  const [source] = await roster.directory.sources.list();
  if (source === undefined) throw new Error('There is no source.');
  return (await connector.sync(ACTOR, source)).done;
}

/** A run, and the directory after it, without ids that each instance has of its own. */
async function outcomeOf(instance: Instance) {
  const { state, reason, counters, problems } = await sync(instance);
  const { users, groups } = instance.roster.directory;
  const people = await users.list(ACTOR, PAGE);
  const teams = await Promise.all(
    (await groups.list(ACTOR, PAGE)).map(async (group) => {
      const members = (await groups.members(ACTOR, group.name, PAGE)).map(
        ({ memberKind, name, owner, fromSource }) => [memberKind, name, owner, fromSource].join(' '),
      );
      return { ...plain(group), members: members.sort() };
    }),
  );
  const told = problems.map(({ dn, reason: why }) => `${dn}: ${why}`).sort();
  return { state, reason, counters, told, people: people.map(plain), teams };
}

function plain<Entry extends { origin: object | null }>(entry: Entry): object {
  const { origin } = entry;
  const without = { id: null, posixNumber: null, passwordHash: null };
  return { ...entry, ...without, origin: origin === null ? null : { ...origin, sourceId: null } };
}

function anEvent(): fc.Arbitrary<Event> {
  const person = fc.constantFrom(...PEOPLE);
  const team = fc.constantFrom(...TEAMS);
  // By DN: a group may list people for longer than they are there.
  const members = fc.subarray([...PEOPLE.map(dnOf), ...TEAMS, 'nobody']);
  const event = (word: string, what: Pick<Event, 'upstream' | 'here'>): Event => ({ word, ...what });
  const upstream = (word: string, change: (it: FakeProvider['directory']) => void) =>
    event(word, { upstream: change });
  const here = (word: string, change: (it: Directory) => Promise<unknown>) => event(word, { here: change });
  return fc.oneof(
    fc
      .tuple(person, fc.constantFrom('Ada', 'Bob'))
      .map(([name, givenName]) =>
        upstream(`${name} is ${givenName}`, (it) => it.putPerson(name, { givenName })),
      ),
    fc
      .tuple(person, person)
      .map(([name, other]) =>
        upstream(`${name} has the address of ${other}`, (it) =>
          it.putPerson(name, { email: `${other}@example.com` }),
        ),
      ),
    fc.tuple(person, person).map(([name, other]) =>
      upstream(`${name} is called ${other}`, (it) => {
        if (!it.people.has(other)) it.putPerson(name, { username: other });
      }),
    ),
    person.map((name) => upstream(`${name} goes`, (it) => it.removePerson(name))),
    team.map((name) => upstream(`${name} goes`, (it) => it.removeGroup(name))),
    fc
      .tuple(team, members)
      .map(([name, list]) => upstream(`${name} is ${list}`, (it) => it.putGroup(name, { members: list }))),
    team.map((name) => upstream(`${name} is told of`, (it) => it.putGroup(name, { description: 'A team' }))),
    person.map((name) => here(`${name} is deleted here`, (it) => it.users.delete(ACTOR, name))),
    team.map((name) => here(`${name} is deleted here`, (it) => it.groups.delete(ACTOR, name))),
    person.map((name) => here(`${name} is added here`, (it) => it.users.add(ACTOR, { username: name }))),
    person.map((name) => here(`${name} is unlinked`, (it) => it.links.unlink(ACTOR, name, null))),
    fc
      .tuple(team, person)
      .map(([name, member]) =>
        here(`${member} joins ${name} here`, (it) => it.groups.addMember(ACTOR, name, { name: member })),
      ),
    fc
      .tuple(team, team)
      .map(([name, member]) =>
        here(`${member} joins ${name} here`, (it) =>
          it.groups.addMember(ACTOR, name, { name: member, kind: 'group' }),
        ),
      ),
    fc
      .tuple(team, person)
      .map(([name, member]) =>
        here(`${member} leaves ${name} here`, (it) => it.groups.removeMember(ACTOR, name, { name: member })),
      ),
    fc
      .constantFrom<Partial<SyncPolicy>>(
        { localMembers: 'remove' },
        { localMembers: 'keep' },
        { goneGroups: 'remove' },
      )
      .map((policy) =>
        here(`the policy is ${JSON.stringify(policy)}`, (it) => it.sources.edit(ACTOR, 'corp', { policy })),
      ),
  );
}
