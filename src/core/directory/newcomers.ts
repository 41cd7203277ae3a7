/** Creates somebody who signed in at a source before a sync has brought them. */
import { SYSTEM_AUTHORITY } from '../access/authority.ts';
import type { Clock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import type { Actor } from '../model/audit.ts';
import type { Group } from '../model/group.ts';
import { nameKey } from '../model/names.ts';
import type { Source } from '../model/source.ts';
import type { User } from '../model/user.ts';
import { importGroups, importUsers } from './import-entries.ts';
import { importMemberships } from './import-memberships.ts';
import type { ImportedGroupFields, ImportedUserFields, ImportStep } from './imports.ts';
import { changeOf, type Journal } from './journal.ts';
import { NOTHING_CREATED } from './run-memory.ts';
import type { Store, WriteTransaction } from './store.ts';

/** Somebody at a source, with the groups that it lists them in. */
export interface Newcomer {
  readonly externalId: string;
  readonly dn: string;
  /** See Origin. */
  readonly via?: readonly string[];
  readonly fields: ImportedUserFields;
  readonly groups: readonly NewcomerGroup[];
}

export interface NewcomerGroup {
  readonly externalId: string;
  readonly dn: string;
  readonly via?: readonly string[];
  readonly fields: ImportedGroupFields;
}

export interface Newcomers {
  /**
   * The user, with the memberships in those groups that are the source's own. Whom a sync or another sign-in has
   * brought meanwhile is given back as it is. An e-mail address that somebody has is left out. Throws DirectoryError
   * 'conflict' where somebody else has the username or the source is disabled, 'invalid' where it breaks a rule, 'not-found' without the source.
   * `actor`: who brings the person in by hand.
   */
  admit(source: Source, newcomer: Newcomer, actor?: Actor): Promise<User>;
}

export interface NewcomersDependencies {
  readonly store: Pick<Store, 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly journal: Journal;
}

export function createNewcomers({ store, clock, newId, journal }: NewcomersDependencies): Newcomers {
  return {
    admit: (source, newcomer, actor) =>
      store.write(async (transaction) => {
        const present = await presentUser(transaction, source, newcomer);
        if (present !== null) return present;
        const at = clock.now();
        const id = newId();
        const steps = await stepsFor(transaction, source, newcomer, id, newId);
        const adopter = { source, sources: new Map() };
        const users = await importUsers(transaction, adopter, steps, at);
        const groups = await importGroups(transaction, adopter, steps, at);
        const written = {
          users: users.rows,
          groups: groups.rows,
          before: NOTHING_CREATED,
          at,
          writer: 'others',
        } as const;
        const members = await importMemberships(transaction, source, steps, written);
        await journal(transaction, {
          ...{ at, action: actor === undefined ? 'user.first-sign-in' : 'user.import', subjectId: id },
          actor: actor ?? { door: 'sync', name: source.name, address: null, authority: SYSTEM_AUTHORITY },
          details: { username: newcomer.fields.username, dn: newcomer.dn, groups: members.groups.size },
          changes: [
            changeOf('user', id),
            ...[...groups.rows.keys()].map((group) => changeOf('group', group)),
            ...members.changes,
          ],
        });
        const user = users.rows.get(id);
        if (user === undefined) throw new Error('a created user is missing');
        return user;
      }),
  };
}

async function presentUser(
  transaction: WriteTransaction,
  source: Source,
  { externalId, fields }: Newcomer,
): Promise<User | null> {
  const at = await transaction.source(source.id);
  if (at === null) throw new DirectoryError('not-found', `The source ${source.name} is no longer there.`);
  // Switched off while it was asked.
  if (!at.enabled) throw new DirectoryError('conflict', `The source ${source.name} is disabled.`);
  const [namesake] = await transaction.usersByUsernames([nameKey(fields.username)]);
  if (namesake === undefined) return null;
  if (isFrom(source, namesake, externalId)) return namesake;
  throw new DirectoryError('conflict', `The username ${fields.username} is taken by somebody else.`, {
    field: 'username',
  });
}

function isFrom(source: Source, { origin }: User | Group, externalId: string): boolean {
  return origin?.sourceId === source.id && origin.externalId === externalId;
}

async function stepsFor(
  transaction: WriteTransaction,
  source: Source,
  { groups, ...user }: Newcomer,
  id: string,
  newId: NewId,
): Promise<readonly ImportStep[]> {
  const { fields } = user;
  const isTaken = fields.email !== null && (await transaction.usersByEmails([fields.email])).length > 0;
  const email = isTaken ? null : fields.email;
  const present = await transaction.groupsByNames(groups.map((group) => nameKey(group.fields.name)));
  const byName = new Map(present.map((group) => [group.name, group]));
  // A sync under way brings the groups itself, under ids that it has chosen.
  const isSynced = (await transaction.runningSyncRuns()).some(({ sourceId }) => sourceId === source.id);
  const creations: ImportStep[] = [];
  const groupIds = groups.flatMap((group) => {
    const namesake = byName.get(nameKey(group.fields.name));
    if (namesake !== undefined) return isFrom(source, namesake, group.externalId) ? [namesake.id] : [];
    if (isSynced) return [];
    const groupId = newId();
    creations.push({ type: 'create-group', id: groupId, ...group });
    return [groupId];
  });
  const members = [{ memberId: id, memberKind: 'user' }] as const;
  return [
    { ...user, type: 'create-user', id, fields: { ...fields, email }, suspended: false },
    ...creations,
    ...groupIds.map((groupId): ImportStep => ({ type: 'add-members', groupId, members })),
  ];
}
