/** Looks at groups and changes them. */
import { requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import {
  type AttributeChanges,
  type Attributes,
  changedAttributes,
  NO_ATTRIBUTES,
} from '../model/attribute-definition.ts';
import type { Actor } from '../model/audit.ts';
import { checkGroupPermissions, type Group, NO_GROUP_EXTRAS } from '../model/group.ts';
import { changedMetadata } from '../model/metadata.ts';
import { nameKey, normaliseEmail, normaliseGroupName, normaliseText } from '../model/names.ts';
import { posixNumber } from '../model/posix.ts';
import { definitions, keepImages } from './attributes.ts';
import { createCopyMembers } from './copy-members.ts';
import type { GroupChanges, GroupExtras, Groups, NewGroup } from './directory.ts';
import { createGroupSearch } from './find-groups.ts';
import { createGroupMembers } from './group-members.ts';
import { requireManaged } from './group-rights.ts';
import { changeOf, type Journal } from './journal.ts';
import { dissolve, refuseListed } from './leaving.ts';
import { checkPage, requirePlainGroup, sourceNameOf } from './lookup.ts';
import type { ReadTransaction, Store } from './store.ts';
import { toldAttributes } from './user-fields.ts';
import { refuseAddress } from './users.ts';

export interface GroupsDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly journal: Journal;
}

export function createGroups({ store, clock, newId, journal }: GroupsDependencies): Groups {
  return {
    ...createGroupMembers({ store, clock, journal }),
    ...createGroupSearch({ store }),
    copyMembers: createCopyMembers({ store, clock, journal }),

    async list(actor, page) {
      requirePermission(actor, 'groups.read');
      checkPage(page);
      return store.read((transaction) => transaction.findGroups({ ...page, search: '' }));
    },

    byName: (actor, name) =>
      store.read(async (transaction) => {
        const group = await requireManaged(transaction, actor, name, 'groups.read');
        return { group, memberships: await transaction.memberships([group.id]) };
      }),

    async add(actor, input) {
      requirePermission(actor, 'groups.create');
      if (input.email != null) requirePermission(actor, 'mail.edit');
      const fields = normalise(input);
      return store.write(async (transaction) => {
        await refuseTaken(transaction, fields.name);
        await refuseTakenAddress(transaction, fields.email, null);
        const attributes = await attributesOf(transaction, NO_ATTRIBUTES, input.attributes);
        const at = clock.now();
        const number = posixNumber(await transaction.takePosixSerials(1));
        const group: Group = {
          id: newId(),
          posixNumber: number,
          ...fields,
          ...attributes,
          origin: null,
          createdAt: at,
          updatedAt: at,
        };
        await transaction.insertGroups([group]);
        await keepImages(transaction, 'group', group, input.attributes);
        await journal(transaction, {
          at,
          actor,
          action: 'group.add',
          subjectId: group.id,
          details: { ...toldOf(fields), ...toldAttributes(input.attributes) },
          changes: [changeOf('group', group.id)],
        });
        return group;
      });
    },

    edit: (actor, name, changes, precondition) =>
      store.write(async (transaction) => {
        requireEdit(actor, changes);
        const before = await requirePlainGroup(transaction, name);
        precondition?.(before);
        if (changesImported(changes)) await refuseImported(transaction, before);
        const fields = {
          ...changedFields(before, changes),
          ...(await attributesOf(transaction, before.attributes, changes.attributes)),
        };
        if (fields.name !== undefined) await refuseTaken(transaction, fields.name);
        await refuseTakenAddress(transaction, fields.email ?? null, before.id);
        const at = clock.now();
        const group = { ...before, ...fields, updatedAt: at };
        await transaction.updateGroups([group]);
        await keepImages(transaction, 'group', group, changes.attributes);
        await journal(transaction, {
          at,
          actor,
          action: 'group.edit',
          subjectId: group.id,
          details: {
            name: before.name,
            changes: { ...toldOf(fields), ...toldAttributes(changes.attributes) },
          },
          changes: [changeOf('group', group.id)],
        });
        return group;
      }),

    delete: (actor, name, precondition) =>
      store.write(async (transaction) => {
        requirePermission(actor, 'groups.delete');
        const group = await requirePlainGroup(transaction, name);
        precondition?.(group);
        await refuseListed(transaction, group.name, group.origin);
        const at = clock.now();
        const changes = await dissolve(transaction, group.id, at);
        await journal(transaction, {
          at,
          actor,
          action: 'group.delete',
          subjectId: group.id,
          details: { name: group.name },
          changes,
        });
        return group;
      }),
  };
}

/** Mail addresses are the business of whoever manages mail. */
function requireEdit(actor: Actor, { email, ...others }: GroupChanges): void {
  if (email !== undefined) requirePermission(actor, 'mail.edit');
  if (email === undefined || Object.keys(others).length > 0) requirePermission(actor, 'groups.edit');
}

type GroupFields = Pick<Group, 'name' | 'displayName' | 'description' | keyof typeof NO_GROUP_EXTRAS>;

function normalise(input: NewGroup): GroupFields {
  const name = normaliseGroupName(input.name);
  return {
    name,
    displayName: normaliseText(input.displayName ?? '', 'displayName') || name,
    description: normaliseText(input.description ?? '', 'description'),
    ...NO_GROUP_EXTRAS,
    ...changedExtras(NO_GROUP_EXTRAS, input),
  };
}

/** The fields that are given, in the form in which they are kept; a name that stays need not fit the rules of today. */
function changedFields(before: Group, changes: GroupChanges): Partial<GroupFields> {
  const { name, displayName, description } = changes;
  const newName = name === undefined || nameKey(name) === before.name ? null : normaliseGroupName(name);
  const fallback = newName ?? before.name;
  return {
    ...(newName !== null && { name: newName }),
    ...(displayName !== undefined && { displayName: normaliseText(displayName, 'displayName') || fallback }),
    ...(description !== undefined && { description: normaliseText(description, 'description') }),
    ...changedExtras(before, changes),
  };
}

function changedExtras(
  before: Pick<Group, 'metadata'>,
  { email, permissions, metadata }: GroupExtras,
): Partial<GroupFields> {
  return {
    ...(email !== undefined && { email: email === null ? null : normaliseEmail(email) }),
    ...(permissions !== undefined && {
      permissions: permissions === null ? null : checkGroupPermissions(permissions),
    }),
    ...(metadata !== undefined && { metadata: changedMetadata(before.metadata, metadata) }),
  };
}

/** Nothing where none are given. */
async function attributesOf(
  transaction: ReadTransaction,
  before: Attributes,
  given: AttributeChanges | undefined,
): Promise<Partial<Pick<Group, 'attributes'>>> {
  if (given === undefined) return {};
  return { attributes: changedAttributes(before, given, await definitions(transaction, 'group')) };
}

/** What the audit is told: of metadata the names alone. */
function toldOf({
  metadata,
  organization: _none,
  attributes: _values,
  ...fields
}: Partial<GroupFields>): Readonly<Record<string, unknown>> {
  return { ...fields, ...(metadata && { metadata: Object.keys(metadata) }) };
}

/** Whether the changes touch what a source owns of the groups that come from it. */
function changesImported({ name, displayName, description }: GroupChanges): boolean {
  return [name, displayName, description].some((field) => field !== undefined);
}

async function refuseImported(transaction: ReadTransaction, { name, origin }: Group): Promise<void> {
  if (origin === null) return;
  const source = await sourceNameOf(transaction, origin);
  throw new DirectoryError(
    'forbidden',
    `The group ${name} comes from the source ${source}: change it there.`,
  );
}

async function refuseTaken(transaction: ReadTransaction, name: string): Promise<void> {
  if ((await transaction.groupByName(name)) === null) return;
  throw new DirectoryError('conflict', `The group name ${name} is taken already.`, { field: 'name' });
}

/** `id`: whose address it is to be; null: nobody's yet. */
async function refuseTakenAddress(
  transaction: ReadTransaction,
  email: string | null,
  id: string | null,
): Promise<void> {
  if (email === null) return;
  const user = await transaction.userByEmail(email);
  if (user !== null) refuseAddress(email, `user ${user.username}`);
  const group = await transaction.groupByEmail(email);
  if (group !== null && group.id !== id) refuseAddress(email, `group ${group.name}`);
}
