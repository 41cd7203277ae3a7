/** A filter made ready for one search: types looked up, values turned into keys, what cannot be evaluated folded away. */
import { isUtf8 } from 'node:buffer';
import type { Filter } from '../../core/syntax/filter.ts';
import { foldAttribute } from '../../core/syntax/folding.ts';
import { type AttributeType, attributeType, findAttributeType } from './attribute-types.ts';
import { EQUALITY_RULES, integerMatch, type MatchingRule, type OrderingRule } from './matching-rules.ts';

/** Three-valued (RFC 4511 section 4.5.1.7); null stands for Undefined. */
export type Truth = boolean | null;

export type Assertion =
  | { readonly type: 'constant'; readonly truth: Truth }
  | { readonly type: 'and' | 'or'; readonly parts: readonly Assertion[] }
  | { readonly type: 'not'; readonly part: Assertion }
  | { readonly type: 'presence'; readonly attribute: AttributeType }
  /** Any of the keys: an `or` of equalities of one attribute is one of these. */
  | { readonly type: 'equality'; readonly attribute: AttributeType; readonly keys: ReadonlySet<string> }
  | {
      readonly type: 'at-least' | 'at-most';
      readonly attribute: AttributeType;
      readonly rule: OrderingRule;
      readonly key: string;
    }
  | ({ readonly type: 'substring'; readonly attribute: AttributeType } & Parts)
  /** Equality by another rule than the attribute's own. */
  | {
      readonly type: 'rule';
      readonly attribute: AttributeType;
      readonly rule: MatchingRule;
      readonly key: string;
    }
  | {
      readonly type: 'bits';
      readonly attribute: AttributeType;
      readonly mask: bigint;
      readonly every: boolean;
    }
  /** The entries with these keys, and no others. */
  | { readonly type: 'entries'; readonly keys: ReadonlySet<string> };

/** The parts of a substring, folded. */
export interface Parts {
  readonly initial: string;
  readonly any: readonly string[];
  readonly final: string;
}

/** The keys of all groups that contain the entry of a key, directly or through other groups. */
export type GroupsAbove = (key: string) => ReadonlySet<string>;

const UNDEFINED: Assertion = { type: 'constant', truth: null };

export function prepare(filter: Filter, groupsAbove: GroupsAbove): Assertion {
  switch (filter.type) {
    case 'and':
      return { type: 'and', parts: filter.filters.map((part) => prepare(part, groupsAbove)) };
    case 'or':
      return or(filter.filters.map((part) => prepare(part, groupsAbove)));
    case 'not':
      return { type: 'not', part: prepare(filter.filter, groupsAbove) };
    case 'extensible':
      return extensible(filter, groupsAbove);
    default: {
      const attribute = findAttributeType(filter.attribute);
      return attribute === undefined ? UNDEFINED : item(filter, attribute);
    }
  }
}

type Item = Exclude<Filter, { type: 'and' | 'or' | 'not' | 'extensible' }>;

function item(filter: Item, attribute: AttributeType): Assertion {
  switch (filter.type) {
    case 'presence':
      return { type: 'presence', attribute };
    case 'equality':
    case 'approximate':
      return equality(attribute, filter.value);
    case 'greater-or-equal':
      return ordering('at-least', attribute, filter.value);
    case 'less-or-equal':
      return ordering('at-most', attribute, filter.value);
    case 'substring':
      return substring(filter, attribute);
  }
}

function equality(attribute: AttributeType, value: Buffer): Assertion {
  const key = keyOf(attribute.equality, value);
  return key === null ? UNDEFINED : { type: 'equality', attribute, keys: new Set([key]) };
}

function ordering(type: 'at-least' | 'at-most', attribute: AttributeType, value: Buffer): Assertion {
  const rule = attribute.ordering;
  const key = keyOf(rule, value);
  return rule === null || key === null ? UNDEFINED : { type, attribute, rule, key };
}

function substring(filter: Extract<Filter, { type: 'substring' }>, attribute: AttributeType): Assertion {
  const fold = (part: Buffer | null) => (part === null ? '' : keyOf(attribute.substring, part));
  const initial = fold(filter.initial);
  const final = fold(filter.final);
  const any = filter.any.map(fold);
  if (initial === null || final === null || any.includes(null)) return UNDEFINED;
  // Values are kept without blanks at their ends.
  return {
    type: 'substring',
    attribute,
    initial: initial.trimStart(),
    any: any.map((part) => part ?? ''),
    final: final.trimEnd(),
  };
}

const BIT_AND = '1.2.840.113556.1.4.803';
const BIT_OR = '1.2.840.113556.1.4.804';
const IN_CHAIN = '1.2.840.113556.1.4.1941';

/** RFC 4511 section 4.5.1.7.7; of Microsoft's rules the bitwise ones, and the one that follows nested groups. */
function extensible(filter: Extract<Filter, { type: 'extensible' }>, groupsAbove: GroupsAbove): Assertion {
  const attribute = filter.attribute === null ? undefined : findAttributeType(filter.attribute);
  if (attribute === undefined || filter.dnAttributes) return UNDEFINED;
  if (filter.rule === null) return equality(attribute, filter.value);
  if (filter.rule === IN_CHAIN) return inChain(attribute, filter.value, groupsAbove);
  if (filter.rule === BIT_AND || filter.rule === BIT_OR) return bits(attribute, filter.value, filter.rule);
  const name = foldAttribute(filter.rule);
  const rule = EQUALITY_RULES.find(
    (candidate) => candidate.oid === name || foldAttribute(candidate.name) === name,
  );
  if (rule === attribute.equality) return equality(attribute, filter.value);
  const key = keyOf(rule ?? null, filter.value);
  return rule === undefined || key === null ? UNDEFINED : { type: 'rule', attribute, rule, key };
}

/** memberOf holds the groups above already; a group's members below are found from the member's side. */
function inChain(attribute: AttributeType, value: Buffer, groupsAbove: GroupsAbove): Assertion {
  const key = attribute.equality === null ? null : keyOf(attribute.equality, value);
  if (key === null) return UNDEFINED;
  const lists = attribute === attributeType.member || attribute === attributeType.uniqueMember;
  return lists ? { type: 'entries', keys: groupsAbove(key) } : equality(attribute, value);
}

function bits(attribute: AttributeType, value: Buffer, rule: typeof BIT_AND | typeof BIT_OR): Assertion {
  const key = keyOf(integerMatch, value);
  if (attribute.equality !== integerMatch || key === null) return UNDEFINED;
  return { type: 'bits', attribute, mask: BigInt(key), every: rule === BIT_AND };
}

function keyOf(rule: MatchingRule | null, value: Buffer): string | null {
  return rule === null || !isUtf8(value) ? null : rule.key(value.toString());
}

/** Joins the equalities of each attribute, so that a filter that lists thousands of names costs one look. */
function or(parts: readonly Assertion[]): Assertion {
  const joined = new Map<AttributeType, Set<string>>();
  const others: Assertion[] = [];
  for (const part of parts) {
    if (part.type !== 'equality') {
      others.push(part);
      continue;
    }
    const keys = joined.get(part.attribute) ?? new Set();
    for (const key of part.keys) keys.add(key);
    joined.set(part.attribute, keys);
  }
  const equalities = [...joined].map(([attribute, keys]) => ({ type: 'equality' as const, attribute, keys }));
  return { type: 'or', parts: [...equalities, ...others] };
}
