/** Server side sorting (RFC 2891): the order that a request asks for, and entries put into it. */
import { isUtf8 } from 'node:buffer';
import { encodeSortResponse, type SortKey, type SortResult } from '../protocol/controls/sorting.ts';
import type { Control } from '../protocol/messages.ts';
import { Oid } from '../protocol/oids.ts';
import { ResultCode } from '../protocol/result-codes.ts';
import { type AttributeType, type FindType, findAttributeType } from '../tree/attribute-types.ts';
import type { Entry } from '../tree/entry.ts';
import {
  caseIgnoreOrderingMatch,
  compares,
  findRule,
  ORDERING_RULES,
  type OrderingRule,
} from '../tree/matching-rules.ts';

/** An entry with the keys by which it is sorted; null: it does not hold the attribute. */
export interface SortRow {
  readonly entry: Entry;
  readonly keys: readonly (string | null)[];
}

/** One key or more, the first the weightiest. */
export type SortOrder = readonly Criterion[];

interface Criterion {
  readonly attribute: AttributeType;
  readonly rule: OrderingRule;
  readonly reverse: boolean;
}

/** The order, or why entries cannot be put into it. */
export function readOrder(
  keys: readonly SortKey[],
  findType: FindType = findAttributeType,
): SortOrder | SortResult {
  const order: Criterion[] = [];
  for (const { attribute: name, rule: ruleName, reverse } of keys) {
    const attribute = findType(name);
    if (attribute === undefined) return { code: ResultCode.noSuchAttribute, attribute: name };
    const rule = ruleName === null ? ruleOf(attribute) : findRule(ORDERING_RULES, ruleName);
    if (rule === undefined || !compares(rule, attribute.syntax)) {
      return { code: ResultCode.inappropriateMatching, attribute: name };
    }
    const decides = !order.some((before) => before.attribute === attribute && before.rule === rule);
    if (decides) order.push({ attribute, rule, reverse });
  }
  return order;
}

/** There is no ordering rule for IA5 text such as mail: the one for other text serves it. */
function ruleOf({ ordering, syntax }: AttributeType): OrderingRule | undefined {
  return ordering ?? (compares(caseIgnoreOrderingMatch, syntax) ? caseIgnoreOrderingMatch : undefined);
}

export function rowOf(entry: Entry, order: SortOrder): SortRow {
  return { entry, keys: order.map((criterion) => leastKey(entry, criterion)) };
}

/** Of several values the least one counts (RFC 2891 section 2.2). */
function leastKey(entry: Entry, { attribute, rule }: Criterion): string | null {
  let least: string | null = null;
  const isOwn = rule.key === attribute.equality?.key;
  const keys = isOwn ? entry.keys(attribute) : entry.values(attribute).map(rule.key);
  for (const key of keys) {
    if (key !== null && (least === null || rule.compare(key, least) < 0)) least = key;
  }
  return least;
}

export function compareRows(order: SortOrder, one: SortRow, other: SortRow): number {
  for (const [index, criterion] of order.entries()) {
    const result = compareKeys(criterion, one.keys[index] ?? null, other.keys[index] ?? null);
    if (result !== 0) return result;
  }
  return 0;
}

/** What is missing is larger than all values (RFC 2891 section 2.2). */
function compareKeys({ rule, reverse }: Criterion, one: string | null, other: string | null): number {
  if (one === other) return 0;
  const result = one === null ? 1 : other === null ? -1 : rule.compare(one, other);
  return reverse ? -result : result;
}

/** The index of the first of sorted rows that does not come before a value; null: the value is not of the syntax. */
export function firstNotBefore(order: SortOrder, rows: readonly SortRow[], value: Buffer): number | null {
  const [criterion] = order;
  const key = criterion !== undefined && isUtf8(value) ? criterion.rule.key(value.toString()) : null;
  if (criterion === undefined || key === null) return null;
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(criterion, rows[middle]?.keys[0] ?? null, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows sorted or merged before others get their turn. */
const SORT_STEP = 4096;

/** A stable merge sort in steps between which others may run. */
export function* sortRows(rows: readonly SortRow[], order: SortOrder): Generator<void, readonly SortRow[]> {
  const compare = (one: SortRow, other: SortRow): number => compareRows(order, one, other);
  let runs: (readonly SortRow[])[] = [];
  for (let start = 0; start < rows.length; start += SORT_STEP) {
    runs.push(rows.slice(start, start + SORT_STEP).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: (readonly SortRow[])[] = [];
    for (let index = 0; index < runs.length; index += 2) {
      merged.push(yield* merge(runs[index] ?? [], runs[index + 1] ?? [], compare));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge(
  first: readonly SortRow[],
  second: readonly SortRow[],
  compare: (one: SortRow, other: SortRow) => number,
): Generator<void, readonly SortRow[]> {
  const merged: SortRow[] = [];
  const take = (row: SortRow): void => void merged.push(row);
  let [left, right] = [0, 0];
  for (;;) {
    const [one, other] = [first[left], second[right]];
    if (one !== undefined && (other === undefined || compare(one, other) <= 0)) {
      take(one);
      left += 1;
    } else if (other !== undefined) {
      take(other);
      right += 1;
    } else {
      return merged;
    }
    if (merged.length % SORT_STEP === 0) yield;
  }
}

export const SORTED: SortResult = { code: ResultCode.success, attribute: null };

export function sortControl(result: SortResult): Control {
  return { oid: Oid.sortResponse, critical: false, value: encodeSortResponse(result) };
}
