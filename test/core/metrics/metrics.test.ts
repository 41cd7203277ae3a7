import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createMetrics, type Metrics } from '../../../src/core/metrics/metrics.ts';
import { withRetired } from '../../../src/core/metrics/readings.ts';
import { REFUSALS } from '../../../src/ldap-server/connection-door.ts';

const PAGE = join(import.meta.dirname, '..', '..', '..', 'docs', 'metrics.md');

async function linesOf(metrics: Metrics): Promise<string[]> {
  return (await metrics.text()).text.split('\n').filter((line) => line.startsWith('roster_'));
}

test('docs/metrics.md names each metric, and none that does not exist', async () => {
  const page = await readFile(PAGE, 'utf8');
  const documented = [...page.matchAll(/`((?:roster|process|nodejs)_\w+)`/g)].map(([, name]) => name);
  expect(documented.toSorted()).toEqual(createMetrics().names().toSorted());
  for (const reason of REFUSALS) expect(page).toContain(`\`${reason}\``);
});

test('operations count by type and result, with the time they took and the entries they sent', async () => {
  const metrics = createMetrics();
  const search = { type: 'search', code: 0, durationMs: 4, entries: 20, candidates: 0 };
  metrics.ldap.operation(search);
  metrics.ldap.operation({ ...search, code: 4, candidates: 999 });
  metrics.ldap.operation({ ...search, code: null, entries: 0, candidates: 1000 });
  const lines = await linesOf(metrics);
  expect(lines).toEqual(
    expect.arrayContaining([
      'roster_ldap_operations_total{operation="search",result="0"} 1',
      'roster_ldap_operations_total{operation="search",result="4"} 1',
      'roster_ldap_operations_total{operation="search",result="abandoned"} 1',
      'roster_ldap_operation_duration_seconds_bucket{le="0.001",operation="search"} 0',
      'roster_ldap_operation_duration_seconds_bucket{le="0.005",operation="search"} 3',
      'roster_ldap_operation_duration_seconds_sum{operation="search"} 0.012',
      'roster_ldap_entries_sent_total 40',
      'roster_ldap_search_walks_total 1',
    ]),
  );
});

test('connections, sign-ins and sync runs count by why, how and what came of them', async () => {
  const metrics = createMetrics();
  metrics.ldap.refused('too-many');
  metrics.ldap.handshakeFailed();
  metrics.signIn({ outcome: 'wrong', method: 'local', accountId: null, address: null, durationMs: 80 });
  metrics.syncRunEnded('paused');
  expect(await linesOf(metrics)).toEqual(
    expect.arrayContaining([
      'roster_ldap_connections_refused_total{reason="too-many"} 1',
      'roster_ldap_handshakes_failed_total 1',
      'roster_sign_ins_total{outcome="wrong",method="local"} 1',
      'roster_sign_in_duration_seconds_count{method="local"} 1',
      'roster_sync_runs_total{state="paused"} 1',
    ]),
  );
});

test('gauges show what there is when they are read', async () => {
  const metrics = createMetrics();
  let users = 3;
  metrics.show(() => ({
    ...{ connections: 2, users, groups: 1, sequence: 17, treeBytes: 4096, inStep: true },
    ...{ certificateExpiry: new Date('2027-01-01T00:00:00Z'), certificateInOrder: false },
  }));
  expect(await linesOf(metrics)).toEqual(
    expect.arrayContaining([
      'roster_ldap_connections 2',
      'roster_users 3',
      'roster_groups 1',
      'roster_feed_sequence 17',
      'roster_tree_bytes 4096',
      'roster_feed_in_step 1',
      'roster_certificate_expiry_timestamp_seconds 1798761600',
      'roster_certificate_in_order 0',
    ]),
  );
  users = 4;
  expect(await linesOf(metrics)).toContain('roster_users 4');
});

test('several processes are told as one, and the counts of one that is gone stay', async () => {
  const [leading, worker, gone] = [createMetrics(), createMetrics(), createMetrics()];
  const search = { type: 'search', code: 0, durationMs: 4, entries: 20, candidates: 0 };
  for (const each of [worker, gone]) each.ldap.operation(search);
  gone.ldap.refused('too-many');
  const retired = await withRetired(null, await gone.reading());
  leading.addProcesses(async () => [await worker.reading(), retired]);
  leading.syncRunEnded('succeeded');
  expect(await linesOf(leading)).toEqual(
    expect.arrayContaining([
      'roster_ldap_operations_total{operation="search",result="0"} 2',
      'roster_ldap_operation_duration_seconds_count{operation="search"} 2',
      'roster_ldap_entries_sent_total 40',
      'roster_ldap_connections_refused_total{reason="too-many"} 1',
      'roster_sync_runs_total{state="succeeded"} 1',
    ]),
  );
  const { text } = await leading.text();
  for (const name of leading.names()) expect(text).toContain(`# TYPE ${name} `);
});
