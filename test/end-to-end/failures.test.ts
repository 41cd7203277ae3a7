/** What goes wrong upstream or in our own process never costs anybody his account. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { addSource, startRoster, type TestRoster } from '../support/roster.ts';
import { directoryLdif, startSlapd, type TestSlapd } from '../support/slapd.ts';

interface Run {
  readonly id: string;
  readonly state: string;
  readonly phase: string;
  readonly reason: string;
}

// A sync tries again for 20 seconds before it gives a source up.
vi.setConfig({ testTimeout: 90_000 });

const ldif = directoryLdif({ users: 1000, groups: 50 });
let slapd: TestSlapd;
let roster: TestRoster;

beforeEach(async () => {
  slapd = await startSlapd({ ldif, sizeLimit: 'unlimited' });
  roster = await startRoster();
}, 60_000);

afterEach(async () => {
  await roster?.remove();
  await slapd?.stop();
});

test('slapd killed in the middle of the enumeration: the run fails with a reason and nobody is removed', async () => {
  const proxy = await startCuttingProxy(Number(new URL(slapd.url).port));
  await addSource(roster, { ...slapd, url: `ldaps://127.0.0.1:${proxy.port}` });
  expect(await roster.cli(['sources', 'sync', 'corp'])).toMatchObject({ status: 0 });
  const before = await directory();
  const middle = proxy.afterBytes(60_000);
  const sync = roster.cli(['sources', 'sync', 'corp']);
  await middle;
  slapd.kill('SIGKILL');
  await proxy.stop();
  const { status, stderr } = await sync;
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/\S+ .*\.\n$/) });
  const [run] = await roster.json<Run[]>('sources', 'runs', 'corp');
  expect(run).toMatchObject({ state: 'failed', reason: expect.stringMatching(/\w/) });
  expect(await directory()).toEqual(before);
});

test('the server killed during a sync: it starts again, the run is aborted, the next sync completes', async () => {
  const proxy = await startCuttingProxy(Number(new URL(slapd.url).port));
  await addSource(roster, { ...slapd, url: `ldaps://127.0.0.1:${proxy.port}` });
  const middle = proxy.afterBytes(60_000);
  const { id } = await triggerSync();
  await middle;
  await roster.stop('SIGKILL');
  proxy.open();

  await roster.start();
  const aborted = await (await roster.api(`/api/v1/sync-runs/${id}`)).json();
  expect(aborted).toMatchObject({ state: 'aborted', reason: expect.stringMatching(/\w/) });
  expect(await people()).toBe(1);
  expect(await roster.cli(['sources', 'sync', 'corp'])).toMatchObject({ status: 0 });
  expect(await people()).toBe(1001);
  await proxy.stop();
});

test('the server killed while it applies: the next sync completes what is missing', async () => {
  await addSource(roster, slapd);
  const { id } = await triggerSync();
  await phaseOf(id, 'apply');
  await roster.stop('SIGKILL');

  await roster.start();
  const run = await (await roster.api(`/api/v1/sync-runs/${id}`)).json();
  expect(run).toMatchObject({ state: expect.stringMatching(/aborted|succeeded/) });
  expect(await roster.cli(['sources', 'sync', 'corp'])).toMatchObject({ status: 0 });
  expect(await people()).toBe(1001);
  expect(await roster.cli(['sources', 'sync', 'corp'])).toMatchObject({
    stdout: expect.stringContaining('Nothing changed'),
  });
});

test('a server that is told to stop ends its syncs first, and the report says so', async () => {
  await addSource(roster, slapd);
  const { id } = await triggerSync();
  await phaseOf(id, 'connect');
  await roster.stop('SIGTERM');

  await roster.start();
  const run = (await (await roster.api(`/api/v1/sync-runs/${id}`)).json()) as Run;
  expect(run).toMatchObject({ state: expect.stringMatching(/failed|succeeded/) });
  if (run.state === 'failed') expect(run.reason).toBe('Roster is shutting down.');
});

async function triggerSync(): Promise<Run> {
  const [source] = await roster.json<{ id: string }[]>('sources', 'list');
  const accepted = await roster.api(`/api/v1/sources/${source?.id}/sync`, { method: 'POST' });
  expect(accepted.status).toBe(202);
  return (await accepted.json()) as Run;
}

async function people(): Promise<number> {
  return (await roster.search(['-b', 'ou=users,dc=roster', '(objectClass=inetOrgPerson)', 'uid'])).length;
}

async function phaseOf(id: string, phase: string): Promise<void> {
  const response = await roster.api(`/api/v1/sync-runs/${id}`, { headers: { accept: 'text/event-stream' } });
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    const text = decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.includes(`"phase":"${phase}"`) || text.includes('event: end')) return;
  }
}

/** Everything that is served, operational attributes included. */
function directory() {
  return roster.search(['-b', 'dc=roster', '(objectClass=*)', '*', '+']);
}
