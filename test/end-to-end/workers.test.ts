/** LDAPS served by two processes: what holds for one holds for both together. */
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { issueCertificates } from '../../src/ldap-server/certificate.ts';
import { createWire } from '../support/ldap-wire.ts';
import { requestBytes } from '../support/request-bytes.ts';
import { startRoster, type TestRoster } from '../support/roster.ts';

const CONNECTIONS_MAX = 8;
const LIMIT = { ROSTER_LDAPS_CONNECTIONS_PER_ADDRESS_MAX: String(CONNECTIONS_MAX) };
const JANE = { dn: 'uid=jdoe,ou=users,dc=roster', password: 'Correct-horse-7' };
const INVALID_CREDENTIALS = 49;
const SOON = { timeout: 20_000 };
let roster: TestRoster;

beforeAll(async () => {
  roster = await startRoster({ ROSTER_LDAP_WORKERS: '2', ...LIMIT });
  const added = await roster.cli(['users', 'add', 'jdoe', '--password-stdin'], `${JANE.password}\n`);
  expect(added).toMatchObject({ status: 0 });
});
afterAll(() => roster.remove());

test('both take connections, in turn, and see a change', async () => {
  const seen = new Set<number>();
  await expect
    .poll(async () => {
      const { length } = await roster.search(['-b', 'ou=users,dc=roster', '(uid=jdoe)', 'uid']);
      if (length === 1) for (const worker of workersInLog()) seen.add(worker);
      return [seen.size, length];
    }, SOON)
    .toEqual([2, 1]);
});

test('the metrics are those of both', async () => {
  const before = await metric('roster_ldap_operations_total{operation="bind",result="0"}');
  for (let bind = 0; bind < 4; bind += 1) await roster.ldap('ldapwhoami', []);
  expect(await metric('roster_ldap_operations_total{operation="bind",result="0"}')).toBe(before + 4);
  expect(await metric('roster_users')).toBe(2);
});

test('the connections of one address are counted over both', async () => {
  const open = await Promise.all(Array.from({ length: CONNECTIONS_MAX }, () => opened()));
  expect(open).not.toContain(null);
  expect(await opened()).toBeNull();
  open.pop()?.destroy();
  await expect.poll(async () => (await roster.ldap('ldapwhoami', [])).status, SOON).toBe(0);
  for (const socket of open) socket?.destroy();
  await expect.poll(() => metric('roster_ldap_connections'), SOON).toBe(0);
});

test('a new certificate is shown by both', async () => {
  const names = { hostnames: ['localhost'], addresses: ['127.0.0.1'], now: new Date(), validDays: 30 };
  const { certPem, keyPem, caPem } = await issueCertificates(names);
  const certs = join(roster.folder, 'certs');
  for (const [file, pem] of Object.entries({ 'server.key': keyPem, 'server.crt': certPem, 'ca.crt': caPem }))
    await writeFile(join(certs, file), pem);
  roster.signal('SIGHUP');
  await expect.poll(async () => [await trusts(caPem), await trusts(caPem)], SOON).toEqual([true, true]);
});

test('who guesses at both is counted once for both, and the right password is refused by both then', async () => {
  const both = [await binding(), await binding()];
  // Twice, so that both remember it.
  for (const bind of [...both, ...both]) expect(await bind(JANE.password)).toBe(0);
  const guesses = [1, 2, 3, 4, 5, 6].map((guess) => `wrong guess ${guess}`);
  for (const [turn, guess] of guesses.entries())
    expect(await both[turn % 2]?.(guess)).toBe(INVALID_CREDENTIALS);
  expect(await Promise.all(both.map((bind) => bind(JANE.password)))).toEqual([
    INVALID_CREDENTIALS,
    INVALID_CREDENTIALS,
  ]);
  expect(await metric('roster_sign_ins_total{outcome="throttled",method="local"}')).toBe(2);
});

test('one that is killed is replaced; the other serves on, and counts do not fall', async () => {
  const operations = 'roster_ldap_operations_total{operation="bind",result="0"}';
  const before = await metric(operations);
  const [killed = 0] = await workerPids();
  process.kill(killed, 'SIGKILL');
  for (let bind = 0; bind < 4; bind += 1) await roster.ldap('ldapwhoami', []);
  await expect.poll(async () => (await fetch(`${roster.httpUrl}/readyz`)).status, SOON).toBe(200);
  expect((await workerPids()).filter((pid) => pid !== killed)).toHaveLength(2);
  expect(await metric(operations)).toBeGreaterThanOrEqual(before);
  expect(roster.log).toContain('another takes its place');
  expect(await roster.search(['-b', 'dc=roster', '(uid=jdoe)', 'uid'])).toHaveLength(1);
});

test('a signal to the server ends all, also one that went to each of them', async () => {
  const pids = await workerPids();
  for (const pid of pids) process.kill(pid, 'SIGTERM');
  expect((await roster.ldap('ldapwhoami', [])).status).toBe(0);
  await roster.stop();
  expect(roster.log).toContain('Roster has stopped.');
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

function workersInLog(): number[] {
  return [...roster.log.matchAll(/"worker":(\d+),"name":"[^"]+".*"msg":"bind"/g)].map(([, id]) => Number(id));
}

async function workerPids(): Promise<number[]> {
  const children = await readFile(`/proc/${roster.pid}/task/${roster.pid}/children`, 'utf8');
  return children
    .split(' ')
    .filter((pid) => pid !== '')
    .map(Number);
}

async function metric(name: string): Promise<number> {
  const text = await roster.api('/metrics').then((response) => response.text());
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}

/** On a connection of its own; returns result codes. */
async function binding(): Promise<(password: string) => Promise<number>> {
  const socket = await opened();
  if (socket === null) throw new Error('There is no room for a connection.');
  const wire = createWire(socket);
  let id = 0;
  return async (password) => {
    id += 1;
    const authentication = { type: 'simple', password: Buffer.from(password) } as const;
    wire.send(
      requestBytes({
        id,
        request: { type: 'bind', version: 3, name: JANE.dn, authentication },
        controls: [],
      }),
    );
    return (await wire.received(id)).at(-1)?.code ?? -1;
  };
}

function port(): number {
  return Number(new URL(roster.ldapsUrl).port);
}

/** null: it was refused. */
async function opened(): Promise<TLSSocket | null> {
  const socket = connect({ host: '127.0.0.1', port: port(), rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    socket.on('error', () => {});
    return socket;
  } catch {
    return null;
  }
}

async function trusts(caPem: string): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port: port(), ca: caPem, servername: 'localhost' });
  try {
    await once(socket, 'secureConnect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
