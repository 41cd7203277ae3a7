/** Schedules over a real store, with several servers on it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createScheduler, type Scheduler } from '../../src/connector/scheduler.ts';
import type { Directory } from '../../src/core/directory/directory.ts';
import { silentLogger } from '../../src/core/log.ts';
import { ACTOR, NEW_SOURCE, openTestDirectory, type TestDirectory } from '../support/directory.ts';

const HOUR_MS = 60 * 60 * 1000;

let roster: TestDirectory;
let ends: (() => Promise<unknown>)[];

beforeEach(async () => {
  roster = await openTestDirectory();
  ends = [];
});

afterEach(() => roster.remove());

/** A server whose runs begin, and go on until a test ends them. */
function schedulerOf(directory: Directory): Scheduler {
  return createScheduler({
    sources: directory.sources,
    connector: {
      async sync(actor, source, options = {}) {
        const run = await directory.syncRuns.begin(actor, source, options.slot ? { slot: options.slot } : {});
        const { counters } = run;
        const end = { state: 'succeeded', reason: '', counters, problems: [] } as const;
        ends.push(() => directory.syncRuns.finish(run.id, end));
        return { run, done: Promise.resolve(run) };
      },
    },
    clock: roster.clock,
    log: silentLogger,
  });
}

async function endRuns(): Promise<void> {
  for (const end of ends.splice(0)) await end();
}

async function countRuns(): Promise<number> {
  return (await roster.directory.syncRuns.list(null, 100)).length;
}

test('without a schedule nothing happens by itself', async () => {
  await roster.directory.sources.add(ACTOR, NEW_SOURCE);
  roster.clock.advance(48 * HOUR_MS);
  await schedulerOf(roster.directory).beginDue();
  expect(await countRuns()).toBe(0);
});

test('a run begins when it is due, once, and is audited as by the schedule', async () => {
  const { nextRunAt } = await roster.directory.sources.add(ACTOR, { ...NEW_SOURCE, schedule: '0 * * * *' });
  const scheduler = schedulerOf(roster.directory);
  await scheduler.beginDue();
  expect(await countRuns()).toBe(0);
  expect(roster.clock.advance(HOUR_MS)).toEqual(nextRunAt);
  await scheduler.beginDue();
  await endRuns();
  await scheduler.beginDue();
  expect(await countRuns()).toBe(1);
  const line = (await roster.auditLines()).find(({ action }) => action === 'source.sync');
  expect(line?.actor).toMatchObject({ door: 'schedule', name: 'schedule' });
  expect((await roster.directory.sources.find('corp')).nextRunAt).toEqual(
    new Date(roster.clock.now().getTime() + HOUR_MS),
  );
});

test('however many servers share the database, it begins once', async () => {
  await roster.directory.sources.add(ACTOR, { ...NEW_SOURCE, schedule: '0 * * * *' });
  const servers = [roster.directory, await roster.another(), await roster.another()].map(schedulerOf);
  for (let slots = 1; slots <= 3; slots += 1) {
    roster.clock.advance(HOUR_MS);
    await Promise.all(servers.map((server) => server.beginDue()));
    await endRuns();
    await Promise.all(servers.map((server) => server.beginDue()));
    expect(await countRuns()).toBe(slots);
  }
});

test('what was due while no server ran is made up once', async () => {
  await roster.directory.sources.add(ACTOR, { ...NEW_SOURCE, schedule: '0 * * * *' });
  roster.clock.advance(100 * HOUR_MS);
  const scheduler = schedulerOf(roster.directory);
  await scheduler.beginDue();
  await endRuns();
  await scheduler.beginDue();
  expect(await countRuns()).toBe(1);
});

test('what a clock that was ahead has put off is due when the schedule says', async () => {
  await roster.directory.sources.add(ACTOR, { ...NEW_SOURCE, schedule: '0 * * * *' });
  const scheduler = schedulerOf(roster.directory);
  const nextRunAt = async () => (await roster.directory.sources.find('corp')).nextRunAt?.getTime();
  const years = 20_000 * HOUR_MS;
  roster.clock.advance(years);
  await scheduler.beginDue();
  await endRuns();
  expect(await nextRunAt()).toBe(roster.clock.now().getTime() + HOUR_MS);
  const now = roster.clock.advance(-years).getTime();
  await scheduler.beginDue();
  expect(await nextRunAt()).toBe(now + HOUR_MS);
  roster.clock.advance(years);
  await scheduler.beginDue();
  await endRuns();
  roster.clock.advance(-years);
  await schedulerOf(roster.directory).beginDue();
  expect(await nextRunAt()).toBe(now + HOUR_MS);
  expect(await countRuns()).toBe(2);
});

test('while a source is being synchronized it stays due, and begins afterwards', async () => {
  const source = await roster.directory.sources.add(ACTOR, { ...NEW_SOURCE, schedule: '0 * * * *' });
  roster.clock.advance(HOUR_MS);
  const { id, counters } = await roster.directory.syncRuns.begin(ACTOR, source);
  const scheduler = schedulerOf(roster.directory);
  await scheduler.beginDue();
  expect(await countRuns()).toBe(1);
  await roster.directory.syncRuns.finish(id, { state: 'succeeded', reason: '', counters, problems: [] });
  await scheduler.beginDue();
  expect(await countRuns()).toBe(2);
});

test('a source that is switched off is not due, and neither is one whose schedule was taken away', async () => {
  const { sources } = roster.directory;
  await sources.add(ACTOR, { ...NEW_SOURCE, schedule: '0 * * * *' });
  roster.clock.advance(HOUR_MS);
  await sources.setEnabled(ACTOR, 'corp', false);
  await schedulerOf(roster.directory).beginDue();
  await sources.setEnabled(ACTOR, 'corp', true);
  expect((await sources.edit(ACTOR, 'corp', { schedule: null })).nextRunAt).toBeNull();
  await schedulerOf(roster.directory).beginDue();
  expect(await countRuns()).toBe(0);
});
