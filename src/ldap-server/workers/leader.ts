/** Serves LDAPS from several processes: starts them, replaces those that die, and answers what they ask. */
import cluster from 'node:cluster';
import type { Activity } from '../../core/activity/activity.ts';
import { answerQuestion } from '../../core/credentials/distant.ts';
import type { ChangeOwnPassword } from '../../core/credentials/own-password.ts';
import type { PauseListener } from '../../core/credentials/throttle.ts';
import type { ProtectedCredentials } from '../../core/credentials/verdict.ts';
import { DirectoryError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { type MetricsReading, withRetired } from '../../core/metrics/readings.ts';
import type { Certificate } from '../certificate.ts';
import { type Listener, listenForOthers, type Place, type Socket } from '../connection-listener.ts';
import { createSeats, type Seats } from '../connection-seats.ts';
import type { LdapServer, LdapServerStatus } from '../server.ts';
import type { Trials } from '../trials.ts';
import type { WorkerStatus, WorkerTask } from './calls.ts';
import { takeOver } from './forwarded-activity.ts';
import { createMember, type Member } from './member.ts';
import { shareOf } from './share.ts';

export interface LeaderDependencies {
  /** How many processes serve. */
  readonly workers: number;
  /** What each of them runs. */
  readonly program: string;
  /** With the limits of all together. */
  readonly task: Omit<WorkerTask, 'joinsLate'>;
  readonly credentials: ProtectedCredentials;
  /** Where the pauses of their throttle are told from now on. */
  onPause(listener: PauseListener): void;
  readonly changeOwnPassword: ChangeOwnPassword;
  readonly activity: Activity;
  readonly log: Logger;
}

export interface LdapWorkers extends LdapServer {
  /** What the workers count, those that are gone included. */
  readonly readings: () => Promise<readonly MetricsReading[]>;
}

/** As bin/roster.cjs sets for the process that leads. */
const V8_FLAGS = ['--heap-growing-percent=30'];
/** Between the death of a worker and its replacement: at once, and if they go on dying, later and later. */
const REPLACE_MS_MIN = 500;
const REPLACE_MS_MAX = 30_000;
/** Who has lived so long has not died of its start. */
const PROVEN_MS = 60_000;

export function createLdapWorkers(dependencies: LeaderDependencies): LdapWorkers {
  return new Leader(dependencies);
}

class Leader implements LdapWorkers {
  readonly trials: Trials = {
    signIn: async (trial) => this.#anyone().channel.ask('try-sign-in', trial),
    search: async (trial) => this.#anyone().channel.ask('try-search', trial),
    sight: async (applicationId) => this.#anyone().channel.ask('sight', applicationId),
  };
  readonly #dependencies: LeaderDependencies;
  readonly #members = new Set<Member>();
  readonly #seats: Seats;
  readonly #listener: Listener = listenForOthers((socket) => this.#distribute(socket));
  /** null: it is not open. */
  #opening: Promise<Place> | null = null;
  readonly #replacements = new Set<NodeJS.Timeout>();
  #task: Omit<WorkerTask, 'joinsLate'>;
  #retired: Promise<MetricsReading | null> = Promise.resolve(null);
  /** Deaths in a row, each soon after its start. */
  #deaths = 0;
  #state: 'starting' | 'serving' | 'stopping' = 'starting';

  constructor(dependencies: LeaderDependencies) {
    const { task, workers } = dependencies;
    this.#dependencies = dependencies;
    this.#seats = createSeats(task.limits);
    this.#task = { ...task, limits: shareOf(task.limits, workers) };
    dependencies.onPause((key, until) => {
      for (const { channel } of this.#members) channel.tell('paused', { key, until });
    });
  }

  async start(): Promise<Place> {
    const { workers, program } = this.#dependencies;
    cluster.setupPrimary({ exec: program, args: [], execArgv: V8_FLAGS, serialization: 'advanced' });
    await Promise.all(Array.from({ length: workers }, () => this.#begin(false)));
    this.#state = 'serving';
    // Who has died meanwhile.
    for (let missing = workers - this.#members.size; missing > 0; missing -= 1) this.#replace();
    return this.#task.listen;
  }

  async stop(): Promise<void> {
    this.#state = 'stopping';
    for (const timer of this.#replacements) clearTimeout(timer);
    await Promise.all([...this.#members].map((member) => member.stop()));
  }

  ready(): { ready: boolean; reason: string } {
    const { workers } = this.#dependencies;
    const serving = this.#serving();
    if (serving.length < workers)
      return { ready: false, reason: `LDAPS is served by ${serving.length} of ${workers} processes.` };
    const reason = serving.find(({ trouble }) => trouble !== null)?.trouble ?? '';
    return { ready: reason === '', reason };
  }

  useCertificate(certificate: Certificate): void {
    this.#task = { ...this.#task, certificate };
    for (const { channel } of this.#members) channel.tell('use-certificate', certificate);
  }

  /** Of what all have alike, as it is where the last change came last. */
  status(): LdapServerStatus {
    const all = this.#serving();
    const [last = NOTHING] = all.toSorted((one, other) => one.sequence - other.sequence);
    const sum = (of: (status: WorkerStatus) => number) => all.reduce((total, each) => total + of(each), 0);
    return {
      ...{ users: last.users, groups: last.groups, sequence: last.sequence },
      connections: sum(({ connections }) => connections),
      treeBytes: sum(({ treeBytes }) => treeBytes),
    };
  }

  readonly readings = async (): Promise<readonly MetricsReading[]> => {
    await Promise.all([...this.#members].map((member) => member.read()));
    const present = [...this.#members].map((member) => member.reading());
    return [...present, await this.#retired].filter((reading) => reading !== null);
  };

  #serving(): WorkerStatus[] {
    return [...this.#members].flatMap((member) => member.status() ?? []);
  }

  #anyone(): Member {
    const member = [...this.#members].find((one) => one.status() !== null);
    if (member !== undefined) return member;
    throw new DirectoryError('unavailable', 'LDAPS is not being served at the moment.');
  }

  /** As soon as one wants connections; the port stays the same. */
  async #openPort(): Promise<Place> {
    this.#opening ??= this.#listener.open(this.#task.listen).catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    const listen = await this.#opening;
    this.#task = { ...this.#task, listen };
    return listen;
  }

  /** Unless others want connections. */
  #closePort(): void {
    if ([...this.#members].some((member) => member.isOpen())) return;
    this.#opening = null;
    void this.#listener.close();
  }

  /** To who has the fewest; of those that have as many, to whom it has been the longest. */
  #distribute(socket: Socket): void {
    const open = [...this.#members].filter((member) => member.isOpen());
    const [member] = open.toSorted((one, other) => one.load() - other.load());
    if (member === undefined || member.load() >= this.#task.limits.connectionsMax) {
      socket.resetAndDestroy();
      return;
    }
    this.#members.delete(member);
    this.#members.add(member);
    member.give(socket);
  }

  /** Resolves when another one serves. */
  async #begin(joinsLate: boolean): Promise<void> {
    const { credentials, changeOwnPassword, activity, log } = this.#dependencies;
    const member = createMember({
      ...{ process: cluster.fork(), seats: this.#seats, log },
      handlers: {
        verify: (question) => answerQuestion(credentials, question),
        forget: () => credentials.forget(),
        'change-own-password': changeOwnPassword,
        happened: (happened) => takeOver(happened, activity),
      },
      openPort: () => this.#openPort(),
      closePort: () => this.#closePort(),
      ended: (how, left) => this.#ended(member, how, left),
    });
    this.#members.add(member);
    const { certificate } = this.#task;
    await member.start({ ...this.#task, joinsLate });
    const present = this.#task.certificate;
    if (present !== certificate) member.channel.tell('use-certificate', present);
  }

  #ended(member: Member, how: string | number, left: readonly Socket[]): void {
    this.#members.delete(member);
    for (const socket of left) this.#distribute(socket);
    const reading = member.reading();
    if (reading !== null) this.#retired = this.#retired.then((retired) => withRetired(retired, reading));
    if (this.#state !== 'serving') return;
    this.#deaths = performance.now() - member.startedMs > PROVEN_MS ? 1 : this.#deaths + 1;
    const waitMs =
      this.#deaths === 1 ? 0 : Math.min(REPLACE_MS_MIN * 2 ** (this.#deaths - 2), REPLACE_MS_MAX);
    this.#dependencies.log.error(
      { how, worker: member.id, waitMs },
      'an LDAPS process has ended; another takes its place',
    );
    const timer = setTimeout(() => {
      this.#replacements.delete(timer);
      this.#replace();
    }, waitMs);
    this.#replacements.add(timer);
  }

  #replace(): void {
    this.#begin(true).catch((err: unknown) => {
      if (this.#state === 'serving') this.#dependencies.log.error({ err }, 'an LDAPS process cannot serve');
    });
  }
}

const NOTHING = { users: 0, groups: 0, sequence: 0 };
