/** Tells the connector what is imported, and applies what it planned in one transaction per call. */
import { SYSTEM_AUTHORITY } from '../access/authority.ts';
import type { Clock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import type { Group, Membership } from '../model/group.ts';
import { emailKey } from '../model/names.ts';
import type { Source } from '../model/source.ts';
import type { User } from '../model/user.ts';
import { mayAdoptGroup, mayAdoptUser } from './adoption.ts';
import { addImportCounts } from './import-counts.ts';
import { importDeletions } from './import-deletions.ts';
import { importGroups, importUsers, stepsOf } from './import-entries.ts';
import { importMemberships } from './import-memberships.ts';
import type { ImportStep, Imports, TakenNames } from './imports.ts';
import { changeOf, type Journal } from './journal.ts';
import { PAGE_LIMIT_MAX } from './lookup.ts';
import type { Page, SourceLookup, Store, WriteTransaction } from './store.ts';
import { requireHeldRun } from './sync-runs.ts';

export interface ImportsDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly journal: Journal;
  /** formatHolder of this process. */
  readonly holder: string;
}

/** Groups whose memberships are read at a time. */
const GROUPS_PER_READ = 200;

export function createImports({ store, clock, journal, holder }: ImportsDependencies): Imports {
  return {
    usersOf: (sourceId) => everyPage((page) => store.read((it) => it.usersOfSource(sourceId, page))),

    async stateOf(sourceId) {
      const users = await everyPage((page) => store.read((it) => it.usersOfSource(sourceId, page)));
      const groups = await everyPage((page) => store.read((it) => it.groupsOfSource(sourceId, page)));
      const ids = new Map([...users, ...groups].map(({ id }) => [id, id]));
      // By the very texts that hold the ids already: half a million take no memory of their own.
      const shared = (id: string) => ids.get(id) ?? id;
      const memberships: Membership[] = [];
      for (let at = 0; at < groups.length; at += GROUPS_PER_READ) {
        const some = groups.slice(at, at + GROUPS_PER_READ).map(({ id }) => id);
        for (const membership of await store.read((it) => it.memberships(some))) {
          const { groupId, memberId } = membership;
          memberships.push({ ...membership, groupId: shared(groupId), memberId: shared(memberId) });
        }
      }
      return { users, groups, memberships };
    },

    takenByOthers: (sourceId, names) =>
      store.read(async (transaction) => {
        const foreign = (entry: User | Group) => entry.origin?.sourceId !== sourceId;
        const byUsername = (await transaction.usersByUsernames(names.usernames)).filter(foreign);
        const byEmail = (await transaction.usersByEmails(names.emails)).filter(foreign);
        const groups = (await transaction.groupsByNames(names.groupNames)).filter(foreign);
        return {
          usernames: new Map(byUsername.map(({ username, id }) => [username, id])),
          emails: new Map(
            byEmail.flatMap(({ email, id }) => (email === null ? [] : [[emailKey(email), id]])),
          ),
          groupNames: new Map(groups.map(({ name, id }) => [name, id])),
          adoptable: await adoptableOf(transaction, sourceId, byUsername, groups),
        };
      }),

    apply: (source, runId, steps, items = []) =>
      store.write(async (transaction) => {
        await refuseForeignRun(transaction, source, runId, holder);
        const at = clock.now();
        const { counts, details, changes } = await applySteps(transaction, source, steps, at);
        if (items.length > 0) await transaction.appendSyncItems(runId, items);
        await journal(transaction, {
          at,
          actor: { door: 'sync', name: source.name, address: null, authority: SYSTEM_AUTHORITY },
          action: 'source.import',
          subjectId: source.id,
          details: { runId, ...details },
          changes,
        });
        return counts;
      }),
  };
}

async function adoptableOf(
  lookup: SourceLookup,
  sourceId: string,
  users: readonly User[],
  groups: readonly Group[],
): Promise<TakenNames['adoptable']> {
  const sources = await sourcesById(lookup);
  const source = sources.get(sourceId);
  if (source === undefined) return { users: new Map(), groups: new Map() };
  const adopter = { source, sources };
  const adoptableUsers = users.filter((user) => mayAdoptUser(adopter, user));
  const adoptableGroups = groups.filter((group) => mayAdoptGroup(adopter, group));
  return {
    users: new Map(adoptableUsers.map((user) => [user.username, user])),
    groups: new Map(adoptableGroups.map((group) => [group.name, group])),
  };
}

async function sourcesById(lookup: SourceLookup): Promise<ReadonlyMap<string, Source>> {
  return new Map((await lookup.sources()).map((source) => [source.id, source]));
}

async function refuseForeignRun(
  transaction: WriteTransaction,
  source: Source,
  runId: string,
  holder: string,
): Promise<void> {
  const run = await requireHeldRun(transaction, runId, holder);
  if (run.cancelRequested) throw new DirectoryError('conflict', `The sync run ${runId} was cancelled.`);
  if (run.sourceId === source.id) return;
  throw new DirectoryError('conflict', `The sync run ${runId} is not one of source ${source.name}.`);
}

/** Writes the rows; returns one change for each user and group that moved, and what changed. */
async function applySteps(
  transaction: WriteTransaction,
  source: Source,
  steps: readonly ImportStep[],
  at: Date,
) {
  const adopter = { source, sources: await sourcesById(transaction) };
  const deleted = await importDeletions(transaction, source, steps, at);
  const users = await importUsers(transaction, adopter, steps, at);
  const groups = await importGroups(transaction, adopter, steps, at);
  const written = { users: users.rows, groups: groups.rows, at };
  const members = await importMemberships(transaction, source, steps, written);
  const { added: membersAdded, removed: membersRemoved } = members;
  const touched = await transaction.userIds(stepsOf(steps, 'touch-users').flatMap(({ userIds }) => userIds));
  if (touched.length > 0) await transaction.touchUsers(touched, at);
  const parts = [deleted.counts, users.counts, groups.counts, { membersAdded, membersRemoved }];
  const counts = addImportCounts(parts);
  const adopted = [
    ...stepsOf(steps, 'adopt-user').map(({ fields }) => fields.username),
    ...stepsOf(steps, 'adopt-group').map(({ fields }) => fields.name),
  ];
  return {
    counts,
    details: {
      ...counts,
      ...(adopted.length > 0 && { adopted }),
      ...(deleted.users.length > 0 && { deletedUsers: deleted.users }),
      ...(deleted.groups.length > 0 && { deletedGroups: deleted.groups }),
    },
    changes: [
      ...deleted.changes,
      ...Array.from(new Set([...users.rows.keys(), ...touched]), (id) => changeOf('user', id)),
      ...Array.from(groups.rows.keys(), (id) => changeOf('group', id)),
      ...members.changes,
    ],
  };
}

/** Reads page after page of rows that come in the order of their ids. */
async function everyPage<Row extends { readonly id: string }>(
  load: (page: Page) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const pages: (readonly Row[])[] = [];
  for (let after: string | null = null; ; ) {
    const page: readonly Row[] = await load({ after, limit: PAGE_LIMIT_MAX });
    pages.push(page);
    if (page.length < PAGE_LIMIT_MAX) return pages.flat();
    after = page.at(-1)?.id ?? null;
  }
}
