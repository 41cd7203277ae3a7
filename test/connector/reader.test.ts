/** How often a source is asked to let its own reader in while people sign in. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Connector, createConnector } from '../../src/connector/connector.ts';
import { READER_PAUSES_MS } from '../../src/connector/reader-pause.ts';
import { READER_MS_MAX } from '../../src/connector/readers.ts';
import type { Verdict } from '../../src/core/credentials/verdict.ts';
import { newId } from '../../src/core/ids.ts';
import { silentLogger } from '../../src/core/log.ts';
import type { Source } from '../../src/core/model/source.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../support/directory.ts';
import { type FakeProvider, passwordOf, startFakeProvider } from '../support/fake-provider/index.ts';
import { sourceOf } from '../support/provider-source.ts';

const AWAY = { ok: false, reason: 'unavailable' };

let roster: TestDirectory;
let connector: Connector;
let provider: FakeProvider;
let source: Source;

beforeEach(async () => {
  roster = await openTestDirectory();
  const { directory, clock } = roster;
  connector = createConnector({ directory, clock, log: silentLogger, newId });
  const people = Array.from({ length: 30 }, (_, index) => `user${index}`);
  provider = await startFakeProvider({ profile: 'openldap', people });
  source = await directory.sources.add(ACTOR, sourceOf(provider, { signIn: { createUsers: true } }));
  expect(await (await connector.sync(ACTOR, source)).done).toMatchObject({ state: 'succeeded' });
  provider.reset();
});

afterEach(async () => {
  await connector.stop();
  await roster.remove();
  await provider.stop();
});

async function signIn(name: string, password = passwordOf(name)): Promise<Verdict> {
  const { origin } = await roster.directory.users.byUsername(ACTOR, name);
  return origin === null ? { ok: false, reason: 'wrong' } : connector.remote.verify(origin, name, password);
}

function readerBinds(): number {
  return provider.operations.bindDns.filter((dn) => dn === provider.bindDn).length;
}

test('a sign-in costs one bind of the person, the reader binds once for many', async () => {
  expect(await signIn('user1')).toMatchObject({ ok: true });
  expect(await signIn('user2', 'wrong')).toMatchObject({ ok: false, reason: 'wrong' });
  expect(await signIn('user2')).toMatchObject({ ok: true });
  expect(provider.operations).toMatchObject({ binds: 4, connections: 4, searches: 3 });
  expect(readerBinds()).toBe(1);
});

test('a reader that the source has closed is replaced, and none is kept for long', async () => {
  await signIn('user1');
  provider.disconnect();
  // Answered after the end of the connection has come.
  expect((await connector.test(source)).ok).toBe(false);
  expect(await signIn('user2')).toMatchObject({ ok: true });
  const before = readerBinds();
  roster.clock.advance(READER_MS_MAX);
  expect(await signIn('user3')).toMatchObject({ ok: true });
  expect(readerBinds()).toBe(before + 1);
});

test('a refused reader is let alone for a while, the longer the more often, however many people sign in', async () => {
  provider.knobs.readerRefused = true;
  for (const pause of [...READER_PAUSES_MS, READER_PAUSES_MS.at(-1) ?? 0]) {
    provider.reset();
    const verdicts = await Promise.all(Array.from({ length: 30 }, (_, index) => signIn(`user${index}`)));
    for (const verdict of verdicts) expect(verdict).toMatchObject(AWAY);
    expect(await connector.remote.admit('stranger', 'secret')).toMatchObject({ ok: false });
    roster.clock.advance(pause - 1);
    expect(await signIn('user1')).toMatchObject(AWAY);
    expect(readerBinds()).toBe(1);
    roster.clock.advance(1);
  }
  provider.knobs.readerRefused = false;
  expect(await signIn('user1')).toMatchObject({ ok: true });
});

test.each<[string, () => Promise<unknown>]>([
  ['a test', async () => connector.test(source)],
  ['a sync', async () => (await connector.sync(ACTOR, source)).done],
  [
    'a change of the source',
    () => {
      roster.clock.advance(1);
      return roster.directory.sources.edit(ACTOR, 'corp', { bindPassword: provider.bindPassword });
    },
  ],
])('%s that shows the reader to be right ends that at once', async (_, mend) => {
  provider.knobs.readerRefused = true;
  expect(await signIn('user1')).toMatchObject(AWAY);
  provider.knobs.readerRefused = false;
  expect(await signIn('user1')).toMatchObject(AWAY);
  await mend();
  expect(await signIn('user1')).toMatchObject({ ok: true });
});
