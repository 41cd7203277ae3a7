/** Runs syncs in threads of their own: what a sync computes and what SQLite writes must not hold up those who search. */
import { Worker } from 'node:worker_threads';
import type { RunElsewhere } from './connector/connector.ts';
import type { Config } from './core/config/config.ts';
import { DirectoryError, type ErrorCode } from './core/errors.ts';
import type { Holder } from './core/model/lease.ts';
import type { Source } from './core/model/source.ts';
import type { SyncRun } from './core/model/sync-run.ts';

export interface ThreadDependencies {
  readonly config: Pick<Config, 'databaseUrl' | 'dataDir' | 'plainLdap' | 'logLevel'>;
  readonly secretKey: Uint8Array;
  /** Of this process: the thread acts for it. */
  readonly holder: Holder;
}

/** What a thread is given, as it can be copied. */
export interface ThreadTask extends ThreadDependencies {
  readonly source: Source;
  readonly run: SyncRun;
  readonly options: Parameters<RunElsewhere>[2];
}

/** What a thread is told: why to stop. */
export interface StopMessage {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Of a directory most of what a sync reads lives to its end: more room for the young would only stand empty. */
const LIMITS = { maxYoungGenerationSizeMb: 24 };
const MAIN = new URL('./sync-thread-main.js', import.meta.url);

/** null where Roster runs from its sources, which threads cannot load. */
export function createSyncThreads({ config, secretKey, holder }: ThreadDependencies): RunElsewhere | null {
  if (!import.meta.url.endsWith('.js')) return null;
  const { databaseUrl, dataDir, plainLdap, logLevel } = config;
  const shared = { config: { databaseUrl, dataDir, plainLdap, logLevel }, secretKey, holder };
  return (source, run, options, signal) =>
    new Promise((resolve, reject) => {
      const task: ThreadTask = { ...shared, source, run, options };
      const thread = new Worker(MAIN, { workerData: task, resourceLimits: LIMITS });
      const stop = () => thread.postMessage(reasonOf(signal));
      signal.addEventListener('abort', stop, { once: true });
      thread.once('message', (ended: SyncRun) => resolve(ended));
      thread.once('error', reject);
      thread.once('exit', () => {
        signal.removeEventListener('abort', stop);
        reject(new Error('The thread of a sync ended without an answer.'));
      });
      if (signal.aborted) stop();
    });
}

function reasonOf({ reason }: AbortSignal): StopMessage {
  if (reason instanceof DirectoryError) return { code: reason.code, message: reason.message };
  return { code: 'unavailable', message: 'The sync was stopped.' };
}
