/** Whether an entry matches an assertion (RFC 4511 section 4.5.1.7). */
import type { Assertion, Parts, Truth } from './assertion.ts';
import type { Entry } from './entry.ts';

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
    default:
      return matchesValue(assertion, entry);
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

type ValueAssertion = Extract<
  Assertion,
  { type: 'equality' | 'at-least' | 'at-most' | 'substring' | 'rule' | 'bits' }
>;

function matchesValue(assertion: ValueAssertion, entry: Entry): boolean {
  const { attribute } = assertion;
  switch (assertion.type) {
    case 'equality':
      return entry.keys(attribute).some((key) => assertion.keys.has(key));
    case 'at-least':
      return entry.keys(attribute).some((key) => assertion.rule.compare(key, assertion.key) >= 0);
    case 'at-most':
      return entry.keys(attribute).some((key) => assertion.rule.compare(key, assertion.key) <= 0);
    case 'substring':
      return entry.keys(attribute).some((key) => hasParts(key, assertion));
    case 'rule':
      return entry.values(attribute).some((value) => assertion.rule.key(value) === assertion.key);
    case 'bits':
      return entry.keys(attribute).some((key) => hasBits(BigInt(key), assertion.mask, assertion.every));
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
