/** Pictures of people from a source that names the attribute which holds them. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Connector, createConnector } from '../../src/connector/connector.ts';
import { createPictures } from '../../src/connector/pictures.ts';
import type { UpstreamUser } from '../../src/connector/source.ts';
import { newId } from '../../src/core/ids.ts';
import { silentLogger } from '../../src/core/log.ts';
import type { Source } from '../../src/core/model/source.ts';
import type { SyncRun } from '../../src/core/model/sync-run.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../support/directory.ts';
import { type FakeProvider, passwordOf, startFakeProvider } from '../support/fake-provider/index.ts';
import { aJpeg } from '../support/pictures.ts';
import { sourceOf } from '../support/provider-source.ts';

let roster: TestDirectory;
let connector: Connector;
let provider: FakeProvider;
let source: Source;

beforeEach(async () => {
  roster = await openTestDirectory();
  const { directory, clock } = roster;
  connector = createConnector({ directory, clock, log: silentLogger, newId });
  provider = await startFakeProvider({ profile: 'openldap', people: ['jane', 'joe'] });
  show('jane', aJpeg(2_000));
  const dialect = { attributes: { avatar: ['jpegPhoto'] } };
  source = await directory.sources.add(ACTOR, sourceOf(provider, { dialect, signIn: { createUsers: true } }));
});

afterEach(async () => {
  await connector.stop();
  await roster.remove();
  await provider.stop();
});

function show(username: string, ...jpegPhoto: Buffer[]): void {
  provider.directory.putPerson(username, { more: { jpegPhoto } });
}

async function sync(): Promise<SyncRun> {
  roster.clock.advance(60_000);
  return (await connector.sync(ACTOR, source)).done;
}

async function pictureOf(username: string): Promise<Buffer | undefined> {
  return (await roster.directory.users.avatar(ACTOR, username))?.jpeg;
}

test('come with a sync, and go with one; one that has not changed is not written again', async () => {
  expect(await sync()).toMatchObject({ state: 'succeeded', counters: { usersCreated: 2, problems: 0 } });
  expect(await pictureOf('jane')).toEqual(aJpeg(2_000));
  expect(await pictureOf('joe')).toBeUndefined();
  expect(await sync()).toMatchObject({ counters: { usersUpdated: 0 } });
  provider.directory.putPerson('jane', { givenName: 'Janet' });
  const renamed = await sync();
  expect(renamed).toMatchObject({ counters: { usersUpdated: 1 } });
  const [item] = await roster.directory.syncRuns.items(renamed.id, { after: null, limit: 10 });
  expect(item?.changes.map(({ field }) => field)).toEqual(['displayName', 'givenName']);
  show('jane', aJpeg(3_000, 'b'));
  show('joe', aJpeg(1_000));
  expect(await sync()).toMatchObject({ counters: { usersUpdated: 2 } });
  expect(await pictureOf('jane')).toEqual(aJpeg(3_000, 'b'));
  expect(await pictureOf('joe')).toEqual(aJpeg(1_000));
  show('jane');
  expect(await sync()).toMatchObject({ counters: { usersUpdated: 1 } });
  expect(await pictureOf('jane')).toBeUndefined();
  expect((await roster.directory.users.byUsername(ACTOR, 'jane')).avatar).toBeNull();
});

test('a report tells their size, not their bytes', async () => {
  const { id } = await sync();
  const items = await roster.directory.syncRuns.items(id, { after: null, limit: 10 });
  const change = items.flatMap(({ changes }) => changes).find(({ field }) => field === 'avatar');
  expect(change).toMatchObject({ from: null, to: expect.stringMatching(/^2000 bytes \([\w-]{43}\)$/) });
});

test('what is no JPEG, or too large, keeps nobody out, and the report says so', async () => {
  show('jane', Buffer.from('\x89PNG\r\n\x1a\n'));
  show('joe', aJpeg(65_537));
  const { counters, reason } = await sync();
  expect(counters).toMatchObject({ usersCreated: 2, problems: 0 });
  expect(reason).toContain('Pictures left out, being no JPEG of at most 64 KiB: 2.');
  expect(await pictureOf('jane')).toBeUndefined();
});

test('a sign-in does not ask for them', async () => {
  show('jane', aJpeg(60_000));
  expect(await connector.remote.admit('jane', passwordOf('jane'))).toMatchObject({ ok: true });
  expect(await pictureOf('jane')).toBeUndefined();
  expect(await sync()).toMatchObject({ counters: { usersUpdated: 1 } });
  expect(await pictureOf('jane')).toEqual(aJpeg(60_000));
});

test('where a source fills none, those that people chose here stay', async () => {
  await sync();
  await roster.directory.sources.edit(ACTOR, 'corp', { dialect: { attributes: { avatar: null } } });
  source = await roster.directory.sources.find('corp');
  show('jane', aJpeg(4_000));
  await sync();
  expect(await pictureOf('jane')).toEqual(aJpeg(2_000));
});

test('in one run no more come than there is room for; the others stay as they are, and are read again', () => {
  const pictures = createPictures(2_500);
  const user = (jpeg: Buffer | null): UpstreamUser => ({
    ...{ dn: 'uid=x', externalId: 'x', username: 'x', email: null, otherEmails: [], displayName: null },
    ...{ givenName: null, familyName: null, disabled: false, digest: 'd', jpeg },
  });
  const bytesOf = (taken: UpstreamUser) => [taken.avatar?.bytes, taken.digest, 'jpeg' in taken];
  expect(bytesOf(pictures.take(user(aJpeg(2_000))))).toEqual([2_000, 'd', false]);
  expect(bytesOf(pictures.take(user(aJpeg(1_000))))).toEqual([undefined, undefined, false]);
  expect('avatar' in pictures.take(user(aJpeg(1_000)))).toBe(false);
  expect(pictures.take(user(null)).avatar).toBeNull();
  expect(pictures.warnings()).toEqual(['Pictures that come with the next syncs: 2.']);
});
