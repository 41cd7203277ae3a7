import { describe, expect, it } from 'vitest';
import { checkSchedule, checkTimeZone, nextRun, scheduleInWords } from '../../../src/core/model/schedule.ts';
import { thrownBy } from '../../support/thrown-by.ts';

describe('a schedule', () => {
  it.each(['30 2 * * *', '*/5 * * * *', '0,30 8-18 * * 1-5', '0 0 29 2 *', '@daily', '0 30 2 * * *'])(
    'may be %s',
    (schedule) => {
      expect(checkSchedule(`  ${schedule} `)).toBe(schedule);
    },
  );

  it.each(['', 'never', '30 2 * *', '61 2 * * *', '0 0 31 2 *', '* * * * * * *', 'x'.repeat(10_000)])(
    'may not be %.20s, as one sentence says',
    (schedule) => {
      expect(thrownBy(() => checkSchedule(schedule))).toMatchObject({
        code: 'invalid',
        field: 'schedule',
        message: expect.stringMatching(
          /^The schedule must be a cron expression such as "30 2 \* \* \*": .+\.$/,
        ),
      });
    },
  );

  it.each(['* * * * *', '*/4 * * * *', '0,58 * * * *', '*/10 * * * * *', '0,1 2 * * *'])(
    'does not burden a directory more often than every five minutes, as %s would',
    (schedule) => {
      expect(thrownBy(() => checkSchedule(schedule))).toMatchObject({
        field: 'schedule',
        message: 'The schedule must leave at least 5 minutes between two runs, as "*/15 * * * *" does.',
      });
    },
  );

  it('is read in the time zone of its source', () => {
    const zurich = nextRun({ schedule: '30 2 * * *', timeZone: 'Europe/Zurich' });
    const utc = nextRun({ schedule: '30 2 * * *', timeZone: 'UTC' });
    expect(zurich?.getTime()).toBeGreaterThan(Date.now());
    expect([utc?.getUTCHours(), utc?.getUTCMinutes()]).toEqual([2, 30]);
    const hours = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Zurich', timeStyle: 'short' });
    expect(hours.format(zurich ?? undefined)).toBe('02:30');
    expect(nextRun({ schedule: null, timeZone: 'UTC' })).toBeNull();
  });

  it('is told in words', () => {
    expect(scheduleInWords({ schedule: '30 2 * * *', timeZone: 'Europe/Zurich' })).toBe(
      'Every day at 02:30 (Europe/Zurich)',
    );
    expect(scheduleInWords({ schedule: null, timeZone: 'UTC' })).toBe('by hand');
  });
});

describe('a time zone', () => {
  it('is kept as it is called', () => {
    expect(checkTimeZone(' europe/zurich ')).toBe('Europe/Zurich');
  });

  it.each(['', 'Mars/Olympus', 'CETT'])('may not be %s', (timeZone) => {
    expect(thrownBy(() => checkTimeZone(timeZone))).toMatchObject({ code: 'invalid', field: 'timeZone' });
  });
});
