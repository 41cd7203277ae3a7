import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Mail } from '../../../src/core/mail/mailer.ts';
import { openTestAccounts, type TestAccounts } from '../../support/accounts.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

const PASSWORD = 'correct horse battery';
const NEW_PASSWORD = 'another horse battery';
const HOUR_MS = 60 * 60_000;

let test: TestDirectory;
let accounts: TestAccounts;
let mails: Mail[];

beforeEach(async () => {
  test = await openTestDirectory();
  mails = [];
  accounts = openTestAccounts(test, mails);
  const { users } = test.directory;
  await users.add(ACTOR, { username: 'jane', email: 'jane@example.org', password: PASSWORD });
  await users.add(ACTOR, { username: 'newcomer' });
});

afterEach(() => test.remove());

const secretOf = (url: string | null) => url?.split('/password/')[1] ?? '';

describe('a link to choose a password', () => {
  it('is shown where it is not sent, works once, and ends the sessions', async () => {
    const { users, sessions } = test.directory;
    const { id: userId } = await users.byUsername(ACTOR, 'jane');
    const session = await sessions.start({ userId, kind: 'page', address: null, userAgent: '' });
    const { url, kind, sentTo } = await accounts.passwordLinks.give(ACTOR, 'jane', { send: false });
    expect({ kind, sentTo, mails }).toEqual({ kind: 'reset', sentTo: null, mails: [] });
    expect(url).toMatch(/^https:\/\/roster\.example\.org\/password\/roster_l_[\w-]{43}$/);
    expect(await accounts.passwordLinks.look(secretOf(url))).toEqual({ username: 'jane', kind: 'reset' });
    await expect(accounts.passwordLinks.redeem(secretOf(url), 'password1', null)).rejects.toMatchObject({
      field: 'password',
    });
    await accounts.passwordLinks.redeem(secretOf(url), NEW_PASSWORD, '192.0.2.1');
    expect(await accounts.signIn('jane', NEW_PASSWORD)).toMatchObject({ kind: 'signed-in' });
    expect(await accounts.signIn('jane', PASSWORD)).toEqual({ kind: 'refused' });
    expect(await sessions.resolve(session.secret)).toBeNull();
    await expect(accounts.passwordLinks.redeem(secretOf(url), PASSWORD, null)).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(JSON.stringify(await test.auditLines())).not.toContain(secretOf(url));
  });

  it.each<[string, () => Promise<unknown>]>([
    [
      'a link',
      async () => {
        const { url } = await accounts.passwordLinks.give(ACTOR, 'jane', { send: false });
        await accounts.passwordLinks.redeem(secretOf(url), NEW_PASSWORD, null);
      },
    ],
    ['an administrator', () => test.directory.users.setPassword(ACTOR, 'jane', NEW_PASSWORD)],
  ])(
    'ends sessions, API tokens and app passwords with the password, as a reset by %s does',
    async (_, reset) => {
      const { sessions, tokens } = test.directory;
      const jane = await accounts.actor('jane');
      const userId = jane.authority.userId ?? '';
      const session = await sessions.start({ userId, kind: 'page', address: null, userAgent: '' });
      const token = await tokens.add(jane, { name: 'script', permissions: ['self'], days: 1 });
      const app = await accounts.appPasswords.add(jane, {
        name: 'mail',
        application: null,
        password: PASSWORD,
      });
      expect(await accounts.bind('jane', app.secret)).toBe(true);
      await reset();
      expect(await sessions.resolve(session.secret)).toBeNull();
      expect(await tokens.resolve(token.secret)).toBeNull();
      expect(await accounts.bind('jane', app.secret)).toBe(false);
      expect(await accounts.bind('jane', NEW_PASSWORD)).toBe(true);
    },
  );

  it('lets one of two in that come at the same time', async () => {
    const { url } = await accounts.passwordLinks.give(ACTOR, 'jane', { send: false });
    const tries = [NEW_PASSWORD, 'a third horse battery'].map((password) =>
      accounts.passwordLinks.redeem(secretOf(url), password, null),
    );
    const results = await Promise.allSettled(tries);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it.each<[string, () => Promise<unknown> | unknown]>([
    ['a day', () => test.clock.advance(24 * HOUR_MS)],
    ['another password', () => test.directory.users.setPassword(ACTOR, 'jane', NEW_PASSWORD)],
    ['a newer link', () => accounts.passwordLinks.give(ACTOR, 'jane', { send: false })],
    ['the end of the account', () => test.directory.users.delete(ACTOR, 'jane')],
    [
      'disabling the account, also when it is enabled again',
      async () => {
        await test.directory.users.setEnabled(ACTOR, 'jane', false);
        await test.directory.users.setEnabled(ACTOR, 'jane', true);
      },
    ],
  ])('is void after %s', async (_, happens) => {
    const { url } = await accounts.passwordLinks.give(ACTOR, 'jane', { send: false });
    test.clock.advance(1);
    await happens();
    expect(await accounts.passwordLinks.look(secretOf(url))).toBeNull();
    const redeemed = accounts.passwordLinks.redeem(secretOf(url), 'a third horse battery', null);
    await expect(redeemed).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is sent where that is possible, and then shown to nobody else', async () => {
    const sent = await accounts.passwordLinks.give(ACTOR, 'jane', { send: true });
    expect(sent).toMatchObject({ sentTo: 'jane@example.org', url: null });
    expect(mails).toMatchObject([{ to: 'jane@example.org', subject: 'Choose a new password' }]);
    const [url = ''] = mails[0]?.text.match(/https:\S+/) ?? [];
    expect(await accounts.passwordLinks.look(secretOf(url))).toEqual({ username: 'jane', kind: 'reset' });
  });

  it('invites who has no password yet, and lets the person in', async () => {
    await expect(accounts.passwordLinks.invite(ACTOR, 'jane', { send: true })).rejects.toMatchObject({
      code: 'conflict',
    });
    const { kind, url } = await accounts.passwordLinks.invite(ACTOR, 'newcomer', { send: true });
    expect(kind).toBe('invitation');
    await accounts.passwordLinks.redeem(secretOf(url), NEW_PASSWORD, null);
    expect(await accounts.signIn('newcomer', NEW_PASSWORD)).toMatchObject({ kind: 'signed-in' });
  });

  it('is given for lower roles alone, and not for oneself', async () => {
    const { users } = test.directory;
    await users.add(ACTOR, { username: 'helper', password: PASSWORD, role: 'user-manager' });
    await users.add(ACTOR, { username: 'chief', password: PASSWORD, role: 'admin' });
    const helper = await accounts.actor('helper');
    for (const username of ['chief', 'helper'])
      await expect(accounts.passwordLinks.give(helper, username, { send: false })).rejects.toMatchObject({
        code: 'forbidden',
      });
    await accounts.passwordLinks.give(helper, 'jane', { send: false });
  });
});

describe('asking for a link', () => {
  /** What was asked for is done in the background; a write comes after it. */
  async function ask(name: string): Promise<void> {
    accounts.passwordLinks.ask(name, '192.0.2.1');
    await nextTurn();
    for (let turn = 0; turn < 5; turn += 1) await test.store.write(async () => undefined);
  }

  it('sends one to whom it concerns, by address or name, at most every five minutes', async () => {
    await ask('Jane@example.org');
    await ask('JANE');
    expect(mails).toHaveLength(1);
    test.clock.advance(5 * 60_000);
    await ask(' jane ');
    expect(mails).toHaveLength(2);
  });

  it('does nothing for who is unknown, disabled or has no address', async () => {
    await test.directory.users.setEnabled(ACTOR, 'jane', false);
    for (const name of ['nobody', 'nobody@example.org', 'newcomer', 'jane', '']) await ask(name);
    expect(mails).toEqual([]);
  });
});
