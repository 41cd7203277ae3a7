/** The thread of one sync: opens the database for itself, leads the run to its end, and tells of that. */
import { parentPort, workerData } from 'node:worker_threads';
import { wait } from './connector/retry.ts';
import { runSync } from './connector/run.ts';
import { systemClock } from './core/clock.ts';
import { createPasswords } from './core/credentials/passwords.ts';
import { createSecretBox } from './core/credentials/secrets.ts';
import { createDirectory } from './core/directory/create.ts';
import { DirectoryError } from './core/errors.ts';
import { newId } from './core/ids.ts';
import { createLogger } from './core/log.ts';
import { openStore } from './core/storage/open.ts';
import type { StopMessage, ThreadTask } from './sync-thread.ts';
import { giveWayToOtherThreads } from './thread-priority.ts';

const { config, secretKey, holder, source, run, options }: ThreadTask = workerData;
giveWayToOtherThreads();
const log = createLogger(config.logLevel);
const stopping = new AbortController();
parentPort?.once('message', ({ code, message }: StopMessage) =>
  stopping.abort(new DirectoryError(code, message)),
);
const store = await openStore({ ...config, log, clock: systemClock });
try {
  const directory = createDirectory({
    ...{ store, clock: systemClock, newId, holder, plainLdap: config.plainLdap },
    // It looks for nobody: its own process lives.
    processAlive: () => true,
    passwords: createPasswords(),
    secretBox: createSecretBox(Buffer.from(secretKey)),
  });
  const dependencies = { directory, clock: systemClock, log, newId, wait };
  parentPort?.postMessage(await runSync(dependencies, source, run, { ...options, signal: stopping.signal }));
} finally {
  await store.close();
  parentPort?.close();
}
