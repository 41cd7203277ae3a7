/** The process of one LDAPS worker: opens the database for itself, and obeys the process that started it. */
import cluster from 'node:cluster';
import { systemClock } from '../core/clock.ts';
import { currentSettings } from '../core/directory/settings.ts';
import { createLogger } from '../core/log.ts';
import { openStore } from '../core/storage/open.ts';
import { createLdapWorker } from '../ldap-server/workers/worker.ts';

// Whoever ends a whole group of processes ends this one by the one that leads, which lets clients be told.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

const fields = { worker: cluster.worker?.id };
const worker = createLdapWorker({
  async open({ config }) {
    const log = createLogger(config.logLevel, fields);
    const store = await openStore({ ...config, log, clock: systemClock });
    return { store, settings: { current: () => currentSettings(store) }, log };
  },
  send: (message) => void process.send?.(message),
  ended: () => process.exit(),
  clock: systemClock,
  log: createLogger('error', fields),
});
process.on('message', worker.receive);
worker.introduce();
