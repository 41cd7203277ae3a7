/** Search (RFC 4511 section 4.5): streams the entries that match, at the pace at which they are read. */
import type { BerWriter } from '../protocol/ber-writer.ts';
import type { Control, SearchRequest } from '../protocol/messages.ts';
import { ResultCode } from '../protocol/result-codes.ts';
import type { Entry } from '../tree/entry.ts';
import { appendSelected, type LoadedOctets } from '../tree/selection.ts';
import { arranged } from './arrangement.ts';
import { CANCELED } from './cancel.ts';
import type { Controls } from './controls.ts';
import { dereference } from './dereference.ts';
import { type Outcome, refusal, SUCCESS } from './outcome.ts';
import { digestOf, pagedResultsControl } from './paging.ts';
import { begin, isFirstPage, type Running, type SearchDependencies } from './search-start.ts';
import type { Session } from './session.ts';

/** Where answers go. */
export interface Output {
  /** Takes whole messages; to be asked for anew after each wait. */
  readonly writer: BerWriter;
  /** Much that the writer has taken goes on its way. */
  passOn(): void;
  /** As much waits to be read as should. */
  readonly isFull: boolean;
  /** Resolves when there is room again and others have had their turn. */
  room(): Promise<void>;
}

/** A request on its way. */
export interface Task {
  readonly messageId: number;
  /** By the client, or because its connection is gone: there is no answer. */
  readonly isAbandoned: boolean;
  /** By the client, which awaits an answer that says so (RFC 3909). */
  readonly isCanceled: boolean;
  /** How many entries the plan of a search left to be looked at; told by the search, for who counts. */
  candidates: number;
  /** Entries of a search that were sent. */
  entries: number;
  /** When it began, in milliseconds since 1970; told by who hands it to its operation. */
  begunMs: number;
}

/** null: abandoned, so there is no answer. */
export type SearchOutcome = Outcome | null;

/** Answers at once where one step is enough, without waiting for anything. */
export function search(
  request: SearchRequest,
  controls: Controls,
  session: Session,
  task: Task,
  output: Output,
  dependencies: SearchDependencies,
): SearchOutcome | Promise<SearchOutcome> {
  const running = begin(request, controls, session, task.begunMs, dependencies);
  if ('code' in running) return running;
  if (isFirstPage(controls)) task.candidates = running.progress.candidates.length;
  const end = mustArrange(running) ? null : step(running, task, output);
  return end === null
    ? stream(running, session, task, output, dependencies)
    : finish(running, end, session, dependencies);
}

/** How one answer ends. */
type End =
  | 'complete'
  | 'page-full'
  /** The client's. */
  | 'size-limit'
  | 'time-limit'
  /** One entry would take too long to look at, or to tell. */
  | 'too-much'
  | 'no-such-target'
  | 'canceled'
  | 'abandoned';

function mustArrange({ arrangement, controls }: Running): boolean {
  return arrangement !== null && arrangement.order !== null && isFirstPage(controls);
}

async function stream(
  running: Running,
  session: Session,
  task: Task,
  output: Output,
  dependencies: SearchDependencies,
): Promise<SearchOutcome> {
  const turn = async (): Promise<End | null> => {
    await output.room();
    if (task.isAbandoned) return 'abandoned';
    if (task.isCanceled) return 'canceled';
    return dependencies.clock.now().getTime() >= running.deadlineMs ? 'time-limit' : null;
  };
  let end = mustArrange(running) ? await arrange(running, turn) : null;
  while (end === null) {
    if (running.photos?.isAwaited) await running.photos.fetch(upcoming(running));
    end = (await turn()) ?? step(running, task, output);
  }
  return finish(running, end, session, dependencies);
}

/** Looks at all candidates, then puts those that match in the place of them, in their order. */
async function arrange(running: Running, turn: () => Promise<End | null>): Promise<End | null> {
  const { arrangement, progress, examination } = running;
  if (arrangement === null) return null;
  const steps = arranged(arrangement, progress.candidates, examination);
  for (let next = steps.next(); ; next = steps.next()) {
    if (next.done === true) {
      running.answers = next.value.answers;
      if (next.value.entries === null) return 'no-such-target';
      progress.candidates = next.value.entries;
      return null;
    }
    const end = examination.isExceeded ? 'too-much' : await turn();
    if (end !== null) return end;
  }
}

/** Looks at some candidates; null: there are more. */
function step(running: Running, task: Task, output: Output): End | null {
  const { progress, request, examination, renewed } = running;
  while (!output.isFull && !examination.isStepOver()) {
    if (running.controls.paging?.size === 0) return 'page-full';
    const candidate = progress.candidates[progress.position];
    if (candidate === undefined) return 'complete';
    const entry = renewed === null ? candidate : renewed(candidate);
    const isWanted = examination.matches(entry);
    if (examination.isExceeded) return 'too-much';
    if (isWanted) {
      if (request.sizeLimit > 0 && progress.sent === request.sizeLimit) return 'size-limit';
      if (running.pageLeft === 0) return 'page-full';
      const octets = running.photos === null ? null : running.photos.of(entry);
      if (octets === 'awaited') return null;
      if (!append(output.writer, task.messageId, entry, running, octets)) return 'too-much';
      output.passOn();
      task.entries += 1;
      progress.sent += 1;
      running.pageLeft -= 1;
    }
    progress.position += 1;
  }
  return progress.position >= progress.candidates.length ? 'complete' : null;
}

/** False: it holds too many values to pick from, or names too many entries to dereference. */
function append(
  writer: BerWriter,
  messageId: number,
  entry: Entry,
  { selection, dereferences, view }: Running,
  octets: LoadedOctets | null,
): boolean {
  if (dereferences === null) {
    return appendSelected(writer, messageId, entry, selection, NO_CONTROLS, octets);
  }
  const control = dereference(dereferences, entry, view);
  if (control === 'too-many') return false;
  const controls = control === null ? NO_CONTROLS : [control];
  return appendSelected(writer, messageId, entry, selection, controls, octets);
}

const NO_CONTROLS: readonly Control[] = [];

/** What will be answered next, as far as one step goes. */
function* upcoming({ progress, request, renewed, examination, pageLeft }: Running): Generator<Entry> {
  let wanted = request.sizeLimit > 0 ? Math.min(pageLeft, request.sizeLimit - progress.sent) : pageLeft;
  for (let at = progress.position; at < progress.candidates.length && wanted > 0; at++) {
    const candidate = progress.candidates[at];
    const entry = renewed === null || candidate === undefined ? candidate : renewed(candidate);
    if (examination.matches(entry)) {
      wanted -= 1;
      yield entry;
    }
    if (examination.isStepOver() || examination.isExceeded) return;
  }
}

function finish(running: Running, end: End, session: Session, { newId }: SearchDependencies): SearchOutcome {
  if (end === 'abandoned') return null;
  const result = RESULTS[end];
  const { request, controls, progress, answers } = running;
  const { paging } = controls;
  if (paging === null) return answers.length === 0 ? result : { ...result, controls: answers };
  // A page of size 0 asks for an estimate, or ends the search (RFC 2696 section 3).
  const cookie = end === 'page-full' && paging.size > 0 ? newId() : '';
  if (cookie !== '') session.pages.keep(cookie, { digest: digestOf(request, controls), progress });
  return { ...result, controls: [...answers, pagedResultsControl(Buffer.from(cookie), estimateOf(running))] };
}

/** Zero says that the number is not known (RFC 2696 section 3). */
function estimateOf({ view, progress }: Running): number {
  return view.hidesCounts ? 0 : progress.candidates.length;
}

const RESULTS: Readonly<Record<Exclude<End, 'abandoned'>, Outcome>> = {
  complete: SUCCESS,
  'page-full': SUCCESS,
  'size-limit': refusal(ResultCode.sizeLimitExceeded, 'There are more entries than the size limit.'),
  'time-limit': refusal(ResultCode.timeLimitExceeded, 'The search took longer than its time limit.'),
  'too-much': refusal(
    ResultCode.adminLimitExceeded,
    'An entry holds too much for this filter and these controls; ask for less at once.',
  ),
  'no-such-target': refusal(ResultCode.virtualListViewError, 'The list has no such target.'),
  canceled: CANCELED,
};
