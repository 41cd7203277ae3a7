/** A sync run as server-sent events: what is told of it whenever it changed, until it ended. */
import { setTimeout as delay } from 'node:timers/promises';
import type { SyncRuns } from '../core/directory/directory.ts';
import { DirectoryError } from '../core/errors.ts';
import { publicRun } from '../core/model/public.ts';
import type { SyncRun } from '../core/model/sync-run.ts';

/** The row is read this often, so that runs of other processes show too. */
const RUN_POLL_MS = 250;
const HEARTBEAT_MS = 15_000;
export const STREAMS_MAX = 100;

/** The half of a response that an event stream needs. */
export interface EventSink {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  write(chunk: string): boolean;
  end(): unknown;
  once(event: 'close' | 'drain', listener: () => void): unknown;
  readonly writableNeedDrain: boolean;
}

/** The events that tell of a run, by their names; each is sent when its text has changed. */
export type Tell = (run: SyncRun) => Readonly<Record<string, string>> & { readonly progress: string };

export interface RunStreams {
  /**
   * Sends what `tell` tells, by default the run's JSON, and at its end the event "end" with the last progress.
   * Resolves when the run has ended, the client is gone, or stop was called. Throws DirectoryError 'busy'.
   */
  follow(run: SyncRun, response: EventSink, tell?: Tell): Promise<void>;
  /** Ends all streams. */
  stop(): void;
}

export function createRunStreams(syncRuns: Pick<SyncRuns, 'byId'>): RunStreams {
  const open = new Set<AbortController>();
  return {
    async follow(run, response, tell = tellJson) {
      if (open.size >= STREAMS_MAX) {
        throw new DirectoryError('busy', `${STREAMS_MAX} event streams are open already; close one of them.`);
      }
      const stream = new AbortController();
      open.add(stream);
      response.once('close', () => stream.abort());
      try {
        await send(run, { response, tell, syncRuns, signal: stream.signal });
      } finally {
        open.delete(stream);
        response.end();
      }
    },
    stop() {
      for (const stream of open) stream.abort();
    },
  };
}

const tellJson: Tell = (run) => ({ progress: JSON.stringify(publicRun(run)) });

interface Stream {
  readonly response: EventSink;
  readonly tell: Tell;
  readonly syncRuns: Pick<SyncRuns, 'byId'>;
  readonly signal: AbortSignal;
}

async function send(first: SyncRun, { response, tell, syncRuns, signal }: Stream): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
  const told = new Map<string, string>();
  let quietMs = 0;
  for (let run = first; !signal.aborted; run = await syncRuns.byId(run.id)) {
    const events = tell(run);
    if (run.state !== 'running') {
      response.write(eventText('end', events.progress));
      return;
    }
    for (const [name, text] of Object.entries(events)) {
      // A client that does not read is told the latest state once it reads again.
      if (text === told.get(name) || response.writableNeedDrain) continue;
      response.write(eventText(name, text));
      told.set(name, text);
      quietMs = 0;
    }
    if (quietMs >= HEARTBEAT_MS && !response.writableNeedDrain) {
      response.write(': still running\n\n');
      quietMs = 0;
    }
    await delay(RUN_POLL_MS, undefined, { signal }).catch(() => undefined);
    quietMs += RUN_POLL_MS;
  }
}

/** One event; each of its lines has a field of its own, whatever ends it. */
function eventText(name: string, text: string): string {
  const lines = text.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `event: ${name}\n${lines.join('')}\n`;
}
