/** A sync run as server-sent events: its JSON whenever it changed, until it ended. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Response } from 'express';
import type { SyncRuns } from '../core/directory/directory.ts';
import { DirectoryError } from '../core/errors.ts';
import { publicRun } from '../core/model/public.ts';
import type { SyncRun } from '../core/model/sync-run.ts';

/** The row is read this often, so that runs of other processes show too. */
const RUN_POLL_MS = 250;
const HEARTBEAT_MS = 15_000;
export const STREAMS_MAX = 100;

export interface RunStreams {
  /** Resolves when the run has ended, the client is gone, or stop was called. Throws DirectoryError 'busy'. */
  follow(run: SyncRun, response: Response): Promise<void>;
  /** Ends all streams. */
  stop(): void;
}

export function createRunStreams(syncRuns: Pick<SyncRuns, 'byId'>): RunStreams {
  const open = new Set<AbortController>();
  return {
    async follow(run, response) {
      if (open.size >= STREAMS_MAX) {
        throw new DirectoryError('busy', `${STREAMS_MAX} event streams are open already; close one of them.`);
      }
      const stream = new AbortController();
      open.add(stream);
      response.once('close', () => stream.abort());
      try {
        await tell(run, response, syncRuns, stream.signal);
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

async function tell(
  first: SyncRun,
  response: Response,
  syncRuns: Pick<SyncRuns, 'byId'>,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
  let told = '';
  let quietMs = 0;
  for (let run = first; !signal.aborted; run = await syncRuns.byId(run.id)) {
    const json = JSON.stringify(publicRun(run));
    if (run.state !== 'running') {
      response.write(`event: end\ndata: ${json}\n\n`);
      return;
    }
    // A client that does not read is told the latest state once it reads again.
    if (json !== told && !response.writableNeedDrain) {
      response.write(`event: progress\ndata: ${json}\n\n`);
      told = json;
      quietMs = 0;
    } else if (quietMs >= HEARTBEAT_MS && !response.writableNeedDrain) {
      response.write(': still running\n\n');
      quietMs = 0;
    }
    await delay(RUN_POLL_MS, undefined, { signal }).catch(() => undefined);
    quietMs += RUN_POLL_MS;
  }
}
