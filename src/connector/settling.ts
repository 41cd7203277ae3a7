/** Knows entries upstream again that are as they were when a sync last found them settled, by their bytes alone. */
import { createHash, hash } from 'node:crypto';
import type { Imports, Unsettled } from '../core/directory/imports.ts';
import type { ImportDigest } from '../core/directory/store.ts';
import type { Source } from '../core/model/source.ts';
import type { LdapEntry } from './ldap/responses.ts';

/** Counts on with each change of what is made of an entry, so that everything is looked at once more. */
const FORM = 1;
const SETTINGS_DIGITS = 8;
/** Of 6 bits. */
const ENTRY_DIGITS = 24;
/** Where so many imports are not settled, no group is either. */
const UNSETTLED_MAX = 5_000;

/** How many imports are settled, and how many of them are not suspended. */
export type SettledCounts = Readonly<Record<'users' | 'groups' | 'listedUsers' | 'listedGroups', number>>;

export const NOTHING_SETTLED: SettledCounts = { users: 0, groups: 0, listedUsers: 0, listedGroups: 0 };

/** The entries of one kind in one enumeration. */
export interface SettlingKind {
  /** The digest of an entry; null where it is settled. */
  unsettled(entry: LdapEntry): string | null;
  /** Entries that were settled so far. */
  readonly count: number;
  /** Ids of the imports that were not settled. */
  others(): readonly string[];
}

export interface Settling {
  readonly users: SettlingKind;
  readonly groups: SettlingKind;
  /** Between people and groups: no group is settled that may list somebody who is not. */
  peopleRead(): Promise<void>;
  /** Whether one of these ids, of entries that are not settled, is that of an import that is. */
  contradicts(entries: readonly { readonly externalId: string | null }[], kind: 'users' | 'groups'): boolean;
  readonly unsettled: Unsettled;
  /** Ids of the imports that are settled. */
  settledIds(): ReadonlySet<string>;
  readonly counts: SettledCounts;
}

/** `runId`: of the run that will keep digests. */
export async function createSettling(
  imports: Pick<Imports, 'digestsOf' | 'groupsWithMembers'>,
  source: Source,
  runId: string | null,
): Promise<Settling> {
  const known = await imports.digestsOf(source.id, runId);
  const settings = settingsDigest(source);
  const users = createKind(known.user, settings);
  const groups = createKind(known.group, settings);
  return {
    users,
    groups,
    async peopleRead() {
      const moving = users.others();
      groups.drop(moving.length > UNSETTLED_MAX ? null : await imports.groupsWithMembers(moving));
    },
    contradicts(entries, kind) {
      const ids = new Set(entries.map(({ externalId }) => externalId));
      const { settled } = kind === 'users' ? users : groups;
      return settled().some(({ externalId }) => ids.has(externalId));
    },
    get unsettled() {
      return { users: users.others(), groups: groups.others() };
    },
    settledIds: () => new Set([...users.settled(), ...groups.settled()].map(({ id }) => id)),
    get counts() {
      const [people, teams] = [users.settled(), groups.settled()];
      const listed = (imports: readonly ImportDigest[]) =>
        imports.filter(({ suspended }) => !suspended).length;
      return {
        ...{ users: people.length, groups: teams.length },
        ...{ listedUsers: listed(people), listedGroups: listed(teams) },
      };
    },
  };
}

function createKind(imports: readonly ImportDigest[], settings: string) {
  const byDigest = new Map<string, number>();
  const found = new Uint8Array(imports.length);
  imports.forEach(({ digest }, index) => {
    if (digest?.startsWith(settings)) byDigest.set(digest, byDigest.has(digest) ? NONE : index);
  });
  const those = (state: 0 | 1) => imports.filter((_, index) => found[index] === state);
  let count = 0;
  return {
    get count() {
      return count;
    },
    unsettled({ encoded }: LdapEntry): string | null {
      if (encoded === undefined) return '';
      const digest = settings + hash('sha256', encoded, 'base64url').slice(0, ENTRY_DIGITS);
      const index = byDigest.get(digest) ?? NONE;
      if (index === NONE) return digest;
      found[index] = 1;
      count += 1;
      return null;
    },
    settled: () => those(1),
    others: () => those(0).map(({ id }) => id),
    /** null: all. */
    drop(ids: readonly string[] | null) {
      if (ids === null) return byDigest.clear();
      const dropped = new Set(ids);
      for (const { id, digest } of imports) if (dropped.has(id) && digest !== null) byDigest.delete(digest);
    },
  };
}

const NONE = -1;

/** Of all by which the outcome for an entry is decided beside the entry itself. */
function settingsDigest({ preset, dialect, usernameField, groupNameField, policy }: Source): string {
  const settings = JSON.stringify([FORM, preset, dialect, usernameField, groupNameField, policy]);
  return createHash('sha256').update(settings).digest('base64url').slice(0, SETTINGS_DIGITS);
}
