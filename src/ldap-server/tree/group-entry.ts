/** A group as an entry: groupOfNames and groupOfUniqueNames at once, since clients look for either. */
import type { Group } from '../../core/model/group.ts';
import type { PosixSettings } from '../../core/model/posix.ts';
import { foldCase } from '../../core/syntax/folding.ts';
import { attributeType as type } from './attribute-types.ts';
import type { Dit, Name } from './dit.ts';
import {
  type AttributeSource,
  constant,
  createEntry,
  defineShape,
  type Shape,
  type Sources,
  type StoredEntry,
  time,
} from './entry.ts';
import { POSIX_GROUP } from './posix.ts';
import type { Reference, ReferenceSet } from './reference.ts';
import { PLAIN_SCHEMA, type Schema } from './schema.ts';

/** What a group's entry tells about other entries. */
export interface GroupRelations {
  /** Direct members, users and groups. */
  readonly members: ReferenceSet;
  readonly owners: ReferenceSet;
  /** The groups that contain it, directly or through other groups. */
  readonly memberOf: ReferenceSet;
}

interface GroupRow extends GroupRelations {
  readonly name: Name;
  readonly group: Group;
  readonly subschemaDn: string;
}

/** Makes the entry of a group. */
export type MakeGroupEntry = (reference: Reference, group: Group, relations: GroupRelations) => StoredEntry;

export function groupEntries(dit: Dit, posix: PosixSettings, schema = PLAIN_SCHEMA): MakeGroupEntry {
  const shape = shapeFor(posix, schema);
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
export const ORGANIZATION_CLASS = 'rosterOrganization';

const ATTRIBUTES: Sources<GroupRow> = [
  [type.cn, { values: ({ group }) => [group.name] }],
  [type.displayName, { values: ({ group }) => [group.displayName || group.name] }],
  [type.o, { values: ({ group }) => (group.organization === null ? [] : [group.displayName || group.name]) }],
  [type.description, { values: ({ group }) => (group.description === '' ? [] : [group.description]) }],
  [type.mail, { values: ({ group: { email } }) => (email === null ? [] : [email]) }],
  [
    type.groupPermissions,
    { values: ({ group: { permissions } }) => (permissions === null ? [] : [permissions]) },
  ],
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
  [type.rosterVia, { values: ({ group }) => group.origin?.via ?? [] }],
  [type.structuralObjectClass, constant('groupOfNames')],
  [type.subschemaSubentry, { values: ({ subschemaDn }) => [subschemaDn] }],
  [type.hasSubordinates, constant('FALSE')],
];

function shapeFor(posix: PosixSettings, schema: Schema): Shape<GroupRow> {
  const classes = [...(posix.enabled ? ['posixGroup'] : []), ...schema.classesOf.group];
  const defined = schema.sourcesOf<GroupRow>('group', ({ group }) => group.attributes);
  return shapeOf(classes, [...(posix.enabled ? POSIX_GROUP : []), ...defined]);
}

function shapeOf(moreClasses: readonly string[], more: Sources<GroupRow>): Shape<GroupRow> {
  const classes = classesOf([...CLASSES, ...moreClasses]);
  return defineShape('group', [[type.objectClass, classes], ...ATTRIBUTES, ...more]);
}

function classesOf(plain: readonly string[]): AttributeSource<GroupRow> {
  const ofOrganizations = [...plain, ORGANIZATION_CLASS];
  const [keys, keysOfOrganizations] = [plain.map(foldCase), ofOrganizations.map(foldCase)];
  return {
    values: ({ group }) => (group.organization === null ? plain : ofOrganizations),
    keys: ({ group }) => (group.organization === null ? keys : keysOfOrganizations),
  };
}

function references(of: (row: GroupRow) => ReferenceSet): AttributeSource<GroupRow> {
  return {
    values: (row) =>
      of(row)
        .sorted()
        .map(({ dn }) => dn),
    keys: (row) =>
      of(row)
        .sorted()
        .map(({ key }) => key),
    holds: (row, key) => of(row).holds(key),
  };
}

function usernames({ members }: GroupRow): readonly string[] {
  return members
    .sorted()
    .filter(({ kind }) => kind === 'user')
    .map(({ name }) => name)
    .sort();
}
