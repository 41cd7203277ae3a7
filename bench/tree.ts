/**
 * What the tree in memory costs, in bytes and processor time, without database and network:
 * node --expose-gc dist-bench/bench/tree.js [users] [groups] [members of each]
 */
import type { DirectoryDelta } from '../src/core/model/change.ts';
import type { User } from '../src/core/model/user.ts';
import { parseFilter } from '../src/core/syntax/filter-text.ts';
import { prepare } from '../src/ldap-server/tree/assertion.ts';
import { createDit } from '../src/ldap-server/tree/dit.ts';
import type { Entry } from '../src/ldap-server/tree/entry.ts';
import { matches } from '../src/ldap-server/tree/matcher.ts';
import { createSnapshot, type Snapshot } from '../src/ldap-server/tree/snapshot.ts';
import { groupsAbove, type View } from '../src/ldap-server/tree/view.ts';
import { BASE_DN, groupDn, type Size, userDn } from './population.ts';
import { group, memberships, user } from './population-rows.ts';

const CHUNK = 2000;
const HASH = '$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234';
const AT = new Date();
const ROUNDS = 500;
/** The one whose groups hold everybody, or every second person. */
const APPLICATION = 'the-application';

const [users = 100_000, groups = 1000, members = 100] = process.argv.slice(2).map(Number);
measure({ users, groups, members });

function measure(size: Size): void {
  const before = resident();
  const begun = cpuMs();
  const snapshot = filled(size);
  say('build, ms', cpuMs() - begun);
  const served = [...candidates(snapshot, '(objectClass=*)')];
  const after = resident();
  memory('per user before anything is read', before, after, size);
  for (const entry of served) entry.body();
  memory('per user when all has been read', before, resident(), size);
  for (const [what, bytes] of Object.entries(snapshot.memory())) say(`  ${what}, bytes`, bytes / size.users);
  searches(snapshot, size);
  changes(snapshot, size);
}

function filled(size: Size): Snapshot {
  const snapshot = createSnapshot(createDit(BASE_DN));
  const chunks = function* (count: number, step: number): Generator<readonly number[]> {
    for (let first = 1; first <= count; first += step) {
      yield Array.from({ length: Math.min(step, count - first + 1) }, (_, index) => first + index);
    }
  };
  for (const chunk of chunks(size.users, CHUNK)) {
    snapshot.load.users(chunk.map((index) => user(index, HASH, AT)));
  }
  // Two more: with everybody, and with every second person.
  for (const chunk of chunks(size.groups + 2, CHUNK)) {
    snapshot.load.groups(chunk.map((index) => group(index, AT)));
  }
  for (const chunk of chunks(size.groups, 20)) {
    snapshot.load.memberships(chunk.flatMap((index) => memberships(index, size)));
  }
  for (const _step of snapshot.build());
  return snapshot;
}

function searches(snapshot: Snapshot, { users, groups }: Size): void {
  const numbers = Array.from({ length: ROUNDS }, (_, round) => ((round * 7919) % users) + 1);
  const each = (what: string, filter: (index: number) => string): void => {
    let found = 0;
    const run = (): void => {
      for (const index of numbers) {
        for (const entry of candidates(snapshot, filter(index))) found += entry.body().length > 0 ? 1 : 0;
      }
    };
    run();
    found = 0;
    const begun = cpuMs();
    run();
    say(`${what} (${(found / ROUNDS).toFixed(1)} found), µs`, ((cpuMs() - begun) * 1000) / ROUNDS);
  };
  each('uid', (index) => `(uid=user${index})`);
  each('substring', (index) => {
    const part = String(index).slice(-4);
    return `(|(uid=*er${part}*)(mail=*er${part}*)(cn=*er ${part}*))`;
  });
  each('substring of one attribute', (index) => `(cn=*${String(index).slice(-3)}*)`);
  each('member', (index) => `(member=${userDn(index)})`);
  each('memberOf', (index) => `(memberOf=${groupDn((index % groups) + 1)})`);
}

function changes(snapshot: Snapshot, size: Size): void {
  const everybody = group(size.groups + 1, AT);
  const half = group(size.groups + 2, AT);
  const join = (id: string, step: number) =>
    memberships(1, { ...size, members: size.users })
      .filter((_, index) => index % step === 0)
      .map((row) => ({ ...row, groupId: id }));
  timed('a group of everybody is filled', () =>
    snapshot.apply(
      delta({ groups: new Map([[everybody.id, { group: everybody, memberships: join(everybody.id, 1) }]]) }),
    ),
  );
  timed('a group of every second is filled', () =>
    snapshot.apply(delta({ groups: new Map([[half.id, { group: half, memberships: join(half.id, 2) }]]) })),
  );
  const application = {
    ...{ id: APPLICATION, name: 'wiki', description: '', passwordHash: '', allow: [], everyone: false },
    ...{
      groups: [everybody.id],
      enabled: true,
      secondFactor: 'when-given' as const,
      createdAt: AT,
      updatedAt: AT,
    },
  };
  snapshot.apply(delta({ applications: new Map([[APPLICATION, application]]) }));
  const look = (): void => {
    const view = snapshot.applicationView(APPLICATION);
    if (view !== null) candidates(view, '(objectClass=*)', snapshot);
  };
  for (const _step of snapshot.settle());
  timed('first listing of an application, all of it cut', look);
  const renamed = { ...everybody, name: 'renamed' };
  const all = join(everybody.id, 1);
  timed('everybody is renamed', () =>
    snapshot.apply(delta({ groups: new Map([[everybody.id, { group: renamed, memberships: all }]]) })),
  );
  timed('what that left to be made, in steps', () => {
    for (const _step of snapshot.settle());
  });
  timed('first listing of the application after that', look);
  timed('a user changes', () => snapshot.apply(delta({ users: changed(1) })));
  timed('another user changes', () => snapshot.apply(delta({ users: changed(2) })));
  timed('first listing of the application after that', look);
  timed('a user leaves a small group', () => {
    const [membership] = memberships(1, size);
    if (membership === undefined) return;
    const { memberId } = membership;
    snapshot.apply(delta({ memberships: [{ group: group(1, AT), memberId, membership: null }] }));
  });
  timed('a user leaves everybody', () => {
    const memberId = user(3, HASH, AT).id;
    snapshot.apply(delta({ memberships: [{ group: renamed, memberId, membership: null }] }));
  });
  timed('first listing of the application after that', look);
  timed('everybody is deleted', () => snapshot.apply(delta({ groups: new Map([[everybody.id, null]]) })));
}

function changed(index: number): ReadonlyMap<string, User> {
  const row = { ...user(index, HASH, AT), displayName: `Changed ${index}` };
  return new Map([[row.id, row]]);
}

function delta(parts: Partial<DirectoryDelta>): DirectoryDelta {
  return {
    ...{ seq: 1, users: new Map(), groups: new Map(), memberships: [], applications: new Map() },
    ...{ sourcesChanged: false, settingsChanged: false },
    ...parts,
  };
}

function candidates(view: View, text: string, snapshot = view as Snapshot): readonly Entry[] {
  const base = snapshot.entry(BASE_DN);
  if (base === undefined) return [];
  const assertion = prepare(parseFilter(text), (key) => groupsAbove(view, key));
  return view.candidates(base, 'sub', assertion).filter((entry) => matches(assertion, entry) === true);
}

function timed(what: string, work: () => void): void {
  const begun = cpuMs();
  work();
  say(`${what}, ms`, cpuMs() - begun);
}

function memory(what: string, before: NodeJS.MemoryUsage, after: NodeJS.MemoryUsage, { users }: Size): void {
  const of = (part: keyof NodeJS.MemoryUsage) => (after[part] - before[part]) / users;
  say(`resident bytes ${what}`, of('rss'));
  say('  of them on the heap', of('heapUsed'));
  say('  of them outside of it', of('arrayBuffers'));
}

/** Of this process, so that others on the machine count less. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function resident(): NodeJS.MemoryUsage {
  globalThis.gc?.();
  return process.memoryUsage();
}

function say(what: string, number: number): void {
  process.stdout.write(`${what.padEnd(60)} ${number.toFixed(1).padStart(12)}\n`);
}
