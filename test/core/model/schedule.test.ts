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
    expect(runsFrom('2026-01-15T12:00:00Z', '30 2 * * *', 'UTC', 2)).toEqual([
      '2026-01-16T02:30:00.000Z',
      '2026-01-17T02:30:00.000Z',
    ]);
    expect(runsFrom('2026-01-15T12:00:00Z', '30 2 * * *', 'Europe/Zurich', 1)).toEqual([
      '2026-01-16T01:30:00.000Z',
    ]);
    expect(nextRun({ schedule: null, timeZone: 'UTC' }, new Date())).toBeNull();
  });

  it.each([
    ['30 2 * * *', ['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30']],
    [
      '0,30 2,3 * * *',
      ['2026-03-28T01:30', '2026-03-28T02:00', '2026-03-28T02:30', '2026-03-29T01:00', '2026-03-29T01:30'],
    ],
    ['0 * * * *', ['2026-03-28T02:00', '2026-03-28T03:00']],
    ['30 2 29 * *', ['2026-03-29T01:00', '2026-04-29T00:30']],
  ])('%s is due once where clocks go forward over it, as soon as they have', (schedule, times) => {
    const runs = runsFrom('2026-03-28T01:15:00Z', schedule, 'Europe/Zurich', times.length);
    expect(runs).toEqual(times.map((time) => `${time}:00.000Z`));
  });

  it.each([
    ['30 2 * * *', ['2026-10-25T00:30', '2026-10-26T01:30']],
    [
      '*/30 * * * *',
      ['2026-10-25T00:00', '2026-10-25T00:30', '2026-10-25T01:00', '2026-10-25T01:30', '2026-10-25T02:00'],
    ],
  ])('%s is due once where clocks go back over it, but for every hour', (schedule, times) => {
    const runs = runsFrom('2026-10-24T23:45:00Z', schedule, 'Europe/Zurich', times.length);
    expect(runs).toEqual(times.map((time) => `${time}:00.000Z`));
  });

  it.each([
    ['0 0 * * *', 'America/Santiago', '2026-09-05T12:00:00Z', '2026-09-06T04:00:00.000Z'],
    ['0 12 30 * *', 'Pacific/Apia', '2011-12-29T23:00:00Z', '2011-12-30T10:00:00.000Z'],
    ['0 0 29 2 1', 'UTC', '2026-01-01T00:00:00Z', '2044-02-29T00:00:00.000Z'],
    ['0 0 L * *', 'UTC', '2026-02-01T00:00:00Z', '2026-02-28T00:00:00.000Z'],
    ['@daily', 'Asia/Kathmandu', '2026-01-01T00:00:00Z', '2026-01-01T18:15:00.000Z'],
  ])('%s in %s after %s is %s', (schedule, timeZone, after, due) => {
    expect(runsFrom(after, schedule, timeZone, 1)).toEqual([due]);
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

function runsFrom(after: string, schedule: string, timeZone: string, count: number): string[] {
  const runs: string[] = [];
  for (let at: Date | null = new Date(after); at !== null && runs.length < count; ) {
    at = nextRun({ schedule, timeZone }, at);
    runs.push(at?.toISOString() ?? '');
  }
  return runs;
}
