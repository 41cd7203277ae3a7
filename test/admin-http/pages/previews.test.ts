import { expect, test } from 'vitest';
import { createPreviews } from '../../../src/admin-http/pages/sources/previews.ts';
import { DirectoryError } from '../../../src/core/errors.ts';
import type { Source } from '../../../src/core/model/source.ts';
import { NO_COUNTERS, type SyncPreview } from '../../../src/core/model/sync-run.ts';
import { ACTOR } from '../../support/directory.ts';
import { aSource } from '../../support/rows.ts';

const PREVIEW: SyncPreview = {
  ...{ pause: null, summary: 'Nothing changed.', counters: NO_COUNTERS },
  ...{ problems: [], items: [], itemsTotal: 0 },
};

/** Previews whose directories answer when the test says so. */
function held() {
  const answers: PromiseWithResolvers<SyncPreview>[] = [];
  const logged: object[] = [];
  const clock = { at: new Date(0), now: () => clock.at };
  const previews = createPreviews({
    connector: {
      preview() {
        const answer = withResolvers();
        answers.push(answer);
        return answer.promise;
      },
    },
    clock,
    log: { error: (fields) => void logged.push(fields) },
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { previews, answers, logged, clock, settled };
}

interface PromiseWithResolvers<Value> {
  readonly promise: Promise<Value>;
  resolve(value: Value): void;
  reject(error: unknown): void;
}

function withResolvers(): PromiseWithResolvers<SyncPreview> {
  let resolve: (value: SyncPreview) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<SyncPreview>((fulfil, refuse) => {
    [resolve, reject] = [fulfil, refuse];
  });
  return { promise, resolve, reject };
}

const source = (name: string): Source => aSource({ name });

test('one of a source is under way at a time, and is kept once it is done', async () => {
  const { previews, answers, settled } = held();
  const corp = source('corp');
  expect(previews.of(corp)).toBeNull();
  previews.begin(ACTOR, corp);
  previews.begin(ACTOR, corp);
  expect(answers).toHaveLength(1);
  expect(previews.of(corp)).toEqual({ state: 'running' });
  answers[0]?.resolve(PREVIEW);
  await settled();
  expect(previews.of(corp)).toEqual({ state: 'done', preview: PREVIEW, at: new Date(0) });
});

test('one of before the source was changed counts no more', async () => {
  const { previews, answers, settled } = held();
  const corp = source('corp');
  previews.begin(ACTOR, corp);
  answers[0]?.resolve(PREVIEW);
  await settled();
  expect(previews.of({ ...corp, updatedAt: new Date(corp.updatedAt.getTime() + 1) })).toBeNull();
});

test('a failure is told in its own words where it is expected, and logged where it is not', async () => {
  const { previews, answers, logged, settled } = held();
  const [corp, other] = [source('corp'), source('other')];
  previews.begin(ACTOR, corp);
  previews.begin(ACTOR, other);
  answers[0]?.reject(new DirectoryError('unavailable', 'The directory does not answer.'));
  answers[1]?.reject(new TypeError('secret detail'));
  await settled();
  expect(previews.of(corp)).toEqual({ state: 'failed', message: 'The directory does not answer.' });
  expect(JSON.stringify(previews.of(other))).not.toContain('secret');
  expect(logged).toHaveLength(1);
});

test('few are kept, and the oldest that is done makes room', async () => {
  const { previews, answers, settled } = held();
  const many = Array.from({ length: 6 }, (_, index) => source(`corp-${index}`));
  for (const each of many.slice(0, 5)) previews.begin(ACTOR, each);
  expect(() => previews.begin(ACTOR, source('corp-5'))).toThrow(/under way already/);
  answers[0]?.resolve(PREVIEW);
  await settled();
  const [first, , , , , sixth] = many;
  if (first === undefined || sixth === undefined) throw new Error('There are six.');
  previews.begin(ACTOR, sixth);
  expect(previews.of(first)).toBeNull();
  expect(previews.of(sixth)).toEqual({ state: 'running' });
});
