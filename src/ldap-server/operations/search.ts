/** Search (RFC 4511 section 4.5): streams the entries that match, at the pace at which they are read. */
import type { Clock } from '../../core/clock.ts';
import type { NewId } from '../../core/ids.ts';
import type { PagedResults } from '../protocol/controls.ts';
import type { Control, SearchRequest } from '../protocol/messages.ts';
import { ResultCode } from '../protocol/result-codes.ts';
import { type Assertion, prepare } from '../tree/assertion.ts';
import { matches } from '../tree/matcher.ts';
import { encodeSelected, type Selection, select } from '../tree/selection.ts';
import type { Snapshot } from '../tree/snapshot.ts';
import { groupsAbove } from '../tree/view.ts';
import { type Outcome, refusal, SUCCESS } from './outcome.ts';
import { type Progress, pagedResultsControl, readPaging, resume, suspend } from './paging.ts';
import type { Session } from './session.ts';
import { findTarget, isTarget, type ServerEntries } from './target.ts';

/** Where answers go. */
export interface Output {
  send(message: Buffer): void;
  /** As much waits to be read as should. */
  readonly isFull: boolean;
  /** Resolves when there is room again and others have had their turn. */
  room(): Promise<void>;
}

/** A request on its way. */
export interface Task {
  readonly messageId: number;
  /** By the client, or because its connection is gone. */
  readonly isAbandoned: boolean;
}

export interface SearchDependencies {
  snapshot(): Snapshot;
  readonly server: ServerEntries;
  readonly clock: Clock;
  /** Makes cookies, which nobody can guess. */
  readonly newId: NewId;
  readonly limits: { readonly searchMs: number; readonly pagedSearchesMax: number };
}

/** null: abandoned, so there is no answer. */
export type SearchOutcome = Outcome | null;

/** Candidates looked at, times parts of the filter, before others get their turn. */
const STEP_WORK = 4096;

interface Running {
  readonly request: SearchRequest;
  readonly assertion: Assertion;
  readonly selection: Selection;
  readonly progress: Progress;
  readonly paging: PagedResults | null;
  /** Entries that this answer may hold yet. */
  pageLeft: number;
  readonly stepCandidates: number;
  readonly deadlineMs: number;
}

/** Answers at once where one step is enough, without waiting for anything. */
export function search(
  request: SearchRequest,
  controls: readonly Control[],
  session: Session,
  task: Task,
  output: Output,
  dependencies: SearchDependencies,
): SearchOutcome | Promise<SearchOutcome> {
  const running = begin(request, controls, session, dependencies);
  if ('code' in running) return running;
  const end = step(running, task, output);
  return end === null
    ? stream(running, session, task, output, dependencies)
    : finish(running, end, session, dependencies);
}

function begin(
  request: SearchRequest,
  controls: readonly Control[],
  session: Session,
  { snapshot, server, clock, limits }: SearchDependencies,
): Running | Outcome {
  const paging = readPaging(controls);
  if (paging !== null && 'code' in paging) return paging;
  const target = findTarget(request.base, session, snapshot(), server);
  if (!isTarget(target)) return target;
  const assertion = prepare(request.filter, (key) => groupsAbove(target.view, key));
  const progress =
    paging === null || paging.cookie.length === 0
      ? { candidates: target.view.candidates(target.entry, request.scope, assertion), position: 0, sent: 0 }
      : resume(request, paging, session.pages);
  if ('code' in progress) return progress;
  const limitMs = Math.min(limits.searchMs, request.timeLimitSeconds * 1000 || Number.POSITIVE_INFINITY);
  return {
    request,
    assertion,
    selection: select(request),
    progress,
    paging,
    pageLeft: paging === null ? Number.POSITIVE_INFINITY : paging.size,
    stepCandidates: Math.max(1, Math.floor(STEP_WORK / partsOf(assertion))),
    deadlineMs: clock.now().getTime() + limitMs,
  };
}

/** How one answer ends: all seen, the page full, the client's size limit or the time limit reached. */
type End = 'complete' | 'page-full' | 'size-limit' | 'time-limit';

async function stream(
  running: Running,
  session: Session,
  task: Task,
  output: Output,
  dependencies: SearchDependencies,
): Promise<SearchOutcome> {
  for (;;) {
    await output.room();
    if (task.isAbandoned) return null;
    const isLate = dependencies.clock.now().getTime() >= running.deadlineMs;
    const end = isLate ? 'time-limit' : step(running, task, output);
    if (end !== null) return finish(running, end, session, dependencies);
  }
}

/** Looks at some candidates; null: there are more. */
function step(running: Running, { messageId }: Task, output: Output): End | null {
  const { progress, request, assertion, selection } = running;
  const stop = progress.position + running.stepCandidates;
  while (progress.position < stop && !output.isFull) {
    if (running.paging?.size === 0) return 'page-full';
    const entry = progress.candidates[progress.position];
    if (entry === undefined) return 'complete';
    if (matches(assertion, entry) === true) {
      if (request.sizeLimit > 0 && progress.sent === request.sizeLimit) return 'size-limit';
      if (running.pageLeft === 0) return 'page-full';
      output.send(encodeSelected(messageId, entry, selection));
      progress.sent += 1;
      running.pageLeft -= 1;
    }
    progress.position += 1;
  }
  return progress.position >= progress.candidates.length ? 'complete' : null;
}

function finish(
  { request, progress, paging }: Running,
  end: End,
  session: Session,
  { newId, limits }: SearchDependencies,
): Outcome {
  const result = RESULTS[end];
  if (paging === null) return result;
  // A page of size 0 asks for an estimate, or ends the search (RFC 2696 section 3).
  const cookie =
    end === 'page-full' && paging.size > 0
      ? suspend({ request, progress }, newId(), session.pages, limits.pagedSearchesMax)
      : NO_COOKIE;
  return { ...result, controls: [pagedResultsControl(cookie, progress.candidates.length)] };
}

const NO_COOKIE = Buffer.alloc(0);

const RESULTS: Readonly<Record<End, Outcome>> = {
  complete: SUCCESS,
  'page-full': SUCCESS,
  'size-limit': refusal(ResultCode.sizeLimitExceeded, 'There are more entries than the size limit.'),
  'time-limit': refusal(ResultCode.timeLimitExceeded, 'The search took longer than its time limit.'),
};

function partsOf(assertion: Assertion): number {
  switch (assertion.type) {
    case 'and':
    case 'or':
      return assertion.parts.reduce((sum, part) => sum + partsOf(part), 1);
    case 'not':
      return 1 + partsOf(assertion.part);
    default:
      return 1;
  }
}
