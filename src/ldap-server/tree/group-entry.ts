/** A group as an entry: groupOfNames and groupOfUniqueNames at once, since clients look for either. */
import type { Group } from '../../core/model/group.ts';
import type { PosixSettings } from '../../core/model/posix.ts';
import { attributeType as type } from './attribute-types.ts';
import type { Dit, Name } from './dit.ts';
import {
  type AttributeSource,
  constant,
  createEntry,
  defineShape,
  type Entry,
  type Shape,
  type Sources,
  time,
} from './entry.ts';
import { POSIX_GROUP } from './posix.ts';
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

/** Makes the entry of a group. */
export type MakeGroupEntry = (reference: Reference, group: Group, relations: GroupRelations) => Entry;

export function groupEntries(dit: Dit, posix: PosixSettings): MakeGroupEntry {
  const shape = posix.enabled ? shapeOf(['posixGroup'], POSIX_GROUP) : PLAIN;
  return (reference, group, relations) =>
    createEntry(reference, dit.groups.key, shape, {
      ...relations,
      name: reference,
      group,
      subschemaDn: dit.subschema.dn,
    });
}

const members = references(({ members }) => members);

const CLASSES = ['top', 'groupOfNames', 'groupOfUniqueNames', 'group'];

const ATTRIBUTES: Sources<GroupRow> = [
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
];

const PLAIN = shapeOf([], []);

function shapeOf(moreClasses: readonly string[], more: Sources<GroupRow>): Shape<GroupRow> {
  const classes = constant(...CLASSES, ...moreClasses);
  return defineShape('group', [[type.objectClass, classes], ...ATTRIBUTES, ...more]);
}

function references(of: (row: GroupRow) => readonly Reference[]): AttributeSource<GroupRow> {
  const sorted = (row: GroupRow) => [...of(row)].sort(byKey);
  return {
    values: (row) => sorted(row).map(({ dn }) => dn),
    keys: (row) => sorted(row).map(({ key }) => key),
  };
}

function usernames({ members }: GroupRow): readonly string[] {
  return members
    .filter(({ kind }) => kind === 'user')
    .map(({ name }) => name)
    .sort();
}
