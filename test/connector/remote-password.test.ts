/** Checking passwords at a real OpenLDAP. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBoundedWork } from '../../src/connector/bounded-work.ts';
import { createPace } from '../../src/connector/pace.ts';
import { createRemoteVerifier } from '../../src/connector/remote.ts';
import { CHECKS_MAX, CHECKS_WAITING_MAX } from '../../src/connector/remote-password.ts';
import { wait } from '../../src/connector/retry.ts';
import { createSourceDoor, type SourceDoor } from '../../src/connector/source-door.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Verdict } from '../../src/core/credentials/verdict.ts';
import type { Sources } from '../../src/core/directory/directory.ts';
import { silentLogger } from '../../src/core/log.ts';
import type { Origin } from '../../src/core/model/origin.ts';
import type { Source } from '../../src/core/model/source.ts';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';
import { directoryLdif, startSlapd, type TestSlapd, userPassword } from '../support/slapd.ts';
import { accessTo, sourceAt } from '../support/slapd-source.ts';

const PEOPLE = 'ou=people,dc=example,dc=com';
const NOBODY_NEW = { admit: () => Promise.reject(new Error('nobody is to be created')) };
const WRONG: Verdict = { ok: false, reason: 'wrong' };

let slapd: TestSlapd;
let silent: ScriptedServer;

beforeAll(async () => {
  slapd = await startSlapd({ ldif: directoryLdif({ users: 20, groups: 1 }) });
  silent = await startScriptedServer(() => []);
});

afterAll(async () => {
  await slapd?.stop();
  await silent?.stop();
});

test('the password that the source knows opens, another one does not', async () => {
  const origin = await originOf('user1');
  expect(await verify(origin, 'user1', userPassword(1))).toEqual({ ok: true, rememberMs: 60_000 });
  expect(await verify(origin, 'user1', userPassword(2))).toMatchObject(WRONG);
});

test('an empty password and one with a NUL never reach the wire', async () => {
  const origin = await originOf('user1');
  const elsewhere = { ...sourceAt(slapd), url: silent.url };
  expect(await verify(origin, 'user1', '', elsewhere)).toMatchObject(WRONG);
  expect(await verify(origin, 'user1', 'a\0b', elsewhere)).toMatchObject(WRONG);
  expect(silent.requests).toEqual([]);
});

test('somebody renamed upstream since the last sync still signs in', async () => {
  const origin = await originOf('user2');
  await slapd.modify(`dn: uid=user2,${PEOPLE}\nchangetype: modrdn\nnewrdn: uid=second\ndeleteoldrdn: 1\n`);
  expect(await verify(origin, 'user2', userPassword(2))).toEqual({ ok: true, rememberMs: 60_000 });
});

test('somebody new under an old username does not sign in as the old one', async () => {
  const origin = await originOf('user3');
  await slapd.modify(
    `dn: uid=user3,${PEOPLE}\nchangetype: delete\n\ndn: uid=user3,${PEOPLE}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: user3\ncn: New\nsn: New\nuserPassword: new-password\n`,
  );
  expect(await verify(origin, 'user3', 'new-password')).toMatchObject(WRONG);
  expect(await verify(origin, 'user3', userPassword(3))).toMatchObject(WRONG);
});

test('without a stable id the username is what counts', async () => {
  const weak = { ...(await originOf('user4')), externalId: 'username:user4' };
  expect(await verify(weak, 'user4', userPassword(4))).toEqual({ ok: true, rememberMs: 60_000 });
  expect(await verify(weak, 'user5', userPassword(5))).toMatchObject(WRONG);
  expect(await verify(weak, 'user4)(uid=*', userPassword(4))).toMatchObject(WRONG);
});

test('somebody whom the filter leaves out does not sign in', async () => {
  const source = { ...sourceAt(slapd), filter: '(!(uid=user6))' };
  expect(await verify(await originOf('user6'), 'user6', userPassword(6), source)).toMatchObject(WRONG);
});

test.each<[string, Partial<Source>, RegExp]>([
  ['a refused reader', { bindDn: 'cn=nobody,dc=example,dc=com' }, /refused to bind/],
  ['a base that is gone', { baseDn: 'ou=gone,dc=example,dc=com' }, /does not exist/],
  ['a server that is away', { url: 'ldaps://127.0.0.1:1' }, /refuses connections/],
])('%s is unavailable, not wrong, and why is told by the log alone', async (_name, changes, sentence) => {
  const source = { ...sourceAt(slapd), ...changes };
  const lines: string[] = [];
  const write = (fields: object, message: string) => void lines.push(`${JSON.stringify(fields)} ${message}`);
  const log = { ...silentLogger, info: write, warn: write };
  const remote = verifierOf(source, createBoundedWork(), log);
  expect(await remote.verify(await originOf('user7'), 'user7', userPassword(7))).toEqual({
    ok: false,
    reason: 'unavailable',
    message: 'The directory upstream cannot check passwords at the moment.',
  });
  expect(lines.join()).toMatch(sentence);
});

test('whoever comes from a disabled source is refused without asking it', async () => {
  const source = { ...sourceAt(slapd), url: silent.url, enabled: false };
  const remote = verifierOf(source);
  expect(await remote.verify(await originOf('user7'), 'user7', userPassword(7))).toEqual({
    ...{ ok: false, reason: 'wrong', why: 'disabled' },
  });
  expect(remote.isAway()).toBe(false);
});

test('checks wait for their turn in a bounded queue, and end when Roster stops', async () => {
  const work = createBoundedWork();
  const remote = verifierOf({ ...sourceAt(slapd), url: silent.url }, work);
  const origin = await originOf('user8');
  const checks = Array.from({ length: CHECKS_MAX + CHECKS_WAITING_MAX + 1 }, () =>
    remote.verify(origin, 'user8', 'x'),
  );
  expect(await checks.at(-1)).toMatchObject({ reason: 'busy' });
  await work.stop();
  expect(new Set((await Promise.all(checks)).map((verdict) => !verdict.ok && verdict.reason))).toEqual(
    new Set(['unavailable', 'busy']),
  );
});

test('whoever waits for a turn is told no later than who has one', async () => {
  const source = { ...sourceAt(slapd), url: silent.url, signIn: { timeLimitSeconds: 1 } };
  const work = createBoundedWork();
  const remote = verifierOf(source, work);
  const origin = await originOf('user8');
  const begun = performance.now();
  const checks = Array.from({ length: CHECKS_MAX * 4 }, () => remote.verify(origin, 'user8', 'x'));
  for (const verdict of await Promise.all(checks)) expect(verdict).toMatchObject({ reason: 'unavailable' });
  expect(performance.now() - begun).toBeLessThan(3_000);
  await work.stop();
});

test('a source that does not answer keeps nobody of another source waiting', async () => {
  const work = createBoundedWork();
  const bySource = new Map([
    ['silent', { ...sourceAt(slapd), id: 'silent', url: silent.url }],
    ['id-of-corp', sourceAt(slapd)],
  ]);
  const sources = {
    byId: async (id: string) => bySource.get(id) ?? null,
    list: async () => [],
    access: () => accessTo(slapd),
  };
  const remote = createRemoteVerifier({
    sources,
    door: doorTo(sources),
    newcomers: NOBODY_NEW,
    settings: { current: () => Promise.reject(new Error('nobody asks')) },
    work,
    clock: systemClock,
    log: silentLogger,
  });
  const origin = await originOf('user9');
  const waiting = Array.from({ length: CHECKS_MAX + 1 }, () =>
    remote.verify({ ...origin, sourceId: 'silent' }, 'user9', 'x'),
  );
  expect(await remote.verify(origin, 'user9', userPassword(9))).toEqual({ ok: true, rememberMs: 60_000 });
  await work.stop();
  await Promise.all(waiting);
});

function verify(
  origin: Origin,
  username: string,
  password: string,
  source = sourceAt(slapd),
): Promise<Verdict> {
  return verifierOf(source).verify(origin, username, password);
}

function verifierOf(source: Source, work = createBoundedWork(), log = silentLogger) {
  const sources = { byId: async () => source, list: async () => [], access: () => accessTo(slapd) };
  return createRemoteVerifier({
    sources,
    door: doorTo(sources),
    newcomers: NOBODY_NEW,
    settings: { current: () => Promise.reject(new Error('nobody asks')) },
    work,
    clock: systemClock,
    log,
  });
}

function doorTo(sources: Pick<Sources, 'access'>): SourceDoor {
  const pace = createPace({ now: () => performance.now(), wait });
  return createSourceDoor({ sources, clock: systemClock, pace, wait });
}

async function originOf(uid: string): Promise<Origin> {
  const [entry] = await slapd.search(['-b', PEOPLE, `(uid=${uid})`, 'entryUUID']);
  const externalId = entry?.attributes.get('entryuuid')?.[0] ?? '';
  return { sourceId: 'id-of-corp', externalId, dn: entry?.dn ?? '', suspendedSince: null };
}
