/** The order of a search's entries and the window on them, as the controls for sorting and list views ask. */
import type { VirtualListViewRequest } from '../protocol/controls/virtual-list-view.ts';
import type { Control } from '../protocol/messages.ts';
import { ResultCode } from '../protocol/result-codes.ts';
import type { FindType } from '../tree/attribute-types.ts';
import type { Entry } from '../tree/entry.ts';
import type { Controls } from './controls.ts';
import type { Examination } from './examination.ts';
import { listViewControl, windowOn } from './list-view.ts';
import { type Outcome, refusal } from './outcome.ts';
import { readOrder, rowOf, SORTED, type SortOrder, type SortRow, sortControl, sortRows } from './sorting.ts';

export interface Arrangement {
  /** null: they cannot be sorted so, which is not critical. */
  readonly order: SortOrder | null;
  readonly listView: VirtualListViewRequest | null;
  /** Controls of the answer. */
  readonly answers: readonly Control[];
}

/** null: nothing of the kind is asked for. */
export function readArrangement(
  { sorting, listView, paging }: Controls,
  findType: FindType,
): Arrangement | Outcome | null {
  if (sorting === null) return listView === null ? null : SORT_CONTROL_MISSING;
  if (listView !== null && paging !== null) return VIEW_OR_PAGES;
  const order = readOrder(sorting.keys, findType);
  if (!('code' in order)) return { order, listView, answers: [sortControl(SORTED)] };
  const answers = [sortControl(order)];
  if (!sorting.critical && listView === null) return { order: null, listView, answers };
  return {
    ...refusal(ResultCode.unavailableCriticalExtension, 'Entries cannot be sorted so.'),
    controls: answers,
  };
}

const SORT_CONTROL_MISSING: Outcome = {
  ...refusal(ResultCode.virtualListViewError, 'A list view needs the sort control too.'),
  controls: [listViewControl(ResultCode.sortControlMissing)],
};
const VIEW_OR_PAGES = refusal(
  ResultCode.unwillingToPerform,
  'A list view and paged results cannot be asked for at once.',
);

export interface Arranged {
  /** null: the list has no target of the kind. */
  readonly entries: readonly Entry[] | null;
  readonly answers: readonly Control[];
}

/** Picks, sorts and cuts in steps, between which others may run. */
export function* arranged(
  { order, listView, answers }: Arrangement,
  candidates: readonly Entry[],
  examination: Examination,
): Generator<void, Arranged> {
  if (order === null) return { entries: candidates, answers };
  const picked: SortRow[] = [];
  for (const entry of candidates) {
    if (examination.matches(entry)) picked.push(rowOf(entry, order));
    if (examination.isStepOver() || examination.isExceeded) yield;
  }
  const rows = yield* sortRows(picked, order);
  return listView === null
    ? { entries: rows.map(({ entry }) => entry), answers }
    : cut(rows, order, listView, answers);
}

function cut(
  rows: readonly SortRow[],
  order: SortOrder,
  listView: VirtualListViewRequest,
  answers: readonly Control[],
): Arranged {
  const window = windowOn(listView, rows, order);
  if (window === null) {
    return { entries: null, answers: [...answers, listViewControl(ResultCode.offsetRangeError)] };
  }
  return {
    entries: rows.slice(window.start, window.end).map(({ entry }) => entry),
    answers: [...answers, listViewControl(ResultCode.success, window.position, rows.length)],
  };
}
