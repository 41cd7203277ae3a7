import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createRunStreams } from '../../src/admin-http/run-stream.ts';
import type { SyncRun } from '../../src/core/model/sync-run.ts';
import { aSource, aSyncRun } from '../support/rows.ts';

test('a client that does not read is kept one event, and the latest once it reads again', async () => {
  const first = aSyncRun(aSource({ name: 'corp' }), { state: 'running' });
  const looks = new PassThrough({ objectMode: true });
  let done = 0;
  const streams = createRunStreams({
    async byId(): Promise<SyncRun> {
      done++;
      looks.write(done);
      return { ...first, progress: { done, total: null } };
    },
  });
  const sink = Object.assign(new PassThrough({ highWaterMark: 1 }), { writeHead: () => undefined });
  const following = streams.follow(first, sink);
  for (let look = 0; look < 4; look++) await once(looks, 'data');
  expect(sink.readableLength + sink.writableLength).toBeLessThan(2 * JSON.stringify(first).length);
  const events: string[] = [];
  sink.on('data', (chunk) => events.push(String(chunk)));
  while (events.length < 2) await once(sink, 'data');
  streams.stop();
  await following;
  expect(events[0]).toContain('"done":0');
  expect(Number(/"done":(\d+)/.exec(events[1] ?? '')?.[1])).toBeGreaterThanOrEqual(4);
});

test('events of several names are each sent when their text has changed, line by line, and "end" ends them', async () => {
  const first = aSyncRun(aSource({ name: 'corp' }), { state: 'running' });
  const runs: SyncRun[] = [
    { ...first, progress: { done: 1, total: null } },
    { ...first, state: 'succeeded', progress: { done: 2, total: null } },
  ];
  const streams = createRunStreams({ byId: async () => runs.shift() ?? first });
  const sink = Object.assign(new PassThrough(), { writeHead: () => undefined });
  await streams.follow(first, sink, ({ phase, progress: { done } }) => ({
    progress: `done\r\n${done}`,
    phase,
  }));
  expect(String(sink.read())).toBe(
    [
      'event: progress\ndata: done\ndata: 0\n\n',
      'event: phase\ndata: connect\n\n',
      'event: progress\ndata: done\ndata: 1\n\n',
      'event: end\ndata: done\ndata: 2\n\n',
    ].join(''),
  );
});
