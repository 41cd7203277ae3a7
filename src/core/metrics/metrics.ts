/** What Roster counts and measures, in the form that Prometheus reads; docs/metrics.md says what each name means. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { SignInObservation } from '../credentials/verdict.ts';
import type { SyncState } from '../model/sync-run.ts';
import { createOperationTally, type OperationTally } from './operation-tally.ts';
import { type MetricsReading, sumRegistries } from './readings.ts';

/** What is asked for at each scrape. */
export interface Readings {
  readonly connections: number;
  readonly users: number;
  readonly groups: number;
  /** Of the last change that is served. */
  readonly sequence: number;
  /** Of what is served, in buffers: rows, ready answers, indexes, memberships. */
  readonly treeBytes: number;
  readonly inStep: boolean;
  readonly certificateExpiry: Date;
  readonly certificateInOrder: boolean;
}

export interface Metrics {
  /** What the LDAP server tells. */
  readonly ldap: {
    /** `code` null: abandoned; `candidates`: entries that a search had to look at. */
    operation(operation: {
      readonly type: string;
      readonly code: number | null;
      readonly durationMs: number;
      readonly entries: number;
      readonly candidates: number;
    }): void;
    refused(reason: string): void;
    handshakeFailed(): void;
  };
  signIn(signIn: SignInObservation): void;
  syncRunEnded(state: SyncState): void;
  /** From now on the gauges show what `read` returns. */
  show(read: () => Readings): void;
  /** From now on all that is told is summed with what `read` returns. */
  addProcesses(read: () => Promise<readonly MetricsReading[]>): void;
  /** Of this process alone. */
  reading(): Promise<MetricsReading>;
  /** All of them as text, and its media type. */
  text(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** Their names, those of the process and of Node.js included. */
  names(): readonly string[];
}

/** A search that must look at so many entries has found no index to its filter, or lists the directory. */
export const WALK_ENTRIES_MIN = 1000;

const OPERATION_NAME = 'roster_ldap_operation_duration_seconds';
const OPERATION_HELP = 'How long an LDAP operation took, by type.';
const OPERATION_SECONDS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60];
const SIGN_IN_SECONDS = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** One registry per process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const make = makersFor(registry);
  const signIns = make.counter('roster_sign_ins_total', 'Passwords shown, by outcome and method.', [
    'outcome',
    'method',
  ]);
  const signInSeconds = make.histogram(
    'roster_sign_in_duration_seconds',
    'How long a sign-in took, by method.',
    ['method'],
    SIGN_IN_SECONDS,
  );
  const syncRuns = make.counter('roster_sync_runs_total', 'Sync runs of this process that ended, by state.', [
    'state',
  ]);
  const operations = createOperationTally(OPERATION_NAME, OPERATION_HELP, OPERATION_SECONDS);
  const ldap = createLdapMetrics(make, operations);
  const { show } = createGauges(make);
  let readOthers: () => Promise<readonly MetricsReading[]> = async () => [];

  async function reading(): Promise<MetricsReading> {
    return { operations: operations.sums(), registry: await registry.getMetricsAsJSON() };
  }

  async function text(): Promise<string> {
    const others = await readOthers();
    const ofOthers = others.flatMap((other) => other.operations);
    if (others.length === 0) return `${operations.text()}\n${await registry.metrics()}`;
    const summed = sumRegistries([await reading(), ...others]);
    const parts = registry
      .getMetricsAsArray()
      .map(({ name }) =>
        (summed.getSingleMetric(name) === undefined ? registry : summed).getSingleMetricAsString(name),
      );
    return [operations.text(ofOthers), ...(await Promise.all(parts)), ''].join('\n');
  }

  return {
    ldap,
    signIn({ outcome, method, durationMs }) {
      signIns.inc({ outcome, method });
      signInSeconds.observe({ method }, durationMs / 1000);
    },
    syncRunEnded: (state) => syncRuns.inc({ state }),
    show,
    addProcesses(read) {
      readOthers = read;
    },
    reading,
    text: async () => ({ contentType: registry.contentType, text: await text() }),
    names: () => [OPERATION_NAME, ...registry.getMetricsAsArray().map(({ name }) => name)],
  };
}

type Makers = ReturnType<typeof makersFor>;

function makersFor(registry: Registry) {
  const registers = [registry];
  return {
    counter: (name: string, help: string, labelNames: string[] = []) =>
      new Counter({ name, help, labelNames, registers }),
    /** Its counts are read when they are asked for. */
    readCounter: (name: string, help: string, labelNames: string[], read: (counter: Counter) => void) =>
      new Counter({
        ...{ name, help, labelNames, registers },
        collect() {
          this.reset();
          read(this);
        },
      }),
    histogram: (name: string, help: string, labelNames: string[], buckets: number[]) =>
      new Histogram({ name, help, labelNames, buckets, registers }),
    /** `value` null leaves it as it is. */
    gauge: (name: string, help: string, value: () => number | null) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          const present = value();
          if (present !== null) this.set(present);
        },
      }),
  };
}

function createLdapMetrics({ counter, readCounter }: Makers, operations: OperationTally): Metrics['ldap'] {
  let [entriesSent, walks] = [0, 0];
  readCounter(
    'roster_ldap_operations_total',
    'LDAP operations, by type and result code.',
    ['operation', 'result'],
    (metric) => {
      for (const { type, code, count } of operations.results()) {
        metric.inc({ operation: type, result: code ?? 'abandoned' }, count);
      }
    },
  );
  readCounter('roster_ldap_entries_sent_total', 'Entries sent in answer to searches.', [], (metric) =>
    metric.inc(entriesSent),
  );
  readCounter(
    'roster_ldap_search_walks_total',
    `Searches that had to look at ${WALK_ENTRIES_MIN} entries or more.`,
    [],
    (metric) => metric.inc(walks),
  );
  const refusals = counter(
    'roster_ldap_connections_refused_total',
    'Connections refused before TLS, by reason.',
    ['reason'],
  );
  const failedHandshakes = counter(
    'roster_ldap_handshakes_failed_total',
    'TLS handshakes that did not come to their end.',
  );
  return {
    operation({ type, code, durationMs, entries, candidates }) {
      operations.add(type, code, durationMs);
      entriesSent += entries;
      if (candidates >= WALK_ENTRIES_MIN) walks += 1;
    },
    refused: (reason) => refusals.inc({ reason }),
    handshakeFailed: () => failedHandshakes.inc(),
  };
}

function createGauges({ gauge }: Makers): Pick<Metrics, 'show'> {
  let read: (() => Readings) | null = null;
  const show = (name: string, help: string, value: (readings: Readings) => number) =>
    gauge(name, help, () => (read === null ? null : value(read())));
  show('roster_ldap_connections', 'LDAPS connections that are open.', ({ connections }) => connections);
  show('roster_users', 'Users that are served.', ({ users }) => users);
  show('roster_groups', 'Groups that are served.', ({ groups }) => groups);
  show('roster_feed_sequence', 'Number of the last change that is served.', ({ sequence }) => sequence);
  show('roster_tree_bytes', 'Buffers of the directory in memory.', ({ treeBytes }) => treeBytes);
  show('roster_feed_in_step', '1 while what is served follows the database.', ({ inStep }) => Number(inStep));
  show(
    'roster_certificate_expiry_timestamp_seconds',
    'When the certificate in use expires, in seconds since 1970.',
    ({ certificateExpiry }) => certificateExpiry.getTime() / 1000,
  );
  show(
    'roster_certificate_in_order',
    '0 while the files on disk are refused, or the certificate expires soon.',
    ({ certificateInOrder }) => Number(certificateInOrder),
  );
  return {
    show(from) {
      read = from;
    },
  };
}
