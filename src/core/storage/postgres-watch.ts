/** Notices commits on PostgreSQL by LISTEN on a connection of its own, which comes back after an outage. */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../log.ts';
import type { Watch } from './database.ts';
import { CHANNEL, CONNECTION_OPTIONS } from './postgres-connection.ts';

/** For announcements that a dying connection or a connection pooler swallowed. */
const SAFETY_POLL_MS = 5_000;
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5_000;

export function watchPostgres({ url, log, wake }: { url: string; log: Logger; wake: () => void }): Watch {
  const stopping = new AbortController();
  const timer = setInterval(wake, SAFETY_POLL_MS).unref();
  const ended = listenUntil(stopping.signal);

  async function listenUntil(signal: AbortSignal): Promise<void> {
    let retryMs = RETRY_MIN_MS;
    while (!signal.aborted) {
      try {
        await listen(signal, () => {
          retryMs = RETRY_MIN_MS;
          wake();
        });
      } catch (error) {
        log.debug({ reason: error instanceof Error ? error.message : '' }, 'not listening to the database');
      }
      await pause(retryMs, undefined, { signal, ref: false }).catch(() => undefined);
      retryMs = Math.min(2 * retryMs, RETRY_MAX_MS);
    }
  }

  /** Returns when the connection is lost or `signal` aborts; `heard` is called at once too: what came before is unheard. */
  async function listen(signal: AbortSignal, heard: () => void): Promise<void> {
    const client = new pg.Client({ ...CONNECTION_OPTIONS, connectionString: url });
    let lose = (): void => undefined;
    const lost = new Promise<void>((resolve) => {
      lose = resolve;
    });
    client.on('error', lose);
    client.on('end', lose);
    signal.addEventListener('abort', lose);
    try {
      await client.connect();
      client.on('notification', heard);
      await client.query(`LISTEN ${CHANNEL}`);
      heard();
      await lost;
    } finally {
      signal.removeEventListener('abort', lose);
      await client.end().catch(() => undefined);
    }
  }

  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await ended;
    },
  };
}
