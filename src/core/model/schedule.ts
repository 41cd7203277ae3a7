/** The schedule of a source: when it is synchronized by itself. */
import { toString as inWords } from 'cronstrue';
import { createTask, validateDetailed } from 'node-cron';
import { DirectoryError } from '../errors.ts';
import type { Source } from './source.ts';

/** A run reads a whole directory: more often than this burdens it for nothing. */
export const SCHEDULE_MINUTES_MIN = 5;
const SCHEDULE_LENGTH_MAX = 200;
const HOUR_MINUTES = 60;

/** The time zone of a source that names none. */
export const DEFAULT_TIME_ZONE = 'UTC';

type Scheduled = Pick<Source, 'schedule' | 'timeZone'>;

/** When a source is due next. */
export type NextRun = (source: Scheduled) => Date | null;

/** A cron expression of five fields as it is kept. Throws DirectoryError 'invalid' (field `schedule`). */
export function checkSchedule(text: string): string {
  const schedule = text.trim().replaceAll(/\s+/g, ' ');
  const { valid, fields, errors } = validateDetailed(schedule.slice(0, SCHEDULE_LENGTH_MAX));
  if (!valid || fields === undefined) {
    const why = errors[0]?.message ?? 'it is not understood';
    throw invalid('schedule', `The schedule must be a cron expression such as "30 2 * * *": ${why}.`);
  }
  if (fields.second.length > 1 || minutesBetween(fields.minute) < SCHEDULE_MINUTES_MIN) {
    const least = `at least ${SCHEDULE_MINUTES_MIN} minutes`;
    throw invalid('schedule', `The schedule must leave ${least} between two runs, as "*/15 * * * *" does.`);
  }
  return schedule;
}

/** The name of a time zone as people write it. Throws DirectoryError 'invalid' (field `timeZone`). */
export function checkTimeZone(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text.trim() }).resolvedOptions().timeZone;
  } catch {
    throw invalid('timeZone', 'The time zone must be a name such as Europe/Zurich or UTC.');
  }
}

/** The next time after now, by the clock of this machine (node-cron knows no other); null without a schedule. */
export const nextRun: NextRun = ({ schedule, timeZone }) => {
  if (schedule === null) return null;
  const task = createTask(schedule, () => undefined, { timezone: timeZone });
  try {
    return task.getNextRuns(1)[0] ?? null;
  } finally {
    void task.destroy();
  }
};

/** For example "Every day at 02:30 (Europe/Zurich)". */
export function scheduleInWords({ schedule, timeZone }: Scheduled): string {
  if (schedule === null) return 'by hand';
  const words = inWords(schedule, { use24HourTimeFormat: true, verbose: false });
  return `${words.replace(/^At (\d\d:\d\d)$/, 'Every day at $1')} (${timeZone})`;
}

/** The shortest time between two of these minutes, from hour to hour. */
function minutesBetween(minutes: readonly number[]): number {
  const sorted = [...minutes].sort((a, b) => a - b);
  const gaps = sorted.map((minute, at) => (sorted[at + 1] ?? (sorted[0] ?? 0) + HOUR_MINUTES) - minute);
  return Math.min(...gaps);
}

function invalid(field: string, message: string): DirectoryError {
  return new DirectoryError('invalid', message, { field });
}
