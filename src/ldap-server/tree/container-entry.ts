/** The entries that are always there: the suffix, the containers below it, the directory's own bind DN. */
import { foldAttribute } from '../../core/syntax/folding.ts';
import { type AttributeType, attributeType as type } from './attribute-types.ts';
import type { Dit, Name } from './dit.ts';
import { createEntry, defineShape, type StoredEntry } from './entry.ts';

interface ContainerRow {
  readonly name: Name;
  readonly objectClasses: readonly string[];
  readonly structural: string;
  /** The attributes of its RDN. */
  readonly naming: ReadonlyMap<AttributeType, readonly string[]>;
  readonly hasSubordinates: boolean;
  readonly subschemaDn: string;
}

/** Suffix, ou=users, ou=groups, ou=apps, and ou=system with cn=admin. */
export function containerEntries(dit: Dit, takeNumber: (key: string) => number): readonly StoredEntry[] {
  const make = (name: Name, parent: Name | null, classes: readonly string[], rdn: ContainerRow['naming']) =>
    createEntry({ ...name, id: name.key, number: takeNumber(name.key) }, parent?.key ?? null, CONTAINER, {
      name,
      objectClasses: ['top', ...classes],
      structural: classes[0] ?? 'top',
      naming: rdn,
      hasSubordinates: name !== dit.admin,
      subschemaDn: dit.subschema.dn,
    });
  const unit = (name: Name, ou: string) =>
    make(name, dit.suffix, ['organizationalUnit'], new Map([[type.ou, [ou]]]));
  return [
    make(dit.suffix, null, suffixClasses(dit), suffixNaming(dit)),
    unit(dit.users, 'users'),
    unit(dit.groups, 'groups'),
    unit(dit.apps, 'apps'),
    unit(dit.system, 'system'),
    make(dit.admin, dit.system, ['organizationalRole'], new Map([[type.cn, ['admin']]])),
  ];
}

const NAMING: readonly AttributeType[] = [type.dc, type.o, type.ou, type.cn];

const CONTAINER = defineShape<ContainerRow>('container', [
  [type.objectClass, { values: ({ objectClasses }) => objectClasses }],
  ...NAMING.map(
    (naming) => [naming, { values: (row: ContainerRow) => row.naming.get(naming) ?? [] }] as const,
  ),
  [type.entryDN, { values: ({ name }) => [name.dn], keys: ({ name }) => [name.key] }],
  [type.structuralObjectClass, { values: ({ structural }) => [structural] }],
  [type.subschemaSubentry, { values: ({ subschemaDn }) => [subschemaDn] }],
  [type.hasSubordinates, { values: ({ hasSubordinates }) => [hasSubordinates ? 'TRUE' : 'FALSE'] }],
]);

const SUFFIX_CLASSES: ReadonlyMap<string, readonly string[]> = new Map([
  ['dc', ['organization', 'dcObject']],
  ['o', ['organization']],
  ['ou', ['organizationalUnit']],
]);

function suffixClasses({ suffix }: Dit): readonly string[] {
  return SUFFIX_CLASSES.get(foldAttribute(suffix.rdn[0]?.type ?? '')) ?? ['organizationalRole'];
}

/** A suffix by dc is an organization too, which demands an `o`. */
function suffixNaming({ suffix }: Dit): ContainerRow['naming'] {
  const { type: name, value } = suffix.rdn[0] ?? { type: 'cn', value: '' };
  const naming = NAMING.find((candidate) => foldAttribute(candidate.name) === foldAttribute(name)) ?? type.cn;
  return naming === type.dc
    ? new Map([
        [type.dc, [value]],
        [type.o, [value]],
      ])
    : new Map([[naming, [value]]]);
}
