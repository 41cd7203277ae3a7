/** The start of a search: what a request asks for, made ready to run (RFC 4511 section 4.5.1). */
import type { Clock } from '../../core/clock.ts';
import type { NewId } from '../../core/ids.ts';
import type { Control, SearchRequest } from '../protocol/messages.ts';
import { type Assertion, prepare } from '../tree/assertion.ts';
import type { Entry } from '../tree/entry.ts';
import { type Selection, select } from '../tree/selection.ts';
import type { Snapshot } from '../tree/snapshot.ts';
import { groupsAbove, type View } from '../tree/view.ts';
import { type Arrangement, readArrangement } from './arrangement.ts';
import { refuseAsserted } from './asserted.ts';
import type { Controls } from './controls.ts';
import { type Dereferencing, readDereferences } from './dereference.ts';
import { createExamination, type Examination } from './examination.ts';
import type { Outcome } from './outcome.ts';
import { type Progress, resume } from './paging.ts';
import { type PhotoSource, photosOf, type SearchPhotos } from './search-photos.ts';
import type { Session } from './session.ts';
import { findTarget, isTarget, type ServerEntries, type Target } from './target.ts';

export interface SearchDependencies {
  snapshot(): Snapshot;
  readonly server: ServerEntries;
  readonly photos: PhotoSource;
  readonly clock: Clock;
  /** Makes cookies, which nobody can guess. */
  readonly newId: NewId;
  readonly limits: { readonly searchMs: number };
}

export interface Running {
  readonly request: SearchRequest;
  readonly controls: Controls;
  readonly view: View;
  readonly examination: Examination;
  readonly selection: Selection;
  /** null: none are asked for. */
  readonly photos: SearchPhotos | null;
  readonly dereferences: readonly Dereferencing[] | null;
  /** The order and the window that were asked for. */
  readonly arrangement: Arrangement | null;
  readonly progress: Progress;
  /** The present form of what an earlier page found; null while it is up to date. */
  readonly renewed: ((entry: Entry) => Entry | undefined) | null;
  /** Entries that this answer may hold yet. */
  pageLeft: number;
  /** Controls of the answer, besides that of paging. */
  answers: readonly Control[];
  readonly deadlineMs: number;
}

/** The search, or why it does not begin. */
export function begin(
  request: SearchRequest,
  controls: Controls,
  session: Session,
  begunMs: number,
  { snapshot, server, photos, limits }: SearchDependencies,
): Running | Outcome {
  const tree = snapshot();
  const target = findTarget(request.base, session, tree, server);
  if (!isTarget(target)) return target;
  const { view } = target;
  const refused = refuseAsserted(controls, target);
  if (refused !== null) return refused;
  const arrangement = readArrangement(controls, view.findType);
  if (arrangement !== null && 'code' in arrangement) return arrangement;
  const { paging, matchedValues, dereferences } = controls;
  const above = (key: string): ReadonlySet<string> => groupsAbove(view, key);
  const assertion = prepare(request.filter, above, view.findType);
  const progress = start(request, controls, target, assertion, session, tree.version);
  if ('code' in progress) return progress;
  const matched = matchedValues?.map((item) => prepare(item, above, view.findType)) ?? null;
  const selection = select(request, matched, view.findType);
  const limitMs = Math.min(limits.searchMs, request.timeLimitSeconds * 1000 || Number.POSITIVE_INFINITY);
  return {
    request,
    controls,
    view,
    examination: createExamination(assertion),
    selection,
    photos: photosOf(selection, photos),
    dereferences: dereferences && readDereferences(dereferences, view.findType),
    arrangement,
    progress,
    renewed: progress.version === tree.version ? null : (entry) => renew(entry, tree, view),
    pageLeft: paging === null ? Number.POSITIVE_INFINITY : paging.size,
    answers: arrangement?.answers ?? NO_ANSWERS,
    deadlineMs: begunMs + limitMs,
  };
}

const NO_ANSWERS: readonly Control[] = [];

export function isFirstPage({ paging }: Controls): boolean {
  return paging === null || paging.cookie.length === 0;
}

function start(
  request: SearchRequest,
  controls: Controls,
  { entry, view }: Target,
  assertion: Assertion,
  session: Session,
  version: Snapshot['version'],
): Progress | Outcome {
  if (controls.paging !== null && !isFirstPage(controls)) {
    return resume(request, controls, controls.paging, session.pages);
  }
  const candidates = view.candidates(entry, request.scope, assertion);
  return { candidates, version, position: 0, sent: 0 };
}

/** Renamed or changed it is still the same entry; gone, or no longer to be seen, it is left out. */
function renew(entry: Entry, { references }: Snapshot, view: View): Entry | undefined {
  const present = view.entry(references.get(entry.id)?.key ?? entry.key);
  return present?.id === entry.id ? present : undefined;
}
