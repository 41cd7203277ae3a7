import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WRONG_TOKENS_MAX } from '../../src/admin-http/identify.ts';
import { STREAMS_MAX } from '../../src/admin-http/run-stream.ts';
import { createAdminServer } from '../../src/admin-http/server.ts';
import type { Directory } from '../../src/core/directory/directory.ts';
import type { Source } from '../../src/core/model/source.ts';
import { NO_COUNTERS, type SyncRun } from '../../src/core/model/sync-run.ts';
import { openTestApi, type TestApi, API_TOKEN as TOKEN } from '../support/api.ts';
import { ACTOR, NEW_SOURCE } from '../support/directory.ts';

let api: TestApi;
let directory: Directory;
let source: Source;
let base: string;

beforeEach(async () => {
  api = await openTestApi();
  directory = api.directory;
  base = api.url;
  source = await directory.sources.add(ACTOR, NEW_SOURCE);
});

afterEach(() => api.remove());

describe('the token', () => {
  test.each([
    ['none', undefined],
    ['a wrong one', 'Bearer wrong'],
    ['another scheme', `Basic ${TOKEN}`],
    ['an empty one', 'Bearer '],
  ])('%s is refused with a challenge, as a problem', async (_name, authorization) => {
    const response = await fetch(`${base}/api/v1/sources`, {
      headers: authorization ? { authorization } : {},
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="roster"');
    expect(await problem(response)).toMatchObject({ title: 'Unauthorized', status: 401 });
  });

  test('a wrong token is told apart from none', async () => {
    const answer = async (headers: Record<string, string>) =>
      problem(await fetch(`${base}/api/v1/sources`, { headers }));
    expect(await answer({})).toMatchObject({
      detail: 'Send the API token as "Authorization: Bearer <token>".',
    });
    expect(await answer({ authorization: 'Bearer wrong' })).toMatchObject({
      detail: 'The API token is wrong.',
    });
  });

  test('an address that guesses is refused unheard, the right token included', async () => {
    for (let guess = 0; guess < WRONG_TOKENS_MAX; guess++) {
      expect(
        (await call('/api/v1/sources', { headers: { authorization: `Bearer guess${guess}` } })).status,
      ).toBe(401);
    }
    const response = await call('/api/v1/sources');
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('60');
  });

  test('an address that guesses through a proxy on this machine is refused, and no other', async () => {
    const from = (address: string, token: string) =>
      fetch(`${base}/api/v1/sources`, {
        headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': address },
      });
    for (let guess = 0; guess < WRONG_TOKENS_MAX; guess++) await from('192.0.2.77', `guess${guess}`);
    expect((await from('192.0.2.77', 'guess')).status).toBe(429);
    expect((await from('192.0.2.78', 'guess')).status).toBe(401);
    expect((await call('/api/v1/sources')).status).toBe(200);
  });

  test('requests without any token do not count as guesses', async () => {
    for (let request = 0; request <= WRONG_TOKENS_MAX; request++) await fetch(`${base}/api/v1/sources`);
    expect((await call('/api/v1/sources')).status).toBe(200);
  });
});

describe('sources', () => {
  test('are listed without their bind passwords', async () => {
    const response = await call('/api/v1/sources');
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject([
      { id: source.id, name: 'corp', bindDn: 'cn=reader,dc=example,dc=org' },
    ]);
    expect(text).not.toMatch(/sealed|bind password|v1\./i);
  });

  test.each(['id', 'name'] as const)(
    'a sync of a source, named by its %s, is accepted and located',
    async (key) => {
      const response = await call(`/api/v1/sources/${source[key]}/sync`, { method: 'POST' });
      expect(response.status).toBe(202);
      const run = (await response.json()) as SyncRun;
      expect(run).toMatchObject({ sourceId: source.id, state: 'running', phase: 'connect' });
      expect(response.headers.get('location')).toBe(`/api/v1/sync-runs/${run.id}`);
      expect(await (await call(`/api/v1/sync-runs/${run.id}`)).json()).toMatchObject({ id: run.id });
      expect(run).not.toHaveProperty('holder');
    },
  );

  test('a second sync while one runs is a conflict that names the running one', async () => {
    const run = await directory.syncRuns.begin(ACTOR, source);
    const response = await call('/api/v1/sources/corp/sync', { method: 'POST' });
    expect(response.status).toBe(409);
    expect(await problem(response)).toMatchObject({ status: 409, code: 'conflict', runId: run.id });
  });

  test('an unknown source is not found', async () => {
    const response = await call('/api/v1/sources/nowhere/sync', { method: 'POST' });
    expect(response.status).toBe(404);
    expect(await problem(response)).toMatchObject({
      type: 'about:blank',
      title: 'Not Found',
      code: 'not-found',
      detail: expect.stringContaining('nowhere'),
    });
  });
});

async function listed(query: string): Promise<{ items: SyncRun[]; next: string | null }> {
  return (await (await call(`/api/v1/sync-runs${query}`)).json()) as {
    items: SyncRun[];
    next: string | null;
  };
}

describe('sync runs', () => {
  test('are listed newest first, of all sources or of one', async () => {
    const first = await ended(await directory.syncRuns.begin(ACTOR, source));
    api.clock.advance(1000);
    const second = await directory.syncRuns.begin(ACTOR, source);
    for (const query of ['', '?source=corp', `?source=${source.id}`]) {
      expect((await listed(query)).items.map(({ id }) => id)).toEqual([second.id, first.id]);
    }
    const { items, next } = await listed('?source=corp&limit=1');
    expect(items.map(({ id }) => id)).toEqual([second.id]);
    const older = await listed(`?source=corp&limit=1&cursor=${next}`);
    expect(older).toMatchObject({ items: [{ id: first.id }], next: null });
    expect((await call('/api/v1/sync-runs?source=nowhere')).status).toBe(404);
    expect(await problem(await call('/api/v1/sync-runs?surce=corp'))).toMatchObject({
      status: 400,
      field: 'surce',
    });
  });

  test('an unknown run is not found, as JSON and as events', async () => {
    expect((await call('/api/v1/sync-runs/nothing')).status).toBe(404);
    expect((await events('nothing')).status).toBe(404);
  });

  test('as events: the JSON whenever it changed, by whichever process, until the end', async () => {
    const elsewhere = await api.another();
    const run = await elsewhere.syncRuns.begin(ACTOR, source);
    const stream = eventsOf(await events(run.id));
    expect(await stream.next()).toMatchObject({ value: { event: 'progress', run: { phase: 'connect' } } });
    await elsewhere.syncRuns.progress(run.id, {
      phase: 'enumerate-users',
      done: 7,
      total: null,
      counters: { ...NO_COUNTERS, usersSeen: 7 },
    });
    expect(await stream.next()).toMatchObject({
      value: { event: 'progress', run: { phase: 'enumerate-users', progress: { done: 7, total: null } } },
    });
    await ended(run, elsewhere);
    expect(await stream.next()).toMatchObject({
      value: { event: 'end', run: { state: 'succeeded', reason: 'Nothing changed.' } },
    });
    expect(await stream.next()).toMatchObject({ done: true });
  });

  test('a run that is over ends its stream at once', async () => {
    const run = await ended(await directory.syncRuns.begin(ACTOR, source));
    expect(await (await events(run.id)).text()).toMatch(/^event: end\ndata: \{.*\}\n\n$/);
  });

  test('streams are bounded, and a place is free again when a client leaves', async () => {
    const run = await directory.syncRuns.begin(ACTOR, source);
    const leave = new AbortController();
    const first = await events(run.id, leave.signal);
    const others = await Promise.all(Array.from({ length: STREAMS_MAX - 1 }, () => events(run.id)));
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await problem(await events(run.id))).toMatchObject({ status: 503, code: 'busy' });
    leave.abort();
    await first.text().catch(() => undefined);
    await expect.poll(async () => (await events(run.id)).status).toBe(200);
  });

  test('stopping the server ends its streams', async () => {
    const run = await directory.syncRuns.begin(ACTOR, source);
    const stream = eventsOf(await events(run.id));
    await stream.next();
    await api.stopServer();
    expect(await stream.next()).toMatchObject({ done: true });
  });
});

describe('health', () => {
  test('the process lives and says so without a token', async () => {
    const response = await fetch(`${base}/healthz`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'alive' }]);
  });

  test('readiness tells its reasons', async () => {
    expect((await fetch(`${base}/readyz`)).status).toBe(200);
    api.reasons.push('The tree is not loaded yet.');
    const response = await fetch(`${base}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'not ready', reasons: ['The tree is not loaded yet.'], warnings: [] },
    ]);
  });

  test('readiness tells its warnings, and is ready all the same', async () => {
    api.warnings.push('The certificate expires on 2026-01-01T00:00:00.000Z.');
    const response = await fetch(`${base}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: 'ready', reasons: [], warnings: api.warnings },
    ]);
  });

  test('metrics are for who shows the token', async () => {
    expect((await fetch(`${base}/metrics`)).status).toBe(401);
    const response = await call('/metrics');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4');
    expect([response.status, await response.text()]).toEqual([200, 'roster_users 7\n']);
  });
});

describe('the door', () => {
  test('every answer carries the security headers, and none says what software answers', async () => {
    for (const path of ['/', '/healthz', '/nowhere', '/api/v1/sources']) {
      const { headers } = await fetch(base + path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  test.each([
    ['an unknown path', '/api/v1/nowhere', {}, 404],
    ['a body that is no JSON', '/api/v1/sources/corp/sync', json('{"a":'), 400],
    ['a body that is too long', '/api/v1/sources/corp/sync', json(JSON.stringify('x'.repeat(70_000))), 413],
    ['a path that does not decode', '/api/v1/sync-runs/%ff', {}, 400],
  ])('%s is a problem', async (_name, path, init, status) => {
    expect(await problem(await call(path, init))).toMatchObject({ type: 'about:blank', status });
  });

  test('what fails unexpectedly is logged and opaque', async () => {
    const list = () => Promise.reject(new Error('s3cret reason'));
    const failing = await openTestApi({ sources: { ...directory.sources, list } });
    try {
      const response = await failing.call('/api/v1/sources');
      expect(await response.text()).not.toContain('s3cret');
      expect(response.status).toBe(500);
      expect(failing.logged).toMatchObject([
        { err: { message: 's3cret reason' }, method: 'GET', path: '/api/v1/sources' },
      ]);
    } finally {
      await failing.remove();
    }
  });

  test('bytes that are not HTTP do not end the server', async () => {
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    socket.end('30 0c 02 01\r\n\r\n');
    socket.resume();
    await once(socket, 'close');
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
  });

  test('a port that is taken is named', async () => {
    const { port } = new URL(base);
    const listen = { host: '127.0.0.1', port: Number(port) };
    const second = createAdminServer({ ...api.dependencies, listen });
    await expect(second.start()).rejects.toMatchObject({
      code: 'unavailable',
      message: `HTTP cannot listen on 127.0.0.1 port ${port} (another process listens there): free it, or set ROSTER_HTTP_HOST and ROSTER_HTTP_PORT.`,
    });
    await second.stop();
  });
});

function call(path: string, init: RequestInit = {}): Promise<Response> {
  return api.call(path, init);
}

function events(id: string, signal?: AbortSignal): Promise<Response> {
  const headers = { accept: 'text/event-stream' };
  return call(`/api/v1/sync-runs/${id}`, { headers, ...(signal && { signal }) });
}

/** The events of a stream as they come. */
async function* eventsOf(response: Response): AsyncGenerator<{ event: string; run: SyncRun }> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const match = /^event: (\w+)\ndata: (.*)$/.exec(block);
      if (match !== null) yield { event: match[1] ?? '', run: JSON.parse(match[2] ?? '') };
    }
  }
}

async function problem(response: Response): Promise<unknown> {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  return response.json();
}

function json(body: string): RequestInit {
  return { method: 'POST', body, headers: { 'content-type': 'application/json' } };
}

function ended(run: SyncRun, by: Pick<Directory, 'syncRuns'> = directory): Promise<SyncRun> {
  return by.syncRuns.finish(run.id, {
    state: 'succeeded',
    reason: 'Nothing changed.',
    counters: NO_COUNTERS,
    problems: [],
  });
}
