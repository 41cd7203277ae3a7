import { setImmediate as nextTurn } from 'node:timers/promises';
import bcrypt from 'bcrypt';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createPasswordLinks, type PasswordLinks } from '../../src/core/accounts/password-links.ts';
import { createJournal } from '../../src/core/directory/journal.ts';
import { newId } from '../../src/core/ids.ts';
import type { Mail } from '../../src/core/mail/mailer.ts';
import { openTestApi, PASSWORD, type TestApi } from '../support/api.ts';
import { startAuthority } from '../support/authority.ts';
import { ACTOR, importPeople } from '../support/directory.ts';
import { postForm } from '../support/pages.ts';

let api: TestApi;
let links: PasswordLinks;
const mails: Mail[] = [];

beforeAll(async () => {
  api = await openTestApi({
    passwordLinks: {
      ask: (...asked) => links.ask(...asked),
      give: (...given) => links.give(...given),
      invite: (...given) => links.invite(...given),
      look: (secret) => links.look(secret),
      redeem: (...given) => links.redeem(...given),
    },
  });
  links = createPasswordLinks({
    ...{ store: api.store, clock: api.clock, journal: createJournal(newId), publicUrl: '' },
    passwords: { hash: () => Promise.reject(new Error('Nothing is hashed here.')) },
    // A server that takes the mail and never answers.
    mailer: { send: (mail) => new Promise(() => mails.push(mail)) },
    log: { warn: () => undefined },
  });
  const { users, sources } = api.directory;
  await importPeople(api, ['imported']);
  // Asked, it would be looked for in the network.
  await sources.setEnabled(ACTOR, 'corp', false);
  for (const username of ['known', 'disabled'])
    await users.add(ACTOR, { username, email: `${username}@example.org`, password: PASSWORD });
  await users.setEnabled(ACTOR, 'disabled', false);
  await users.add(ACTOR, { username: 'invited' });
});
afterAll(() => api.remove());
afterEach(() => vi.restoreAllMocks());

const NAMES = [
  'known',
  'known@example.org',
  'unknown',
  'unknown@example.org',
  'disabled',
  'invited',
  'imported',
];

const DOORS: Readonly<Record<string, (name: string, password: string) => Promise<Response>>> = {
  'the API': (username, password) => api.send('POST', '/api/v1/auth/sign-in', { username, password }, null),
  'the page': (name, password) => postForm(api.url, '/sign-in', { name, password }),
};

describe.each(Object.keys(DOORS))('a refused sign-in at %s', (door) => {
  test.each(NAMES)('costs one comparison of a hash for %s', async (name) => {
    const compare = vi.spyOn(bcrypt, 'compare');
    const response = await DOORS[door]?.(name, `wrong at ${door}`);
    expect(response?.ok).toBe(false);
    expect(compare).toHaveBeenCalledTimes(1);
    expect(bcrypt.getRounds(String(compare.mock.calls[0]?.[1]))).toBe(4);
  });

  test('costs the same while an external authority is asked about unknown names', async () => {
    const server = await startAuthority();
    await api.directory.authority.set(ACTOR, { url: server.url, caPem: server.caPem });
    for (const name of ['invited', 'nobody', 'nobody@example.org', 'known', 'disabled']) {
      const compare = vi.spyOn(bcrypt, 'compare').mockClear();
      await DOORS[door]?.(name, `wrong again at ${door}`);
      expect(compare, name).toHaveBeenCalledTimes(1);
    }
    expect(server.asked.map(({ username }) => username)).toEqual(['invited', 'nobody', 'nobody@example.org']);
    await api.directory.authority.remove(ACTOR);
    await server.close();
  });
});

describe('whoever asks for a link to choose a password', () => {
  const doors: Readonly<Record<string, (name: string) => Promise<Response>>> = {
    'the API': (name) => api.send('POST', '/api/v1/auth/forgotten-password', { name }, null),
    'the page': (name) => postForm(api.url, '/forgotten', { name }),
  };

  test.each(Object.keys(doors))(
    'at %s is answered alike, before anything is looked up or sent',
    async (door) => {
      const read = vi.spyOn(api.store, 'read');
      const answers = [];
      for (const name of [...NAMES, 'x'.repeat(300)]) {
        const before = read.mock.calls.length;
        const asked = vi.spyOn(links, 'ask').mockImplementation(() => undefined);
        await doors[door]?.(name);
        expect(asked, name).toHaveBeenCalledTimes(1);
        expect(read.mock.calls.length, name).toBe(before);
        asked.mockRestore();
        const response = await doors[door]?.(name);
        const headers = Object.fromEntries(response?.headers ?? []);
        answers.push([response?.status, await response?.text(), { ...headers, date: '' }]);
      }
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    },
  );

  test('is not kept waiting for the mail server', async () => {
    api.clock.advance(10 * 60_000);
    const before = mails.length;
    expect((await doors['the API']?.('known'))?.status).toBe(204);
    while (mails.length === before) await nextTurn();
    expect(mails.at(-1)?.to).toBe('known@example.org');
  });

  test('has nothing done for him in the turn in which he is answered', async () => {
    api.clock.advance(10 * 60_000);
    const read = vi.spyOn(api.store, 'read');
    links.ask('known', null);
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
    expect(read).not.toHaveBeenCalled();
    while (read.mock.calls.length === 0) await nextTurn();
  });
});
