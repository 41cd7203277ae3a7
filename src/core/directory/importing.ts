/** Tells the connector what is imported, and applies what it planned in one transaction per call. */
import type { Clock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import type { NewChange } from '../model/change.ts';
import type { Group, Membership } from '../model/group.ts';
import { emailKey } from '../model/names.ts';
import type { Source } from '../model/source.ts';
import type { User } from '../model/user.ts';
import { importGroups, importUsers, stepsOf } from './import-entries.ts';
import { importMemberships } from './import-memberships.ts';
import type { ImportStep, Imports } from './imports.ts';
import { changeOf, type Journal } from './journal.ts';
import { PAGE_LIMIT_MAX } from './lookup.ts';
import type { Page, Store, WriteTransaction } from './store.ts';
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
    async stateOf(sourceId) {
      const users = await everyPage((page) => store.read((it) => it.usersOfSource(sourceId, page)));
      const groups = await everyPage((page) => store.read((it) => it.groupsOfSource(sourceId, page)));
      const memberships: (readonly Membership[])[] = [];
      for (let at = 0; at < groups.length; at += GROUPS_PER_READ) {
        const ids = groups.slice(at, at + GROUPS_PER_READ).map(({ id }) => id);
        memberships.push(await store.read((it) => it.memberships(ids)));
      }
      return { users, groups, memberships: memberships.flat() };
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
        };
      }),

    apply: (source, runId, steps) =>
      store.write(async (transaction) => {
        await refuseForeignRun(transaction, source, runId, holder);
        const at = clock.now();
        const { details, changes } = await applySteps(transaction, source, steps, at);
        await journal(transaction, {
          at,
          actor: { door: 'sync', name: source.name, address: null },
          action: 'source.import',
          subjectId: source.id,
          details: { runId, ...details },
          changes,
        });
      }),
  };
}

async function refuseForeignRun(
  transaction: WriteTransaction,
  source: Source,
  runId: string,
  holder: string,
): Promise<void> {
  const run = await requireHeldRun(transaction, runId, holder);
  if (run.sourceId === source.id) return;
  throw new DirectoryError('conflict', `The sync run ${runId} is not one of source ${source.name}.`);
}

/** Writes the rows; returns one change for each user and group that moved, and the counts. */
async function applySteps(
  transaction: WriteTransaction,
  source: Source,
  steps: readonly ImportStep[],
  at: Date,
): Promise<{ details: Readonly<Record<string, number>>; changes: readonly NewChange[] }> {
  const users = await importUsers(transaction, source, steps, at);
  const groups = await importGroups(transaction, source, steps, at);
  const members = await importMemberships(transaction, source, steps, { users, groups, at });
  const count = (type: ImportStep['type']) => stepsOf(steps, type).length;
  return {
    details: {
      usersCreated: count('create-user'),
      usersUpdated: count('update-user'),
      groupsCreated: count('create-group'),
      groupsUpdated: count('update-group'),
      membersAdded: members.added,
      membersRemoved: members.removed,
    },
    changes: [
      ...Array.from(new Set([...users.keys(), ...members.users]), (id) => changeOf('user', id)),
      ...Array.from(new Set([...groups.keys(), ...members.groups]), (id) => changeOf('group', id)),
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
