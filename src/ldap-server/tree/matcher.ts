/** Whether an entry matches an assertion (RFC 4511 section 4.5.1.7). */
import { parseDn } from '../../core/syntax/dn.ts';
import type { Assertion, Parts, Truth } from './assertion.ts';
import { type AttributeType, findAttributeType } from './attribute-types.ts';
import type { Entry, Work } from './entry.ts';
import { compares } from './matching-rules.ts';

/** An entry can hold 100 000 values, and a filter 10 000 parts: together they would hold up everybody for minutes. */
export const ENTRY_WORK_MAX = 1_000_000;

/** With no work left the answer is Undefined. */
export function matches(assertion: Assertion, entry: Entry, work: Work = { left: ENTRY_WORK_MAX }): Truth {
  if (work.left <= 0) return null;
  work.left -= 1;
  switch (assertion.type) {
    case 'constant':
      return assertion.truth;
    case 'and':
      return combine(assertion.parts, entry, false, work);
    case 'or':
      return combine(assertion.parts, entry, true, work);
    case 'not': {
      const truth = matches(assertion.part, entry, work);
      return truth === null ? null : !truth;
    }
    case 'entries':
      return assertion.keys.has(entry.key);
    case 'presence':
      return entry.values(assertion.attribute).length > 0;
    case 'equality':
      return entry.holds(assertion.attribute, assertion.keys, work);
    case 'rule':
      return matchesRule(assertion, entry, work);
    default: {
      const keys = entry.keys(assertion.attribute);
      work.left -= keys.length;
      return keys.some((key) => matchesKey(assertion, key));
    }
  }
}

/** Ends at the first part that decides: false for `and`, true for `or`; without one, Undefined outweighs the rest. */
function combine(parts: readonly Assertion[], entry: Entry, deciding: boolean, work: Work): Truth {
  let truth: Truth = !deciding;
  for (const part of parts) {
    const partTruth = matches(part, entry, work);
    if (partTruth === deciding) return deciding;
    if (partTruth === null) truth = null;
  }
  return truth;
}

/** Those that look at one value at a time, by its key under the attribute's equality rule. */
export type KeyAssertion = Extract<
  Assertion,
  { type: 'equality' | 'at-least' | 'at-most' | 'substring' | 'bits' }
>;

export function matchesKey(assertion: KeyAssertion, key: string): boolean {
  switch (assertion.type) {
    case 'equality':
      return assertion.keys.has(key);
    case 'at-least':
      return assertion.rule.compare(key, assertion.key) >= 0;
    case 'at-most':
      return assertion.rule.compare(key, assertion.key) <= 0;
    case 'substring':
      return hasParts(key, assertion);
    case 'bits':
      return hasBits(BigInt(key), assertion.mask, assertion.every);
  }
}

type RuleAssertion = Extract<Assertion, { type: 'rule' }>;

/** A rule that is not the attribute's own folds each value anew, which costs this much more. */
const FOLDING_WORK = 4;

function matchesRule(assertion: RuleAssertion, entry: Entry, work: Work): boolean {
  const inEntry = entry.types.some(
    (type) => isMeant(assertion, type) && holdsByRule(assertion, entry, type, work),
  );
  return inEntry || (assertion.dnAttributes && isInDn(assertion, entry.dn));
}

function holdsByRule({ rule, key }: RuleAssertion, entry: Entry, type: AttributeType, work: Work): boolean {
  if (rule.key === type.equality?.key) {
    const keys = entry.keys(type);
    work.left -= keys.length;
    return keys.includes(key);
  }
  const values = entry.values(type);
  work.left -= values.length * FOLDING_WORK;
  return values.some((value) => rule.key(value) === key);
}

/** RFC 4511 section 4.5.1.7.7: the values of all RDNs, as if the entry held them. */
function isInDn(assertion: RuleAssertion, dn: string): boolean {
  return parseDn(dn)
    .flat()
    .some(({ type: name, value }) => {
      const type = findAttributeType(name);
      return type !== undefined && isMeant(assertion, type) && assertion.rule.key(value) === assertion.key;
    });
}

function isMeant({ attribute, rule }: RuleAssertion, type: AttributeType): boolean {
  // What only the bind DN may read is meant by its name alone.
  return attribute === null ? !type.restricted && compares(rule, type.syntax) : type === attribute;
}

/** The values of an attribute of which any item of a values filter (RFC 3876) is true; null: there are too many to tell. */
export function matchingValues(
  items: readonly Assertion[],
  entry: Entry,
  type: AttributeType,
): readonly string[] | null {
  const own = items.filter((item) => isAbout(item, type));
  if (own.length === 0) return [];
  const values = entry.values(type);
  if (values.length * own.length > ENTRY_WORK_MAX) return null;
  const known = entry.keys(type);
  // Of values that are not of the syntax there is no key: then the order does not tell whose a key is.
  const keyOf = (value: string, index: number): string | null =>
    (known.length === values.length ? known[index] : type.equality?.key(value)) ?? null;
  return values.filter((value, index) => {
    const key = keyOf(value, index);
    return own.some((item) => isTrueOf(item, value, key));
  });
}

function isAbout(item: Assertion, type: AttributeType): boolean {
  if (item.type === 'rule') return isMeant(item, type);
  return 'attribute' in item && item.attribute === type;
}

function isTrueOf(item: Assertion, value: string, key: string | null): boolean {
  switch (item.type) {
    case 'constant':
    case 'and':
    case 'or':
    case 'not':
    case 'entries':
      return false;
    case 'presence':
      return true;
    case 'rule':
      return item.rule.key(value) === item.key;
    default:
      return key !== null && matchesKey(item, key);
  }
}

/** Whether a folded value holds the parts of a substring in their order, without overlap. */
export function hasParts(value: string, { initial, any, final }: Parts): boolean {
  if (!value.startsWith(initial)) return false;
  let position = initial.length;
  for (const part of any) {
    const found = value.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return value.length - final.length >= position && value.endsWith(final);
}

function hasBits(value: bigint, mask: bigint, every: boolean): boolean {
  return every ? (value & mask) === mask : (value & mask) !== 0n;
}
