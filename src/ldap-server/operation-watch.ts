/** Tells of each operation when it has ended: a line of the log at debug, and a word to who counts. */
import type { SearchSeen } from '../core/activity/activity.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/log.ts';
import { filterShape } from './filter-shape.ts';
import type { Outcome } from './operations/outcome.ts';
import type { Task } from './operations/search.ts';
import type { Session } from './operations/session.ts';
import type { Request, RequestMessage, RequestType, SearchRequest } from './protocol/messages.ts';
import { ResultCode } from './protocol/result-codes.ts';
import type { Snapshot } from './tree/snapshot.ts';

/** One operation as it went. */
export interface ObservedOperation {
  readonly type: RequestType;
  /** Result code; null: abandoned, so there was no answer. */
  readonly code: number | null;
  readonly durationMs: number;
  /** Messages sent before the result: the entries of a search. */
  readonly entries: number;
  /** How many entries a search had to look at. */
  readonly candidates: number;
}

export interface OperationWatchDependencies {
  readonly clock: Clock;
  readonly log: Pick<Logger, 'debug' | 'isDebug'>;
  /** Must not throw. */
  readonly observe?: ((operation: ObservedOperation) => void) | undefined;
  /** Told of each search that was answered, and how to describe it; must not throw. */
  readonly observeSearch?: ((ok: boolean, describe: () => SearchSeen) => void) | undefined;
  snapshot(): Snapshot;
}

/** To be called when an operation has ended; `outcome` null: abandoned. */
export function tellOfOperation(
  message: RequestMessage,
  session: Session,
  task: Task,
  outcome: Outcome | null,
  { clock, log, observe, observeSearch, snapshot }: OperationWatchDependencies,
): void {
  const { request } = message;
  const { candidates, entries, begunMs } = task;
  const { type } = request;
  const code = outcome?.code ?? null;
  const durationMs = Math.max(0, clock.now().getTime() - begunMs);
  observe?.({ type, code, durationMs, entries, candidates });
  if (request.type === 'search' && outcome !== null) {
    const ok = outcome.code === ResultCode.success;
    observeSearch?.(ok, () => seenSearch(request, session, task, outcome, snapshot()));
  }
  if (!log.isDebug) return;
  log.debug(
    {
      ...{ connection: session.connection, message: message.id, address: session.address },
      ...{ operation: type, ...subjectOf(message.request) },
      ...{ code: code ?? 'abandoned', candidates, entries, ms: durationMs },
    },
    'operation',
  );
}

function seenSearch(
  { base, scope, filter }: SearchRequest,
  session: Session,
  { entries, candidates }: Task,
  outcome: Outcome,
  snapshot: Snapshot,
): SearchSeen {
  const found = entries === 1 ? 'Found one entry' : `Found ${entries} entries`;
  const nothing = 'Found nothing: nothing that this account sees matches the filter.';
  const well = entries === 0 ? nothing : `${found}; looked at ${candidates}.`;
  return {
    name: boundName(session, snapshot),
    subject: `${scope} of ${base === '' ? 'the root' : base}, ${filterShape(filter)}`,
    address: session.address,
    ok: outcome.code === ResultCode.success,
    reason: outcome.code === ResultCode.success ? well : `${outcome.message} (result ${outcome.code})`,
  };
}

function boundName({ identity }: Session, { dit, applications, references }: Snapshot): string {
  switch (identity.kind) {
    case 'anonymous':
      return 'nobody';
    case 'admin':
      return dit.admin.dn;
    case 'application':
      return applications.get(identity.id)?.name ?? '';
    case 'user':
      return references.get(identity.id)?.dn ?? '';
  }
}

function subjectOf(request: Request): object {
  const target = targetOf(request);
  if (request.type !== 'search') return { target };
  return { target, scope: request.scope, filter: filterShape(request.filter) };
}

/** What a request is about. A bind's name is left to the line of the bind, which knows what of it must not be shown. */
function targetOf(request: Request): string | undefined {
  switch (request.type) {
    case 'search':
      return request.base;
    case 'extended':
      return request.oid;
    case 'bind':
    case 'unbind':
    case 'abandon':
      return undefined;
    default:
      return request.entry;
  }
}
