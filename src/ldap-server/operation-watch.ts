/** Tells of each operation when it has ended: a line of the log at debug, and a word to who counts. */
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/log.ts';
import { filterShape } from './filter-shape.ts';
import type { Output, Task } from './operations/search.ts';
import type { Session } from './operations/session.ts';
import type { Request, RequestMessage, RequestType } from './protocol/messages.ts';

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
}

export interface WatchedOperation {
  /** What the operation is to send its entries by. */
  readonly output: Output;
  /** `code` as in ObservedOperation. */
  end(code: number | null): void;
}

export function watchOperation(
  { id, request }: RequestMessage,
  session: Session,
  task: Pick<Task, 'candidates'>,
  output: Output,
  { clock, log, observe }: OperationWatchDependencies,
): WatchedOperation {
  const begun = clock.now().getTime();
  const counted = new CountedOutput(output);
  return {
    output: counted,
    end(code) {
      const durationMs = Math.max(0, clock.now().getTime() - begun);
      const { sent: entries } = counted;
      const { candidates } = task;
      observe?.({ type: request.type, code, durationMs, entries, candidates });
      if (!log.isDebug) return;
      log.debug(
        {
          ...{ connection: session.connection, message: id, address: session.address },
          ...{ operation: request.type, target: targetOf(request) },
          ...(request.type === 'search' && {
            scope: request.scope,
            filter: filterShape(request.filter),
          }),
          ...{ code: code ?? 'abandoned', candidates, entries, ms: durationMs },
        },
        'operation',
      );
    },
  };
}

class CountedOutput implements Output {
  readonly #output: Output;
  sent = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  send(message: Buffer): void {
    this.sent += 1;
    this.#output.send(message);
  }

  get isFull(): boolean {
    return this.#output.isFull;
  }

  room(): Promise<void> {
    return this.#output.room();
  }
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
