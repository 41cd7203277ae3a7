/** A filter made ready for one search: types looked up, values turned into keys, what cannot be evaluated folded away. */
import { isUtf8 } from 'node:buffer';
import type { Filter } from '../../core/syntax/filter.ts';
import { type AttributeType, attributeType, type FindType, findAttributeType } from './attribute-types.ts';
import {
  compares,
  EQUALITY_RULES,
  findRule,
  inChainMatch,
  integerBitAndMatch,
  integerBitOrMatch,
  type MatchingRule,
  MICROSOFT_RULES,
  type OrderingRule,
  objectIdentifierMatch,
  SYNTAX,
} from './matching-rules.ts';
import { CLASS_NAMES } from './object-classes.ts';

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
  /** Equality by a rule that the filter chose, or with the values of the entry's DN too. */
  | {
      readonly type: 'rule';
      /** null: all that the rule can compare. */
      readonly attribute: AttributeType | null;
      readonly rule: MatchingRule;
      readonly key: string;
      readonly dnAttributes: boolean;
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

/**
 * What is unknown or malformed is Undefined, so that its negation finds nothing either. An object class that is not
 * served is the exception: "no computer" must be true of every person.
 */
export function prepare(
  filter: Filter,
  groupsAbove: GroupsAbove,
  findType: FindType = findAttributeType,
): Assertion {
  const prepared = (part: Filter) => prepare(part, groupsAbove, findType);
  switch (filter.type) {
    case 'and':
      return { type: 'and', parts: filter.filters.map(prepared) };
    case 'or':
      return or(filter.filters.map(prepared));
    case 'not':
      return { type: 'not', part: prepared(filter.filter) };
    case 'extensible':
      return extensible(filter, groupsAbove, findType);
    default: {
      const attribute = findType(filter.attribute);
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
    // Folded texts are near enough to each other (RFC 4511 section 4.5.1.7.6 leaves it to the server).
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

type Extensible = Extract<Filter, { type: 'extensible' }>;

/** RFC 4511 section 4.5.1.7.7; of Microsoft's rules the bitwise ones, and the one that follows nested groups. */
function extensible(filter: Extensible, groupsAbove: GroupsAbove, findType: FindType): Assertion {
  const attribute = filter.attribute === null ? null : findType(filter.attribute);
  if (attribute === undefined) return UNDEFINED;
  if (filter.rule === null || attribute === null)
    return byRule(filter, attribute, namedRule(filter, attribute));
  switch (findRule(MICROSOFT_RULES, filter.rule)) {
    case inChainMatch:
      return inChain(attribute, filter.value, groupsAbove);
    case integerBitAndMatch:
      return bits(attribute, filter.value, true);
    case integerBitOrMatch:
      return bits(attribute, filter.value, false);
    default:
      return byRule(filter, attribute, namedRule(filter, attribute));
  }
}

function namedRule({ rule }: Extensible, attribute: AttributeType | null): MatchingRule | undefined {
  return rule === null ? (attribute?.equality ?? undefined) : findRule(EQUALITY_RULES, rule);
}

function byRule(
  { value, dnAttributes }: Extensible,
  attribute: AttributeType | null,
  rule: MatchingRule | undefined,
): Assertion {
  if (rule === undefined || (attribute !== null && !compares(rule, attribute.syntax))) return UNDEFINED;
  if (rule === attribute?.equality && !dnAttributes) return equality(attribute, value);
  const key = keyOf(rule, value);
  return key === null ? UNDEFINED : { type: 'rule', attribute, rule, key, dnAttributes };
}

/** memberOf holds the groups above already; a group's members below are found from the member's side. */
function inChain(attribute: AttributeType, value: Buffer, groupsAbove: GroupsAbove): Assertion {
  const key = keyOf(inChainMatch, value);
  if (attribute.syntax !== SYNTAX.dn || key === null) return UNDEFINED;
  const lists = attribute === attributeType.member || attribute === attributeType.uniqueMember;
  return lists ? { type: 'entries', keys: groupsAbove(key) } : equality(attribute, value);
}

function bits(attribute: AttributeType, value: Buffer, every: boolean): Assertion {
  const key = keyOf(integerBitAndMatch, value);
  if (attribute.syntax !== SYNTAX.integer || key === null) return UNDEFINED;
  return { type: 'bits', attribute, mask: BigInt(key), every };
}

function keyOf(rule: MatchingRule | null, value: Buffer): string | null {
  if (rule === null || !isUtf8(value)) return null;
  const text = value.toString();
  return rule.key(rule === objectIdentifierMatch ? (CLASS_NAMES.get(text) ?? text) : text);
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
