import { expect, test } from 'vitest';
import { createOperationTally } from '../../../src/core/metrics/operation-tally.ts';

test('durations are told as a histogram that Prometheus reads', () => {
  const tally = createOperationTally('seconds', 'How long.', [0.001, 0.5]);
  for (const durationMs of [0, 1, 2, 500, 501]) tally.add('search', 0, durationMs);
  tally.add('bind', 49, 3);
  expect(tally.text()).toBe(
    [
      '# HELP seconds How long.',
      '# TYPE seconds histogram',
      'seconds_bucket{le="0.001",operation="search"} 2',
      'seconds_bucket{le="0.5",operation="search"} 4',
      'seconds_bucket{le="+Inf",operation="search"} 5',
      'seconds_sum{operation="search"} 1.004',
      'seconds_count{operation="search"} 5',
      'seconds_bucket{le="0.001",operation="bind"} 0',
      'seconds_bucket{le="0.5",operation="bind"} 1',
      'seconds_bucket{le="+Inf",operation="bind"} 1',
      'seconds_sum{operation="bind"} 0.003',
      'seconds_count{operation="bind"} 1',
      '',
    ].join('\n'),
  );
});

test('operations count by type and result', () => {
  const tally = createOperationTally('seconds', 'How long.', [1]);
  for (const code of [0, 0, 32, null]) tally.add('search', code, 0);
  expect([...tally.results()]).toEqual([
    { type: 'search', code: 0, count: 2 },
    { type: 'search', code: 32, count: 1 },
    { type: 'search', code: null, count: 1 },
  ]);
});
