/** Whether an entry matches an assertion (RFC 4511 section 4.5.1.7). */
import { parseDn } from '../../core/syntax/dn.ts';
import type { Assertion, Parts, Truth } from './assertion.ts';
import { type AttributeType, findAttributeType } from './attribute-types.ts';
import type { Entry } from './entry.ts';
import { compares } from './matching-rules.ts';

export function matches(assertion: Assertion, entry: Entry): Truth {
  switch (assertion.type) {
    case 'constant':
      return assertion.truth;
    case 'and':
      return combine(assertion.parts, entry, false);
    case 'or':
      return combine(assertion.parts, entry, true);
    case 'not': {
      const truth = matches(assertion.part, entry);
      return truth === null ? null : !truth;
    }
    case 'entries':
      return assertion.keys.has(entry.key);
    case 'presence':
      return entry.values(assertion.attribute).length > 0;
    case 'rule':
      return matchesRule(assertion, entry);
    default:
      return entry.keys(assertion.attribute).some((key) => matchesKey(assertion, key));
  }
}

/** Ends at the first part that decides: false for `and`, true for `or`; without one, Undefined outweighs the rest. */
function combine(parts: readonly Assertion[], entry: Entry, deciding: boolean): Truth {
  let truth: Truth = !deciding;
  for (const part of parts) {
    const partTruth = matches(part, entry);
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

function matchesRule(assertion: RuleAssertion, entry: Entry): boolean {
  const { rule, key, dnAttributes } = assertion;
  const inEntry = entry.types.some(
    (type) => isMeant(assertion, type) && entry.values(type).some((value) => rule.key(value) === key),
  );
  return inEntry || (dnAttributes && isInDn(assertion, entry.dn));
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
  return attribute === null ? compares(rule, type.syntax) : type === attribute;
}

/** Whether any item of a values filter (RFC 3876) is true of one value. */
export function matchesValue(items: readonly Assertion[], type: AttributeType, value: string): boolean {
  const key = type.equality?.key(value) ?? null;
  return items.some((item) => isTrueOf(item, type, value, key));
}

function isTrueOf(item: Assertion, type: AttributeType, value: string, key: string | null): boolean {
  switch (item.type) {
    case 'constant':
    case 'and':
    case 'or':
    case 'not':
    case 'entries':
      return false;
    case 'presence':
      return item.attribute === type;
    case 'rule':
      return isMeant(item, type) && item.rule.key(value) === item.key;
    default:
      return item.attribute === type && key !== null && matchesKey(item, key);
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
