/** Where a directory speaks otherwise than its preset: attributes, usernames, memberships, pages. */
import { DirectoryError } from '../errors.ts';
import { attributeName } from './attribute-name.ts';

/** What attributes upstream may fill: fields of people, then of groups, then what ties them together. */
export const MAPPED_FIELDS = [
  'id',
  'email',
  'otherEmails',
  'displayName',
  'givenName',
  'familyName',
  'language',
  'affiliations',
  'employeeNumber',
  'title',
  'department',
  'phone',
  'mobile',
  'sshPublicKeys',
  'avatar',
  'groupDisplayName',
  'groupDescription',
  'members',
  'memberUids',
  'memberOf',
] as const;
export type MappedField = (typeof MAPPED_FIELDS)[number];

/** Attributes by field; of several the first that an entry has counts. None: the field stays empty. */
export type AttributeMap = Readonly<Record<MappedField, readonly string[]>>;

export const USERNAME_RULES = ['whole', 'before-at'] as const;
export const MEMBERSHIP_RULES = ['groups', 'users'] as const;

export interface Dialect {
  readonly attributes: AttributeMap;
  /** `before-at`: of a username that is an address, the part before the @; `whole` refuses it. */
  readonly usernameFrom: (typeof USERNAME_RULES)[number];
  /** What tells memberships: the entries of groups, or memberOf of people where groups list nobody. */
  readonly membersFrom: (typeof MEMBERSHIP_RULES)[number];
  /** Entries asked for at a time. */
  readonly pageSize: number;
}

/** What an operator has set; the rest is as the preset has it. */
export type DialectChanges = Partial<Omit<Dialect, 'attributes'>> & {
  readonly attributes?: Partial<AttributeMap>;
};

export const PAGE_SIZE_MAX = 5000;
/** Of one field. */
const ATTRIBUTES_MAX = 10;

/** Throws DirectoryError 'invalid', whose field and sentence name what to mend. */
export function normaliseDialect(changes: DialectChanges): DialectChanges {
  const { attributes, usernameFrom, membersFrom, pageSize } = changes;
  return {
    ...(attributes !== undefined && { attributes: normaliseMap(attributes) }),
    ...(usernameFrom !== undefined && {
      usernameFrom: oneOf('usernameFrom', 'The username rule', usernameFrom, USERNAME_RULES),
    }),
    ...(membersFrom !== undefined && {
      membersFrom: oneOf('membersFrom', 'What tells memberships', membersFrom, MEMBERSHIP_RULES),
    }),
    ...(pageSize !== undefined && { pageSize: checkPageSize(pageSize) }),
  };
}

function normaliseMap(map: Partial<AttributeMap>): Partial<AttributeMap> {
  return Object.fromEntries(
    Object.entries(map).map(([field, names]) => {
      if (names.length > ATTRIBUTES_MAX) {
        throw invalid('attributes', `The field ${field} comes from at most ${ATTRIBUTES_MAX} attributes.`);
      }
      return [mappedField(field), names.map((name) => checked(field, name))];
    }),
  );
}

function mappedField(field: string): MappedField {
  const known = MAPPED_FIELDS.find((name) => name === field);
  if (known !== undefined) return known;
  throw invalid(
    'attributes',
    `There is no field ${JSON.stringify(field)} to map: it is one of ${MAPPED_FIELDS.join(', ')}.`,
  );
}

function checked(field: string, text: string): string {
  const name = attributeName(text);
  if (name !== null) return name;
  throw invalid(
    'attributes',
    `The field ${field} must come from attributes, such as mail: ${JSON.stringify(text)} is none.`,
  );
}

function checkPageSize(size: number): number {
  if (Number.isInteger(size) && size >= 1 && size <= PAGE_SIZE_MAX) return size;
  throw invalid('pageSize', `The page size must be a whole number from 1 to ${PAGE_SIZE_MAX}.`);
}

function oneOf<Value extends string>(
  field: string,
  word: string,
  value: Value,
  known: readonly Value[],
): Value {
  if (known.includes(value)) return value;
  throw invalid(field, `${word} must be ${known.join(' or ')}.`);
}

function invalid(field: string, message: string): DirectoryError {
  return new DirectoryError('invalid', message, { field });
}
