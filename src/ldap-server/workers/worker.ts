/** A process that serves LDAPS for another one, which checks its passwords, counts its connections and shows what happens. */
import type { Clock } from '../../core/clock.ts';
import { createDistantCredentials } from '../../core/credentials/distant.ts';
import type { SettingsKeeper } from '../../core/directory/directory.ts';
import type { Store } from '../../core/directory/store.ts';
import { DirectoryError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { createMetrics } from '../../core/metrics/metrics.ts';
import { withActivity } from '../activity-observer.ts';
import { createHandedOver, type HandedOver } from '../connection-handover.ts';
import { createLdapServer, type LdapServer } from '../server.ts';
import { LEADER_CALLS, WORKER_CALLS, type WorkerStatus, type WorkerTask } from './calls.ts';
import { type Channel, createChannel } from './channel.ts';
import { createForwardedActivity } from './forwarded-activity.ts';

/** The directory, as a worker opens it for itself. */
export interface Opened {
  readonly store: Pick<Store, 'read' | 'readDirectory' | 'changes' | 'close'>;
  readonly settings: Pick<SettingsKeeper, 'current'>;
  readonly log: Logger;
}

export interface WorkerDependencies {
  open(task: WorkerTask): Promise<Opened>;
  /** As process.send. */
  send(message: unknown): void;
  /** Called when it has stopped. */
  ended(): void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How often the process that leads is told what happened. */
const TELL_MS = 100;

interface Serving {
  readonly server: LdapServer;
  start: LdapServer['start'];
  stop(): Promise<void>;
  paused(key: string, until: number): void;
}

export function createLdapWorker({ open, send, ended, clock, log }: WorkerDependencies): {
  /** Takes a message of the process that leads. */
  receive(message: unknown, handle: unknown): void;
  /** To be called when receive is: from then on it is told what to do. */
  introduce(): void;
} {
  const metrics = createMetrics();
  let serving: Serving | null = null;

  function server(): LdapServer {
    if (serving !== null) return serving.server;
    throw new DirectoryError('unavailable', 'LDAPS is not being served yet.');
  }

  const channel: Channel<typeof LEADER_CALLS> = createChannel({
    ...{ asked: LEADER_CALLS, served: WORKER_CALLS, send, log },
    handlers: {
      async start(task) {
        const opened = await open(task);
        const started = serve(task, opened, channel, handedOver, metrics, clock);
        serving = started;
        return started.start();
      },
      async stop() {
        await serving?.stop();
        ended();
      },
      'use-certificate': (certificate) => server().useCertificate(certificate),
      paused: ({ key, until }) => serving?.paused(key, until),
      metrics: async () => ({ reading: await metrics.reading(), status: statusOf(server()) }),
      'try-sign-in': (trial) => server().trials.signIn(trial),
      'try-search': (trial) => server().trials.search(trial),
      sight: (applicationId) => server().trials.sight(applicationId),
    },
  });
  const handedOver = createHandedOver({
    openPort: () => channel.ask('open-port', undefined),
    closePort: () => channel.ask('close-port', undefined),
    tellTook: (number) => channel.tell('took', number),
  });
  return {
    receive(message, handle) {
      if (!handedOver.receive(message, handle)) channel.receive(message);
    },
    introduce: () => channel.tell('is-there', undefined),
  };
}

function serve(
  { baseDn, listen, proxies, limits, certificate, joinsLate }: WorkerTask,
  { store, settings, log }: Opened,
  channel: Channel<typeof LEADER_CALLS>,
  handedOver: HandedOver,
  metrics: ReturnType<typeof createMetrics>,
  clock: Clock,
): Serving {
  const activity = createForwardedActivity({ clock });
  const credentials = createDistantCredentials({
    ...{ clock, joinsLate, observe: metrics.signIn },
    ask: (question) => channel.ask('verify', question),
    tellForget: () => channel.tell('forget', undefined),
  });
  const server = createLdapServer({
    ...{ listen, baseDn, certificate, proxies, store, settings, credentials, clock, log, limits },
    changeOwnPassword: (change) => channel.ask('change-own-password', change),
    seats: {
      take: (address) => channel.ask('take-seat', address),
      leave: (address) => channel.tell('leave-seat', address),
    },
    makeListener: handedOver.make,
    observer: withActivity(metrics.ldap, activity),
  });
  const telling = setInterval(tell, TELL_MS);
  let told = '';

  function tell(): void {
    const status = statusOf(server);
    const text = JSON.stringify(status);
    if (text !== told) channel.tell('status', status);
    told = text;
    const happened = activity.take();
    if (happened !== null) channel.tell('happened', happened);
  }

  return {
    server,
    async start() {
      const listening = await server.start();
      tell();
      return listening;
    },
    paused: credentials.paused,
    async stop() {
      clearInterval(telling);
      await server.stop();
      await store.close();
    },
  };
}

function statusOf(server: LdapServer): WorkerStatus {
  const { ready, reason } = server.ready();
  return { ...server.status(), trouble: ready ? null : reason };
}
