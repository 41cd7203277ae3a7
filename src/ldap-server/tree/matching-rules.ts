/** Matching rules (RFC 4517 section 4.2): how the text of a value becomes the key by which it is compared. */
import { keyOfDn } from '../../core/syntax/dn.ts';
import { foldAttribute, foldCase, foldExact } from '../../core/syntax/folding.ts';

export interface MatchingRule {
  readonly name: string;
  readonly oid: string;
  /** OID of the syntax that assertions have. */
  readonly syntax: string;
  /** The key of a value or an assertion; null where the text is not of the rule's syntax. */
  key(text: string): string | null;
}

/** An ordering rule orders keys: negative, zero or positive. */
export interface OrderingRule extends MatchingRule {
  compare(one: string, other: string): number;
}

export const SYNTAX = {
  attributeTypeDescription: '1.3.6.1.4.1.1466.115.121.1.3',
  boolean: '1.3.6.1.4.1.1466.115.121.1.7',
  directoryString: '1.3.6.1.4.1.1466.115.121.1.15',
  dn: '1.3.6.1.4.1.1466.115.121.1.12',
  generalizedTime: '1.3.6.1.4.1.1466.115.121.1.24',
  ia5String: '1.3.6.1.4.1.1466.115.121.1.26',
  integer: '1.3.6.1.4.1.1466.115.121.1.27',
  jpeg: '1.3.6.1.4.1.1466.115.121.1.28',
  matchingRuleDescription: '1.3.6.1.4.1.1466.115.121.1.30',
  objectClassDescription: '1.3.6.1.4.1.1466.115.121.1.37',
  octetString: '1.3.6.1.4.1.1466.115.121.1.40',
  oid: '1.3.6.1.4.1.1466.115.121.1.38',
  syntaxDescription: '1.3.6.1.4.1.1466.115.121.1.54',
  substringAssertion: '1.3.6.1.4.1.1466.115.121.1.58',
  telephoneNumber: '1.3.6.1.4.1.1466.115.121.1.50',
  uuid: '1.3.6.1.1.16.1',
} as const;

export const caseIgnoreMatch = rule('caseIgnoreMatch', '2.5.13.2', SYNTAX.directoryString, foldCase);
const caseExactMatch = rule('caseExactMatch', '2.5.13.5', SYNTAX.directoryString, foldExact);
export const caseExactIA5Match = rule(
  'caseExactIA5Match',
  '1.3.6.1.4.1.1466.109.114.1',
  SYNTAX.ia5String,
  foldExact,
);
export const caseIgnoreIA5Match = rule(
  'caseIgnoreIA5Match',
  '1.3.6.1.4.1.1466.109.114.2',
  SYNTAX.ia5String,
  foldCase,
);
export const caseIgnoreSubstringsMatch = rule(
  'caseIgnoreSubstringsMatch',
  '2.5.13.4',
  SYNTAX.substringAssertion,
  foldPart,
);
export const caseIgnoreIA5SubstringsMatch = rule(
  'caseIgnoreIA5SubstringsMatch',
  '1.3.6.1.4.1.1466.109.114.3',
  SYNTAX.substringAssertion,
  foldPart,
);
export const distinguishedNameMatch = rule(
  'distinguishedNameMatch',
  '2.5.13.1',
  SYNTAX.dn,
  distinguishedName,
);
export const objectIdentifierMatch = rule('objectIdentifierMatch', '2.5.13.0', SYNTAX.oid, foldCase);
export const booleanMatch = rule('booleanMatch', '2.5.13.13', SYNTAX.boolean, boolean);
export const uuidMatch = rule('uuidMatch', '1.3.6.1.1.16.2', SYNTAX.uuid, uuid);
/** For octets that are text all the same, such as public keys. */
export const octetStringMatch = rule('octetStringMatch', '2.5.13.17', SYNTAX.octetString, (text) => text);
export const telephoneNumberMatch = rule(
  'telephoneNumberMatch',
  '2.5.13.20',
  SYNTAX.telephoneNumber,
  foldTelephoneNumber,
);
export const telephoneNumberSubstringsMatch = rule(
  'telephoneNumberSubstringsMatch',
  '2.5.13.21',
  SYNTAX.substringAssertion,
  foldTelephoneNumber,
);
export const integerMatch = rule('integerMatch', '2.5.13.14', SYNTAX.integer, integer);
export const generalizedTimeMatch = rule(
  'generalizedTimeMatch',
  '2.5.13.27',
  SYNTAX.generalizedTime,
  instant,
);

export const caseIgnoreOrderingMatch: OrderingRule = {
  ...rule('caseIgnoreOrderingMatch', '2.5.13.3', SYNTAX.directoryString, foldCase),
  compare: compareTexts,
};
const caseExactOrderingMatch: OrderingRule = {
  ...rule('caseExactOrderingMatch', '2.5.13.6', SYNTAX.directoryString, foldExact),
  compare: compareTexts,
};
export const uuidOrderingMatch: OrderingRule = {
  ...rule('uuidOrderingMatch', '1.3.6.1.1.16.3', SYNTAX.uuid, uuid),
  compare: compareTexts,
};
export const integerOrderingMatch: OrderingRule = {
  ...rule('integerOrderingMatch', '2.5.13.15', SYNTAX.integer, integer),
  compare: (one, other) => Number(BigInt(one) - BigInt(other)),
};
export const generalizedTimeOrderingMatch: OrderingRule = {
  ...rule('generalizedTimeOrderingMatch', '2.5.13.28', SYNTAX.generalizedTime, instant),
  compare: (one, other) => Number(one) - Number(other),
};

/** Those that an extensible filter may name, besides the ones of Microsoft. */
export const EQUALITY_RULES: readonly MatchingRule[] = [
  caseIgnoreMatch,
  caseExactMatch,
  caseIgnoreIA5Match,
  caseExactIA5Match,
  distinguishedNameMatch,
  objectIdentifierMatch,
  booleanMatch,
  uuidMatch,
  integerMatch,
  generalizedTimeMatch,
  octetStringMatch,
  telephoneNumberMatch,
];

/** Those that a sort key may name. */
export const ORDERING_RULES: readonly OrderingRule[] = [
  caseIgnoreOrderingMatch,
  caseExactOrderingMatch,
  uuidOrderingMatch,
  integerOrderingMatch,
  generalizedTimeOrderingMatch,
];

/** Microsoft's rules for extensible filters ([MS-ADTS] section 3.1.1.3.4.4); OpenLDAP gave the first two their names. */
export const integerBitAndMatch = rule(
  'integerBitAndMatch',
  '1.2.840.113556.1.4.803',
  SYNTAX.integer,
  integer,
);
export const integerBitOrMatch = rule('integerBitOrMatch', '1.2.840.113556.1.4.804', SYNTAX.integer, integer);
export const inChainMatch = rule(
  'LDAP-MATCHING-RULE-IN-CHAIN',
  '1.2.840.113556.1.4.1941',
  SYNTAX.dn,
  distinguishedName,
);

export const MICROSOFT_RULES: readonly MatchingRule[] = [integerBitAndMatch, integerBitOrMatch, inChainMatch];

/** The rule of a name in any case, or of an OID. */
export function findRule<Rule extends MatchingRule>(rules: readonly Rule[], name: string): Rule | undefined {
  const folded = foldAttribute(name);
  return rules.find((candidate) => candidate.oid === name || foldAttribute(candidate.name) === folded);
}

const TEXT_SYNTAXES: ReadonlySet<string> = new Set([SYNTAX.directoryString, SYNTAX.ia5String]);

/** Whether a rule can compare values of a syntax: of its own, and of any text where it is for text. */
export function compares(rule: MatchingRule, syntax: string): boolean {
  return rule.syntax === syntax || (TEXT_SYNTAXES.has(rule.syntax) && TEXT_SYNTAXES.has(syntax));
}

function rule(name: string, oid: string, syntax: string, key: (text: string) => string | null): MatchingRule {
  return { name, oid, syntax, key };
}

/** As foldCase, but a blank at either end of a substring's part still counts: "Jane *" is not "Janet". */
function foldPart(text: string): string {
  const folded = foldCase(text);
  if (folded === '') return text === '' ? '' : ' ';
  return `${/^\s/.test(text) ? ' ' : ''}${folded}${/\s$/.test(text) ? ' ' : ''}`;
}

/** RFC 4518 section 2.6.3: blanks and hyphens do not count. */
function foldTelephoneNumber(text: string): string {
  return foldCase(text).replace(/[ \-\u058a\u2010\u2011\u2212\ufe63\uff0d]/g, '');
}

function distinguishedName(text: string): string | null {
  try {
    return keyOfDn(text);
  } catch {
    return null;
  }
}

function boolean(text: string): string | null {
  const value = text.toUpperCase();
  return value === 'TRUE' || value === 'FALSE' ? value : null;
}

function uuid(text: string): string | null {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) ? text.toLowerCase() : null;
}

/** More digits than any integer served has, and few enough to compute with. */
const INTEGER_DIGITS_MAX = 40;

function integer(text: string): string | null {
  return text.length <= INTEGER_DIGITS_MAX && /^-?\d+$/.test(text) ? BigInt(text).toString() : null;
}

const GENERALIZED_TIME =
  /^(\d{4})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])(?:([0-5]\d)([0-5]\d|60)?)?(?:[.,](\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3])([0-5]\d)?)$/;

/** Milliseconds since 1970 as text (RFC 4517 section 3.3.13: a fraction is of the last unit that is written). */
function instant(text: string): string | null {
  const match = GENERALIZED_TIME.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const unitMs = match[6] !== undefined ? 1000 : match[5] !== undefined ? 60_000 : 3_600_000;
  const fractionMs = Math.floor(Number(`0.${match[7] ?? '0'}`) * unitMs);
  const offsetMs = (Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0)) * 60_000;
  const localMs = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second) + fractionMs;
  return String(match[8] === '-' ? localMs + offsetMs : localMs - offsetMs);
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The key of a time as served by formatTime. */
export function timeKey(time: Date): string {
  return String(Math.floor(time.getTime() / 1000) * 1000);
}

/** A time as served: GeneralizedTime in UTC, to the second. */
export function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
}
