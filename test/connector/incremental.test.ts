import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextMark } from '../../src/connector/enumerate.ts';
import {
  type ChangeReader,
  mayGoOn,
  readChanges,
  SINGLE_READS_MAX,
} from '../../src/connector/incremental.ts';
import { type Plan, planSync } from '../../src/connector/plan.ts';
import type { UpstreamUser } from '../../src/connector/source.ts';
import type { ImportedState, TakenNames } from '../../src/core/directory/imports.ts';
import type { SyncMark } from '../../src/core/model/source.ts';
import { DEFAULT_POLICY } from '../../src/core/model/sync-policy.ts';
import { applySteps, EMPTY_STATE, NOBODY } from '../support/import-model.ts';
import { aSource, aSyncRun } from '../support/rows.ts';
import { completed } from '../support/turns.ts';

const MARK: SyncMark = { server: 'a', value: '10', fullAt: 0, unsettled: [] };
const HOUR_MS = 60 * 60 * 1000;

/** A directory in memory that counts its changes. */
class CountingDirectory implements ChangeReader {
  readonly entries = new Map<string, { user: UpstreamUser; changed: number }>();
  readonly #names = new Set<string>();
  count = 0;
  singleReads = 0;

  put(user: UpstreamUser): void {
    this.count += 1;
    this.#names.add(user.dn);
    this.entries.set(user.dn, { user, changed: this.count });
  }

  /**
   * As directories do with a superior that moves, or a mark that is computed: nothing is counted. Only who takes a DN
   * that another entry had has been renamed itself.
   */
  alter(dn: string, changes: Partial<UpstreamUser>): void {
    const entry = this.entries.get(dn);
    if (entry === undefined) return;
    const user = { ...entry.user, ...changes };
    if (user.dn !== dn && this.entries.has(user.dn)) return;
    this.entries.delete(dn);
    if (user.dn !== dn && this.#names.has(user.dn)) this.put(user);
    else this.entries.set(user.dn, { ...entry, user });
    this.#names.add(user.dn);
  }

  users(): UpstreamUser[] {
    return [...this.entries.values()].map(({ user }) => user);
  }

  async *changedSince(value: string) {
    yield [...this.entries.values()].filter(({ changed }) => changed > Number(value)).map(({ user }) => user);
  }

  async *keys() {
    yield this.users().map(({ dn, externalId, disabled }) => person({ dn, externalId, disabled }));
  }

  async person(dn: string) {
    this.singleReads += 1;
    return this.entries.get(dn)?.user ?? null;
  }
}

function person(fields: Partial<UpstreamUser> & Pick<UpstreamUser, 'dn' | 'externalId'>): UpstreamUser {
  const names = { username: null, displayName: null, givenName: null, familyName: null };
  return { ...names, email: null, otherEmails: [], disabled: false, ...fields };
}

function planOf(users: readonly UpstreamUser[], state: ImportedState, taken: TakenNames): Plan {
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `new-${state.users.length}-${ids}`;
  };
  const now = new Date(0);
  const upstream = { users, groups: null };
  return completed(
    planSync({
      ...{ upstream, state, taken, newId, now, policy: DEFAULT_POLICY },
      ...{ usernameHint: '', emptyGroupsVanish: false },
    }),
  );
}

function applied(state: ImportedState, plan: Plan): ImportedState {
  return plan.stages.reduce(
    (now, { steps }) =>
      applySteps(
        now,
        steps.map(({ step }) => step),
      ),
    state,
  );
}

type Step = (directory: CountingDirectory) => void;

/** What may happen upstream. */
function anyStep(): fc.Arbitrary<Step> {
  const dn = fc.constantFrom('uid=0,dc=x', 'uid=1,dc=x', 'uid=2,dc=x', 'uid=3,dc=y', 'uid=4,dc=y');
  const user = fc.record({
    dn,
    externalId: fc.constantFrom('i0', 'i1', 'i2', 'i3'),
    username: fc.constantFrom('u0', 'u1', 'u2', 'admin', 'not valid', null),
    email: fc.constantFrom('e0@x', 'e1@x', 'E1@x', 'nonsense', null),
    displayName: fc.constantFrom('Jane', ' J\n ', '', null),
    disabled: fc.boolean(),
  });
  return fc.oneof(
    {
      weight: 4,
      arbitrary: user.map(
        (fields): Step =>
          (directory) =>
            directory.put(person(fields)),
      ),
    },
    dn.map(
      (gone): Step =>
        (directory) =>
          void directory.entries.delete(gone),
    ),
    fc.tuple(dn, dn).map(
      ([from, to]): Step =>
        (directory) =>
          directory.alter(from, { dn: to }),
    ),
    fc.tuple(dn, fc.boolean()).map(
      ([at, disabled]): Step =>
        (directory) =>
          directory.alter(at, { disabled }),
    ),
  );
}

describe('an incremental run', () => {
  test('leaves after any history what a full run would leave', async () => {
    const taken = fc.constantFrom<TakenNames>(
      NOBODY,
      { ...NOBODY, usernames: new Map([['u1', 'x']]) },
      { ...NOBODY, emails: new Map([['e1@x', 'x']]) },
    );
    const histories = fc.array(fc.tuple(fc.array(anyStep(), { maxLength: 5 }), taken), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const directory = new CountingDirectory();
        let state = EMPTY_STATE;
        let mark: SyncMark = { ...MARK, value: '0' };
        for (const [steps, others] of history) {
          for (const step of steps) step(directory);
          const read = await readChanges(directory, mark, state.users);
          const plan = planOf(read ?? [], state, others);
          expect(plan.stages).toEqual(planOf(directory.users(), state, others).stages);
          state = applied(state, plan);
          const whole = { mark: { server: 'a', value: String(directory.count) }, whole: true };
          const source = aSource({ name: 'corp' });
          mark = nextMark(source, aSyncRun(source), whole, plan.problems) ?? mark;
        }
      }),
      { numRuns: 500 },
    );
  });

  test('reads one by one who is listed and neither changed nor imported', async () => {
    const directory = new CountingDirectory();
    for (const id of ['a', 'b'])
      directory.put(person({ dn: `uid=${id},dc=x`, externalId: id, username: id }));
    const first = await readChanges(directory, { ...MARK, value: '0' }, []);
    expect([first?.length, directory.singleReads]).toEqual([2, 0]);
    const { users } = applied(EMPTY_STATE, planOf(directory.users().slice(0, 1), EMPTY_STATE, NOBODY));
    const second = await readChanges(directory, { ...MARK, value: '2' }, users);
    expect([second?.length, directory.singleReads]).toEqual([2, 1]);
  });

  test('gives way to a full one where too many would have to be read one by one', async () => {
    const directory = new CountingDirectory();
    for (let id = 0; id <= SINGLE_READS_MAX; id += 1) {
      directory.put(person({ dn: `uid=${id},dc=x`, externalId: String(id), username: `u${id}` }));
    }
    expect(await readChanges(directory, { ...MARK, value: '1000' }, [])).toBeNull();
    expect(directory.singleReads).toBe(0);
  });

  test('gives way to a full one where there are no stable ids', async () => {
    const directory = new CountingDirectory();
    directory.put(person({ dn: 'uid=a,dc=x', externalId: null, username: 'a' }));
    expect(await readChanges(directory, MARK, [])).toBeNull();
  });
});

describe('a mark', () => {
  test('is good on its own server, and for less than a day', () => {
    expect(mayGoOn(MARK, 'a', new Date(HOUR_MS))).toBe(true);
    expect(mayGoOn(MARK, 'b', new Date(HOUR_MS))).toBe(false);
    expect(mayGoOn(MARK, null, new Date(HOUR_MS))).toBe(false);
    expect(mayGoOn(MARK, 'a', new Date(24 * HOUR_MS))).toBe(false);
    expect(mayGoOn({ ...MARK, fullAt: 2 * HOUR_MS }, 'a', new Date(HOUR_MS))).toBe(false);
    expect(mayGoOn(null, 'a', new Date(HOUR_MS))).toBe(false);
  });

  test('remembers when everybody was read, and who could not be imported', () => {
    const source = aSource({ name: 'corp', syncMark: MARK });
    const run = aSyncRun(source);
    const read = { mark: { server: 'a', value: '20' }, users: [], groups: null };
    const problems = [{ dn: 'uid=a,dc=x', reason: '' }];
    const { startedAt } = run;
    expect(nextMark(source, run, { ...read, whole: true }, problems)).toEqual({
      ...{ server: 'a', value: '20', fullAt: startedAt.getTime(), unsettled: ['uid=a,dc=x'] },
    });
    expect(nextMark(source, run, { ...read, whole: false }, [])).toEqual({ ...MARK, value: '20' });
    expect(nextMark(source, run, { ...read, whole: true, mark: null }, [])).toBeNull();
  });
});
