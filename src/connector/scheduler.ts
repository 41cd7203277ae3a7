/** Begins the runs of sources that are due by their schedules. */
import { SYSTEM_AUTHORITY } from '../core/access/authority.ts';
import type { Clock } from '../core/clock.ts';
import type { Sources } from '../core/directory/directory.ts';
import { DirectoryError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import type { Actor } from '../core/model/audit.ts';
import type { Source } from '../core/model/source.ts';
import type { Connector } from './connector.ts';

export interface SchedulerDependencies {
  readonly sources: Pick<Sources, 'list' | 'reschedule'>;
  readonly connector: Pick<Connector, 'sync'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Scheduler {
  /**
   * Begins a run of each source that is due and not being synchronized. What was due while no server ran is made up
   * once; where several servers look, one of them begins the run. Resolves when the runs have begun.
   */
  beginDue(): Promise<void>;
  /** Looks every few seconds from now on. */
  start(): void;
  stop(): void;
}

const LOOK_EVERY_MS = 5_000;
const SCHEDULE: Actor = { door: 'schedule', name: 'schedule', address: null, authority: SYSTEM_AUTHORITY };

export function createScheduler({ sources, connector, clock, log }: SchedulerDependencies): Scheduler {
  let timer: NodeJS.Timeout | undefined;
  let lookedAt = new Date(Number.MAX_SAFE_INTEGER);

  async function begin(source: Source, slot: Date): Promise<void> {
    try {
      await connector.sync(SCHEDULE, source, { slot });
    } catch (error) {
      // Another server began it, or an earlier run goes on: then it stays due.
      if (error instanceof DirectoryError && error.code === 'conflict') return;
      log.warn({ source: source.name, err: error }, 'a scheduled sync could not begin');
    }
  }

  /** At first, and whenever the clock was set back: what it said before may lie far ahead. */
  async function mendSchedules(now: Date): Promise<void> {
    if (now >= lookedAt) return;
    for (const { id, nextRunAt } of await sources.list())
      if (nextRunAt !== null) await sources.reschedule(id);
  }

  async function beginDue(): Promise<void> {
    const now = clock.now();
    await mendSchedules(now);
    lookedAt = now;
    for (const source of await sources.list()) {
      const { enabled, nextRunAt } = source;
      if (enabled && nextRunAt !== null && nextRunAt <= now) await begin(source, nextRunAt);
    }
  }

  return {
    beginDue,
    start() {
      timer = setInterval(() => {
        beginDue().catch((err: unknown) => log.warn({ err }, 'The schedules cannot be looked at.'));
      }, LOOK_EVERY_MS);
    },
    stop: () => clearInterval(timer),
  };
}
