/** The schedule of a source: when it is synchronized by itself. */
import { toString as inWords } from 'cronstrue';
import { createTask, validateDetailed } from 'node-cron';
import { DirectoryError } from '../errors.ts';
import { createLocalClock } from './local-clock.ts';
import type { Source } from './source.ts';

/** A run reads a whole directory: more often than this burdens it for nothing. */
export const SCHEDULE_MINUTES_MIN = 5;
const SCHEDULE_LENGTH_MAX = 200;
const HOUR_MINUTES = 60;
const DAY_HOURS = 24;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A Monday, the 29th of February, comes within so many days. */
const DAYS_MAX = 41 * 366;
/** By so much clocks go back at most. */
const REPEATED_MS_MAX = 3 * 60 * 60 * 1000;

/** The time zone of a source that names none. */
export const DEFAULT_TIME_ZONE = 'UTC';

type Scheduled = Pick<Source, 'schedule' | 'timeZone'>;

/** When a source is due next after a time. */
export type NextRun = (source: Scheduled, after: Date) => Date | null;

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

/**
 * null without a schedule. Where clocks go forward over a time of day, it is due when they have; where they go back and
 * the time comes twice, it is due once, but for a schedule of every hour.
 */
export const nextRun: NextRun = ({ schedule, timeZone }, after) => {
  if (schedule === null) return null;
  const { fields } = validateDetailed(schedule);
  if (fields === undefined) return null;
  const clock = createLocalClock(timeZone);
  const isHourly = fields.hour.length === DAY_HOURS;
  const begin = clock.read(after.getTime()) - REPEATED_MS_MAX;
  for (const day of daysOf(schedule, fields.month, begin)) {
    const due = timesOf(fields)
      .map((time) => day + time)
      .filter((reading) => reading >= begin)
      .flatMap((reading) => clock.instantsOf(reading).slice(0, isHourly ? 2 : 1))
      .filter((instant) => instant > after.getTime());
    if (due.length > 0) return new Date(Math.min(...due));
  }
  return null;
};

/** For example "Every day at 02:30 (Europe/Zurich)". */
export function scheduleInWords({ schedule, timeZone }: Scheduled): string {
  if (schedule === null) return 'by hand';
  const words = inWords(schedule, { use24HourTimeFormat: true, verbose: false });
  return `${words.replace(/^At (\d\d:\d\d)$/, 'Every day at $1')} (${timeZone})`;
}

type Fields = NonNullable<ReturnType<typeof validateDetailed>['fields']>;

/** Days on which the schedule is due, as local clocks read at their beginning. */
function* daysOf(schedule: string, months: Fields['month'], begin: number): Generator<number> {
  // In UTC a reading of a clock and the instant are the same.
  const task = createTask(schedule, () => undefined, { timezone: 'UTC' });
  const [time = 0] = timesOf(validateDetailed(schedule).fields);
  const first = Math.floor(begin / DAY_MS) * DAY_MS;
  try {
    for (let day = first; day < first + DAYS_MAX * DAY_MS; day += DAY_MS) {
      if (!months.includes(new Date(day).getUTCMonth() + 1)) continue;
      if (task.match(new Date(day + time))) yield day;
    }
  } finally {
    void task.destroy();
  }
}

/** Times of day, in milliseconds. */
function timesOf(fields: Fields | undefined): number[] {
  const { hour = [], minute = [], second = [] } = fields ?? {};
  const seconds = (h: number, m: number) => second.map((s) => ((h * HOUR_MINUTES + m) * 60 + s) * 1000);
  return hour.flatMap((h) => minute.flatMap((m) => seconds(h, m)));
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
