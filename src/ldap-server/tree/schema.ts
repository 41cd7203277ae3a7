/** The schema of one directory: what every Roster serves, and the attributes that administrators defined. */
import type { AttributeDefinition, Attributes } from '../../core/model/attribute-definition.ts';
import { foldAttribute } from '../../core/syntax/folding.ts';
import {
  ATTRIBUTE_TYPES,
  type AttributeType,
  definedType,
  type FindType,
  findAttributeType,
} from './attribute-types.ts';
import type { AttributeSource } from './entry.ts';
import { formatTime } from './matching-rules.ts';
import { OBJECT_CLASSES, type ObjectClass } from './object-classes.ts';

export interface Schema {
  readonly types: readonly AttributeType[];
  readonly classes: readonly ObjectClass[];
  /** What administrators defined. */
  readonly defined: readonly AttributeType[];
  /** For the bind DN, which may ask for all. */
  readonly findAny: FindType;
  /** For everybody else: what only the bind DN may read is as unknown to them as what is not there. */
  readonly findOpen: FindType;
  /** The auxiliary classes that entries of users and of groups have by what was defined for them. */
  readonly classesOf: Readonly<Record<AttributeDefinition['subject'], readonly string[]>>;
  sourcesOf<Row>(
    subject: AttributeDefinition['subject'],
    attributesOf: (row: Row) => Attributes,
  ): readonly (readonly [AttributeType, AttributeSource<Row>])[];
}

const CLASSES = {
  user: { name: 'rosterUser', oid: '2.25.70377280040255210869550263060300609134' },
  group: { name: 'rosterGroup', oid: '2.25.5711928658018881357318356281219288931' },
} as const;

export function createSchema(definitions: readonly AttributeDefinition[]): Schema {
  // A later version may serve to all what was defined before.
  const unserved = definitions.filter(({ name }) => findAttributeType(name) === undefined);
  const pairs = unserved.map((definition) => ({ definition, type: typeOf(definition) }));
  const defined = pairs.map(({ type }) => type);
  const byName = new Map(
    defined.flatMap((type) => [type.name, type.oid].map((name) => [foldAttribute(name), type] as const)),
  );
  const findAny: FindType = (name) => findAttributeType(name) ?? byName.get(foldAttribute(name));
  const of = (subject: AttributeDefinition['subject']) =>
    pairs.filter(({ definition }) => definition.subject === subject);
  const classOf = (subject: AttributeDefinition['subject']): readonly ObjectClass[] => {
    const may = of(subject).map(({ type }) => type);
    return may.length === 0
      ? []
      : [{ ...CLASSES[subject], superior: 'top', kind: 'AUXILIARY', must: [], may }];
  };
  const names = (classes: readonly ObjectClass[]) => classes.map(({ name }) => name);
  return {
    types: [...ATTRIBUTE_TYPES, ...defined],
    classes: [...OBJECT_CLASSES, ...classOf('user'), ...classOf('group')],
    defined,
    findAny,
    findOpen: (name) => {
      const type = findAny(name);
      return type?.restricted === true ? undefined : type;
    },
    classesOf: { user: names(classOf('user')), group: names(classOf('group')) },
    sourcesOf: (subject, attributesOf) =>
      of(subject).map(({ definition, type }) => [type, sourceOf(definition, attributesOf)] as const),
  };
}

/** Without attributes of its own. */
export const PLAIN_SCHEMA = createSchema([]);

function typeOf({ id, name, type, several, readers }: AttributeDefinition): AttributeType {
  return definedType(name, oidOf(id), type, { single: !several, restricted: readers === 'directory' });
}

/** A UUID is an OID (ITU-T X.667), so that no arc has to be registered. */
function oidOf(id: string): string {
  return `2.25.${BigInt(`0x${id.replaceAll('-', '')}`)}`;
}

const NONE: readonly string[] = [];

function sourceOf<Row>(
  { id, type }: AttributeDefinition,
  attributesOf: (row: Row) => Attributes,
): AttributeSource<Row> {
  const values = (row: Row) => attributesOf(row)[id] ?? NONE;
  if (type !== 'time') return { values };
  return { values: (row) => values(row).map((time) => formatTime(new Date(time))) };
}
