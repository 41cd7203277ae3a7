/** The subschema entry (RFC 4512 section 4.2): describes every type, class and rule that is served, and nothing else. */
import { type AttributeType, attributeType as type } from './attribute-types.ts';
import type { Dit } from './dit.ts';
import { constant, createEntry, defineShape, type Entry } from './entry.ts';
import {
  EQUALITY_RULES,
  type MatchingRule,
  MICROSOFT_RULES,
  ORDERING_RULES,
  SYNTAX,
} from './matching-rules.ts';
import type { ObjectClass } from './object-classes.ts';
import { PLAIN_SCHEMA, type Schema } from './schema.ts';

export function subschemaEntry(dit: Dit, schema: Schema = PLAIN_SCHEMA): Entry {
  const { dn, key } = dit.subschema;
  return createEntry({ dn, key, id: key }, null, SUBSCHEMA, { dit, schema });
}

interface SubschemaRow {
  readonly dit: Dit;
  readonly schema: Schema;
}

const SUBSCHEMA = defineShape<SubschemaRow>(
  'subschema',
  [
    [type.objectClass, constant('top', 'subentry', 'subschema')],
    [type.cn, constant('Subschema')],
    [type.attributeTypes, { values: ({ schema }) => schema.types.map(describeAttributeType) }],
    [type.objectClasses, { values: ({ schema }) => schema.classes.map(describeObjectClass) }],
    [type.matchingRules, { values: ({ schema }) => matchingRules(schema).map(describeMatchingRule) }],
    [type.ldapSyntaxes, constant(...Object.values(SYNTAX).map((oid) => `( ${oid} )`))],
    [type.entryDN, { values: ({ dit }) => [dit.subschema.dn] }],
    [type.structuralObjectClass, constant('subentry')],
    [type.subschemaSubentry, { values: ({ dit }) => [dit.subschema.dn] }],
    [type.hasSubordinates, constant('FALSE')],
  ],
  { allByDefault: true },
);

function matchingRules({ types }: Schema): readonly MatchingRule[] {
  const used = types.flatMap(({ equality, ordering, substring }) => [equality, ordering, substring]);
  return [
    ...new Set([
      ...EQUALITY_RULES,
      ...ORDERING_RULES,
      ...MICROSOFT_RULES,
      ...used.filter((rule) => rule !== null),
    ]),
  ];
}

function describeAttributeType(attribute: AttributeType): string {
  const { oid, equality, ordering, substring, syntax, single, operational, dsa } = attribute;
  return describe([
    oid,
    `NAME ${quoted([attribute.name, ...attribute.aliases])}`,
    equality && `EQUALITY ${equality.name}`,
    ordering && `ORDERING ${ordering.name}`,
    substring && `SUBSTR ${substring.name}`,
    `SYNTAX ${syntax}`,
    single && 'SINGLE-VALUE',
    operational && `NO-USER-MODIFICATION USAGE ${dsa ? 'dSAOperation' : 'directoryOperation'}`,
  ]);
}

function describeObjectClass({ oid, name, superior, kind, must, may }: ObjectClass): string {
  return describe([
    oid,
    `NAME '${name}'`,
    superior && `SUP ${superior}`,
    kind,
    must.length > 0 && `MUST ${names(must)}`,
    may.length > 0 && `MAY ${names(may)}`,
  ]);
}

function describeMatchingRule({ oid, name, syntax }: MatchingRule): string {
  return describe([oid, `NAME '${name}'`, `SYNTAX ${syntax}`]);
}

function describe(parts: readonly (string | false | null)[]): string {
  return `( ${parts.filter(Boolean).join(' ')} )`;
}

function quoted(all: readonly string[]): string {
  const [first, ...others] = all.map((name) => `'${name}'`);
  return others.length === 0 ? `${first}` : `( ${[first, ...others].join(' ')} )`;
}

function names(types: readonly AttributeType[]): string {
  return `( ${types.map(({ name }) => name).join(' $ ')} )`;
}
