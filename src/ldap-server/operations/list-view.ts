/** Virtual list views (draft-ietf-ldapext-ldapv3-vlv-09): the window on a sorted list that a request asks for. */
import {
  encodeVirtualListViewResponse,
  type ViewTarget,
  type VirtualListViewRequest,
} from '../protocol/controls/virtual-list-view.ts';
import type { Control } from '../protocol/messages.ts';
import { Oid } from '../protocol/oids.ts';
import type { ResultCode } from '../protocol/result-codes.ts';
import { firstNotBefore, type SortOrder, type SortRow } from './sorting.ts';

export interface Window {
  /** Rows from `start` to before `end`. */
  readonly start: number;
  readonly end: number;
  /** Of the target, from 1. */
  readonly position: number;
}

/** null: there is no such target. */
export function windowOn(
  { target, beforeCount, afterCount }: VirtualListViewRequest,
  rows: readonly SortRow[],
  order: SortOrder,
): Window | null {
  const position =
    target.type === 'offset'
      ? positionOf(target, rows.length)
      : nextTo(firstNotBefore(order, rows, target.value));
  if (position === null) return null;
  return {
    start: Math.max(0, position - 1 - beforeCount),
    end: Math.min(rows.length, position + afterCount),
    position,
  };
}

/** The client's offset in a list of the size that it knows, carried over to the list as it is now (section 6.1). */
function positionOf(
  { offset, contentCount }: Extract<ViewTarget, { type: 'offset' }>,
  count: number,
): number | null {
  if (offset === 0) return null;
  const isKnown = contentCount > 0 && contentCount !== count;
  const position = isKnown ? Math.round((count * offset) / contentCount) : offset;
  return Math.min(Math.max(position, 1), count + 1);
}

function nextTo(index: number | null): number | null {
  return index === null ? null : index + 1;
}

/** A view keeps no state between requests, so that each answer is of the list as it is now. */
export function listViewControl(code: ResultCode, targetPosition = 0, contentCount = 0): Control {
  return {
    oid: Oid.virtualListViewResponse,
    critical: false,
    value: encodeVirtualListViewResponse({ targetPosition, contentCount, code, contextId: null }),
  };
}
