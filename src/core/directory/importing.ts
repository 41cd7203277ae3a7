/** Tells the connector what is imported, and applies what it planned in one transaction per call. */
import { isDeepStrictEqual } from 'node:util';
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
import type { ImportStep, Imports, TakenNames, Unsettled } from './imports.ts';
import { changeOf, type Journal } from './journal.ts';
import { PAGE_LIMIT_MAX } from './lookup.ts';
import { type Created, createRunMemory } from './run-memory.ts';
import type { ImportSubject, Page, ReadTransaction, SourceLookup, Store, WriteTransaction } from './store.ts';
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
/** Rows of few columns that are read at a time. */
const LEAN_PAGE = 5_000;

export function createImports({ store, clock, journal, holder }: ImportsDependencies): Imports {
  const memory = createRunMemory();
  const allOf = async (sourceId: string) => ({
    users: await everyPage((page) => store.read((it) => it.usersOfSource(sourceId, page))),
    groups: await everyPage((page) => store.read((it) => it.groupsOfSource(sourceId, page))),
  });

  /** Of the source's other groups. */
  async function nestingsBeside(unsettled: Unsettled, sourceId: string): Promise<readonly Membership[]> {
    const nestings = await store.read((it) => it.nestings());
    const parents = await store.read((it) => it.groupsByIds(nestings.map(({ groupId }) => groupId)));
    const own = new Set(parents.filter(({ origin }) => origin?.sourceId === sourceId).map(({ id }) => id));
    for (const id of unsettled.groups) own.delete(id);
    return nestings.filter(({ groupId }) => own.has(groupId));
  }

  const writeDigests = (
    sourceId: string,
    runId: string,
    work: (transaction: WriteTransaction) => Promise<void>,
  ) =>
    store.write(async (transaction) => {
      await refuseForeignRun(transaction, sourceId, runId, holder);
      await work(transaction);
    });

  return {
    usersOf: (sourceId) => everyPage((page) => store.read((it) => it.usersOfSource(sourceId, page))),

    async stateOf(sourceId, unsettled) {
      const { users, groups } =
        unsettled === undefined ? await allOf(sourceId) : await store.read((it) => someOf(it, unsettled));
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
      if (unsettled !== undefined) memberships.push(...(await nestingsBeside(unsettled, sourceId)));
      return { users, groups, memberships };
    },

    async digestsOf(sourceId, runId) {
      if (runId !== null) await writeDigests(sourceId, runId, (it) => it.expectDigests(sourceId));
      const every = (subject: ImportSubject) =>
        everyPage((page) => store.read((it) => it.importDigests(subject, sourceId, page)), LEAN_PAGE);
      return { user: await every('user'), group: await every('group') };
    },

    async identitiesOf(sourceId) {
      const every = (subject: ImportSubject) =>
        everyPage((page) => store.read((it) => it.importIdentities(subject, sourceId, page)), LEAN_PAGE);
      return { user: await every('user'), group: await every('group') };
    },

    groupsWithMembers: (memberIds) => store.read((it) => it.groupsWithMembers(memberIds)),
    countMemberships: (sourceId) => store.read((it) => it.countMemberships(sourceId)),
    keepDigests: (source, runId, subject, digests) =>
      writeDigests(source.id, runId, (it) => it.keepDigests(subject, digests)),

    takenByOthers: (sourceId, names, isSettled = () => false) =>
      store.read(async (transaction) => {
        const isForeign = (entry: User | Group) => entry.origin?.sourceId !== sourceId;
        const foreign = (entry: User | Group) => isForeign(entry) || isSettled(entry.id);
        const byUsername = (await transaction.usersByUsernames(names.usernames)).filter(foreign);
        const byEmail = (await transaction.usersByEmails(names.emails)).filter(foreign);
        const groups = (await transaction.groupsByNames(names.groupNames)).filter(foreign);
        return {
          usernames: new Map(byUsername.map(({ username, id }) => [username, id])),
          emails: new Map(
            byEmail.flatMap(({ email, id }) => (email === null ? [] : [[emailKey(email), id]])),
          ),
          groupNames: new Map(groups.map(({ name, id }) => [name, id])),
          adoptable: await adoptableOf(
            transaction,
            sourceId,
            byUsername.filter(isForeign),
            groups.filter(isForeign),
          ),
        };
      }),

    async apply(source, runId, steps, items = []) {
      const { counts, seq, created } = await store.write(async (transaction) => {
        await refuseForeignRun(transaction, source.id, runId, holder);
        await refuseChangedSource(transaction, source);
        const at = clock.now();
        const before = await memory.recall(transaction, runId);
        const { counts, details, changes, created } = await applySteps(
          transaction,
          source,
          steps,
          at,
          before,
        );
        if (items.length > 0) await transaction.appendSyncItems(runId, items);
        await journal(transaction, {
          at,
          actor: { door: 'sync', name: source.name, address: null, authority: SYSTEM_AUTHORITY },
          action: 'source.import',
          subjectId: source.id,
          details: { runId, ...details },
          changes,
        });
        return { counts, created, seq: await transaction.lastSequence() };
      });
      memory.keep(runId, seq, created);
      return counts;
    },
  };
}

async function someOf(transaction: ReadTransaction, { users, groups }: Unsettled) {
  return { users: await transaction.usersByIds(users), groups: await transaction.groupsByIds(groups) };
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

/** A plan that was made by other settings than those of now is nobody's wish any more. */
async function refuseChangedSource(transaction: WriteTransaction, source: Source): Promise<void> {
  const present = await transaction.source(source.id);
  if (present?.enabled === true && isDeepStrictEqual(settingsOf(present), settingsOf(source))) return;
  const what = present?.enabled === true ? 'changed' : 'disabled';
  // Not a conflict: no entry is at fault.
  throw new DirectoryError(
    'unavailable',
    `The source ${source.name} was ${what} while it was synced; what had been applied until then stays.`,
  );
}

/** What a plan stands on. */
function settingsOf({ name, schedule, timeZone, nextRunAt, syncMark, updatedAt, ...settings }: Source) {
  return settings;
}

async function refuseForeignRun(
  transaction: WriteTransaction,
  sourceId: string,
  runId: string,
  holder: string,
): Promise<void> {
  const run = await requireHeldRun(transaction, runId, holder);
  if (run.cancelRequested) throw new DirectoryError('conflict', `The sync run ${runId} was cancelled.`);
  if (run.sourceId === sourceId) return;
  throw new DirectoryError('conflict', `The sync run ${runId} is not one of this source.`);
}

/** Writes the rows; returns one change for each user and group that moved, and what changed. */
async function applySteps(
  transaction: WriteTransaction,
  source: Source,
  steps: readonly ImportStep[],
  at: Date,
  before: Created,
) {
  const adopter = { source, sources: await sourcesById(transaction) };
  const deleted = await importDeletions(transaction, source, steps, at);
  const users = await importUsers(transaction, adopter, steps, at);
  const groups = await importGroups(transaction, adopter, steps, at);
  const written = { users: users.rows, groups: groups.rows, before, at, writer: 'sync' } as const;
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
  const anew = stepsOf(steps, 'update-user').flatMap((step) => (step.anew ? step.fields.username : []));
  return {
    counts,
    created: { users: new Set(users.rows.keys()), groups: idsOf(stepsOf(steps, 'create-group')) },
    details: {
      ...counts,
      ...(adopted.length > 0 && { adopted }),
      ...(anew.length > 0 && { anew }),
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

function idsOf(entries: readonly { readonly id: string }[]): ReadonlySet<string> {
  return new Set(entries.map(({ id }) => id));
}

/** Reads page after page of rows that come in the order of their ids. */
async function everyPage<Row extends { readonly id: string }>(
  load: (page: Page) => Promise<readonly Row[]>,
  limit = PAGE_LIMIT_MAX,
): Promise<readonly Row[]> {
  const pages: (readonly Row[])[] = [];
  for (let after: string | null = null; ; ) {
    const page: readonly Row[] = await load({ after, limit });
    pages.push(page);
    if (page.length < limit) return pages.flat();
    after = page.at(-1)?.id ?? null;
  }
}
