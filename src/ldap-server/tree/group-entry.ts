/** A group as an entry: groupOfNames and groupOfUniqueNames at once, since clients look for either. */
import type { Group } from '../../core/model/group.ts';
import { attributeType as type } from './attribute-types.ts';
import type { Dit, Name } from './dit.ts';
import { type AttributeSource, constant, createEntry, defineShape, type Entry, time } from './entry.ts';
import { byKey, type Reference } from './reference.ts';

/** What a group's entry tells about other entries. */
export interface GroupRelations {
  /** Direct members, users and groups, in any order. */
  readonly members: readonly Reference[];
  readonly owners: readonly Reference[];
  /** The groups that contain it, directly or through other groups. */
  readonly memberOf: readonly Reference[];
}

interface GroupRow extends GroupRelations {
  readonly name: Name;
  readonly group: Group;
  readonly subschemaDn: string;
}

export function groupEntry(dit: Dit, reference: Reference, group: Group, relations: GroupRelations): Entry {
  return createEntry(reference, dit.groups.key, GROUP, {
    ...relations,
    name: reference,
    group,
    subschemaDn: dit.subschema.dn,
  });
}

const members = references(({ members }) => members);

const GROUP = defineShape<GroupRow>('group', [
  [type.objectClass, constant('top', 'groupOfNames', 'groupOfUniqueNames', 'group')],
  [type.cn, { values: ({ group }) => [group.name] }],
  [type.displayName, { values: ({ group }) => [group.displayName || group.name] }],
  [type.description, { values: ({ group }) => (group.description === '' ? [] : [group.description]) }],
  [type.objectCategory, constant('group')],
  [type.member, members],
  [type.uniqueMember, members],
  [type.memberUid, { values: usernames }],
  [type.owner, references(({ owners }) => owners)],
  [type.memberOf, references(({ memberOf }) => memberOf)],
  [type.entryUUID, { values: ({ group }) => [group.id] }],
  [type.entryDN, { values: ({ name }) => [name.dn], keys: ({ name }) => [name.key] }],
  [type.createTimestamp, time(({ group }) => group.createdAt)],
  [type.modifyTimestamp, time(({ group }) => group.updatedAt)],
  [type.structuralObjectClass, constant('groupOfNames')],
  [type.subschemaSubentry, { values: ({ subschemaDn }) => [subschemaDn] }],
  [type.hasSubordinates, constant('FALSE')],
]);

function references(of: (row: GroupRow) => readonly Reference[]): AttributeSource<GroupRow> {
  return {
    values: (row) => [...of(row)].sort(byKey).map(({ dn }) => dn),
    keys: (row) => of(row).map(({ key }) => key),
  };
}

function usernames({ members }: GroupRow): readonly string[] {
  return members
    .filter(({ kind }) => kind === 'user')
    .map(({ name }) => name)
    .sort();
}
