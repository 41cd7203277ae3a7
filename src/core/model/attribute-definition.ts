/** Attributes that administrators define for users or groups, and the values that they may have. */
import { DirectoryError } from '../errors.ts';
import { formatImage, imageValue, parseImage, type StoredImage } from './image.ts';
import { normaliseText } from './names.ts';

export const ATTRIBUTE_SUBJECTS = ['user', 'group'] as const;
export const VALUE_TYPES = ['text', 'integer', 'boolean', 'time', 'image'] as const;
export const ATTRIBUTE_READERS = ['all', 'directory'] as const;
export const ATTRIBUTE_WRITERS = ['admin', 'self'] as const;

export interface AttributeDefinition {
  /** UUID; values are kept under it, and the OID is made of it. */
  readonly id: string;
  /** As served over LDAP; unique without regard to case. */
  readonly name: string;
  readonly subject: (typeof ATTRIBUTE_SUBJECTS)[number];
  readonly type: (typeof VALUE_TYPES)[number];
  /** Whether it may have more than one value. */
  readonly several: boolean;
  readonly description: string;
  /** all: whoever sees the entry over LDAP; directory: the directory's own bind DN alone. */
  readonly readers: (typeof ATTRIBUTE_READERS)[number];
  /** self: the user too; who may change the user or group always may. */
  readonly writers: (typeof ATTRIBUTE_WRITERS)[number];
}

/** Values by the id of their definition; those of a definition that is gone are read by nobody. */
export type Attributes = Readonly<Record<string, readonly string[]>>;

/** By name; null or no value takes the attribute away. Of an image the octets. */
export type AttributeChanges = Readonly<Record<string, readonly (string | Uint8Array)[] | null>>;

/** Shared by all that have none. */
export const NO_ATTRIBUTES: Attributes = {};

export const ATTRIBUTES_MAX = 100;
export const ATTRIBUTE_VALUES_MAX = 50;
/** Of all values of one user or group: they are in memory where they are served. */
const VALUES_LENGTH_MAX = 8192;
const INTEGER_DIGITS_MAX = 18;
const NAME = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;
/** Clients take these for what they are elsewhere, and may send or trust secrets and ids in them. */
const FOREIGN =
  /^(user-?password|unicodepwd|authpassword|usersmimecertificate|usercertificate|objectguid|objectsid|(pwd|krb|samba).*)$/i;

/** Throws DirectoryError 'invalid' (field `name`). */
export function checkAttributeName(name: string): string {
  if (NAME.test(name) && !FOREIGN.test(name)) return name;
  throw new DirectoryError(
    'invalid',
    `The name of an attribute begins with a letter, has up to 64 letters, digits and "-", and is none by which passwords, keys or ids are known: ${JSON.stringify(name.slice(0, 80))} does not fit.`,
    { field: 'name' },
  );
}

/** The form under which names of attributes are compared. */
export function attributeKey(name: string): string {
  return name.toLowerCase();
}

/** The values after a change, in the form in which they are kept. Throws DirectoryError 'invalid' (field `attributes`). */
export function changedAttributes(
  before: Attributes,
  changes: AttributeChanges,
  definitions: readonly AttributeDefinition[],
): Attributes {
  const known = new Set(definitions.map(({ id }) => id));
  const after = new Map(Object.entries(before).filter(([id]) => known.has(id)));
  for (const [name, values] of Object.entries(changes)) {
    const definition = definitionOf(definitions, name);
    if (values === null || values.length === 0) after.delete(definition.id);
    else after.set(definition.id, checkedValues(definition, values));
  }
  const length = [...after.values()].flat().reduce((sum, text) => sum + text.length, 0);
  if (length > VALUES_LENGTH_MAX) {
    throw invalid(`The values of attributes have at most ${VALUES_LENGTH_MAX} characters together.`);
  }
  return after.size === 0 ? NO_ATTRIBUTES : Object.fromEntries(after);
}

/** The octets of the images among the changes, by the id of their attribute; null: there is none any more. */
export function changedImages(
  after: Attributes,
  changes: AttributeChanges,
  definitions: readonly AttributeDefinition[],
): ReadonlyMap<string, StoredImage | null> {
  const images = new Map<string, StoredImage | null>();
  for (const [name, values] of Object.entries(changes)) {
    const { id, type } = definitionOf(definitions, name);
    if (type !== 'image') continue;
    const digest = parseImage(after[id]?.[0])?.digest;
    const octets = values?.find((value) => typeof value !== 'string');
    images.set(
      id,
      octets === undefined || digest === undefined ? null : { digest, octets: Buffer.from(octets) },
    );
  }
  return images;
}

/** Values by the names of the definitions, in the order of these. */
export function namedAttributes(
  values: Attributes,
  definitions: readonly AttributeDefinition[],
): Readonly<Record<string, readonly string[]>> {
  const named = definitions.map(({ id, name }) => [name, values[id] ?? []] as const);
  return Object.fromEntries(named.filter(([, each]) => each.length > 0));
}

/** Throws DirectoryError 'invalid' (field `attributes`). */
export function definitionOf(definitions: readonly AttributeDefinition[], name: string): AttributeDefinition {
  const found = definitions.find((each) => attributeKey(each.name) === attributeKey(name));
  return found ?? refuse(`There is no attribute ${JSON.stringify(name.slice(0, 80))} for it.`);
}

function checkedValues(
  definition: AttributeDefinition,
  values: readonly (string | Uint8Array)[],
): readonly string[] {
  const { name, several } = definition;
  const checked = [...new Set(values.map((value) => checkedValue(definition, value)))];
  if (!several && checked.length > 1) throw invalid(`${name} has one value, not ${checked.length}.`);
  if (checked.length > ATTRIBUTE_VALUES_MAX) {
    throw invalid(`${name} has at most ${ATTRIBUTE_VALUES_MAX} values, not ${checked.length}.`);
  }
  return checked;
}

function checkedValue({ name, type }: AttributeDefinition, value: string | Uint8Array): string {
  if (typeof value !== 'string') {
    return type === 'image'
      ? formatImage(imageValue(name, value))
      : refuse(`${name} is of the type ${type}, and no file.`);
  }
  switch (type) {
    case 'text':
      return checkedText(name, value);
    case 'integer':
      return new RegExp(`^-?\\d{1,${INTEGER_DIGITS_MAX}}$`).test(value)
        ? BigInt(value).toString()
        : refuse(`${name} is a whole number of up to ${INTEGER_DIGITS_MAX} digits, not ${quote(value)}.`);
    case 'boolean':
      return /^(true|false)$/i.test(value)
        ? value.toUpperCase()
        : refuse(`${name} is true or false, not ${quote(value)}.`);
    case 'time':
      return checkedTime(name, value);
    case 'image':
      return refuse(`${name} is a picture, which is given as a file of its own.`);
  }
}

function checkedText(name: string, value: string): string {
  const text = normaliseText(value, 'attributes');
  return text === '' ? refuse(`${name} cannot be blank; take it away instead.`) : text;
}

/** ISO 8601 with a time zone, of four-digit years, in UTC. */
function checkedTime(name: string, value: string): string {
  const isWhole = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(value);
  const time = new Date(isWhole ? value : Number.NaN);
  const isReal = !Number.isNaN(time.getTime()) && /^\d{4}-/.test(time.toISOString());
  return isReal && isDayOfMonth(value)
    ? time.toISOString()
    : refuse(`${name} is a time such as 2026-03-01T12:00:00Z, not ${quote(value)}.`);
}

/** Date takes 30 February for 2 March. */
function isDayOfMonth(value: string): boolean {
  const day = value.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

function refuse(message: string): never {
  throw invalid(message);
}

function invalid(message: string): DirectoryError {
  return new DirectoryError('invalid', message, { field: 'attributes' });
}
