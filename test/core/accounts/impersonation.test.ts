import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestAccounts, type TestAccounts } from '../../support/accounts.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

const PASSWORD = 'correct horse battery';
const HOUR_MS = 60 * 60_000;

let test: TestDirectory;
let accounts: TestAccounts;

beforeEach(async () => {
  test = await openTestDirectory();
  accounts = openTestAccounts(test);
  const { users } = test.directory;
  await users.add(ACTOR, { username: 'jane', password: PASSWORD });
  await users.add(ACTOR, { username: 'chief', password: PASSWORD, role: 'admin' });
  await users.add(ACTOR, { username: 'boss', password: PASSWORD, role: 'owner' });
});

afterEach(() => test.remove());

describe('impersonation', () => {
  it('lets in beside the own password for six hours, past the second factor', async () => {
    const jane = await accounts.actor('jane');
    const { secret } = await accounts.secondFactors.offer(jane, PASSWORD);
    await accounts.secondFactors.confirm(jane, accounts.codeOf(secret));
    const { password, expiresAt } = await accounts.impersonation.begin(await accounts.actor('chief'), 'jane');
    expect(expiresAt.getTime() - test.clock.now().getTime()).toBe(6 * HOUR_MS);
    expect(await accounts.signIn('jane', password)).toMatchObject({ kind: 'signed-in', until: expiresAt });
    expect(await accounts.bind('jane', password, { rule: 'required' })).toBe(true);
    expect(await accounts.signIn('jane', PASSWORD)).toMatchObject({ kind: 'second-factor-needed' });
    test.clock.advance(6 * HOUR_MS);
    expect(await accounts.signIn('jane', password)).toEqual({ kind: 'refused' });
    expect(await accounts.bind('jane', password)).toBe(false);
  });

  it('is for lower roles only, and for hours within bounds', async () => {
    const { begin } = accounts.impersonation;
    const [chief, boss, jane] = await Promise.all(['chief', 'boss', 'jane'].map(accounts.actor));
    if (!chief || !boss || !jane) throw new Error('Nobody is there.');
    await test.directory.users.add(ACTOR, { username: 'other', password: PASSWORD, role: 'owner' });
    for (const [actor, username] of [
      ...([
        [chief, 'boss'],
        [chief, 'chief'],
        [boss, 'other'],
        [boss, 'boss'],
        [jane, 'chief'],
      ] as const),
    ])
      await expect(begin(actor, username), username).rejects.toMatchObject({ code: 'forbidden' });
    for (const hours of [0, 25, 1.5])
      await expect(begin(chief, 'jane', hours)).rejects.toMatchObject({ code: 'invalid', field: 'hours' });
    await test.directory.users.setEnabled(ACTOR, 'jane', false);
    await expect(begin(chief, 'jane')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('ends when the person gets another role or permission: whoever has it may not be above any more', async () => {
    const { users, roles, sessions } = test.directory;
    const { id: userId } = await users.byUsername(ACTOR, 'jane');
    const rises = [
      () => users.edit(ACTOR, 'jane', { role: 'user-manager' }),
      () => roles.setGrant(ACTOR, 'jane', 'settings.edit', true),
    ];
    for (const rise of rises) {
      const { password, expiresAt } = await accounts.impersonation.begin(ACTOR, 'jane');
      const { url } = await accounts.passwordLinks.give(ACTOR, 'jane', { send: false });
      const from = { userId, kind: 'page', address: null, userAgent: '' } as const;
      const opened = await sessions.start({ ...from, until: expiresAt });
      const own = await sessions.start(from);
      expect(await accounts.bind('jane', password)).toBe(true);
      await rise();
      expect(await accounts.signIn('jane', password)).toEqual({ kind: 'refused' });
      expect(await accounts.bind('jane', password)).toBe(false);
      expect(await accounts.passwordLinks.look(url?.split('/').at(-1) ?? '')).toBeNull();
      expect(await sessions.resolve(opened.secret)).toBeNull();
      expect(await sessions.resolve(own.secret)).not.toBeNull();
    }
  });

  it('changes no address, to which links are sent', async () => {
    const jane = await accounts.actor('jane');
    const actor = { ...jane, authority: { ...jane.authority, impersonated: true } };
    const { users } = test.directory;
    for (const changes of [{ email: 'evil@example.org' }, { fallbackEmail: 'evil@example.org' }])
      await expect(users.edit(actor, 'jane', changes)).rejects.toMatchObject({ code: 'forbidden' });
    await users.edit(actor, 'jane', { phone: '+41 44 000 00 00' });
  });

  it('ends with its sessions when it is withdrawn, and leaves those of the person', async () => {
    const { sessions, users } = test.directory;
    const { id: userId } = await users.byUsername(ACTOR, 'jane');
    const { password } = await accounts.impersonation.begin(ACTOR, 'jane');
    const opened = await accounts.signIn('jane', password);
    const until = opened.kind === 'signed-in' ? opened.until : null;
    const rest = { userId, kind: 'page', address: null, userAgent: '' } as const;
    const [own, others] = [await sessions.start(rest), await sessions.start({ ...rest, until })];
    expect(await sessions.resolve(others.secret)).not.toBeNull();
    await accounts.impersonation.withdraw(ACTOR, 'jane');
    expect(await sessions.resolve(others.secret)).toBeNull();
    expect(await sessions.resolve(own.secret)).not.toBeNull();
    expect(await accounts.signIn('jane', password)).toEqual({ kind: 'refused' });
    await expect(accounts.impersonation.withdraw(ACTOR, 'jane')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('proves nothing where the own password is asked for', async () => {
    const { password } = await accounts.impersonation.begin(ACTOR, 'jane');
    const jane = await accounts.actor('jane');
    const input = { name: 'phone', application: null, password };
    const wrong = { code: 'unauthenticated' };
    await expect(accounts.appPasswords.add(jane, input)).rejects.toMatchObject(wrong);
    await expect(accounts.secondFactors.offer(jane, password)).rejects.toMatchObject(wrong);
  });

  it('leaves nothing behind that outlives it', async () => {
    const { sessions, tokens, users } = test.directory;
    const { id: userId } = await users.byUsername(ACTOR, 'jane');
    const { password } = await accounts.impersonation.begin(ACTOR, 'jane');
    const opened = await accounts.signIn('jane', password);
    const until = opened.kind === 'signed-in' ? opened.until : null;
    const start = { userId, kind: 'page', address: null, userAgent: '', until } as const;
    const open = await sessions.resolve((await sessions.start(start)).secret);
    if (open === null) throw new Error('The session is over.');
    const actor = { ...(await accounts.actor('jane')), authority: open.authority };
    const token = { name: 'mine now', permissions: ['self'], days: 366 };
    await expect(tokens.add(actor, token)).rejects.toMatchObject({ code: 'forbidden' });
    expect(open.session.expiresAt).toEqual(until);
  });

  it('is audited when it is made and when it is used, without the password', async () => {
    const { password } = await accounts.impersonation.begin(await accounts.actor('chief'), 'jane');
    await accounts.signIn('jane', password);
    for (let bind = 0; bind < 3; bind += 1) await accounts.bind('jane', password);
    const lines = (await test.auditLines()).filter(({ action }) => action.startsWith('user.impersonate'));
    expect(lines.map(({ action, actor }) => [action, actor.name, actor.door]).reverse()).toEqual([
      ['user.impersonate', 'chief', 'http'],
      ['user.impersonate-use', 'chief', 'web'],
    ]);
    expect(JSON.stringify(lines)).not.toContain(password);
  });
});

describe('the login of an owner from the machine', () => {
  it('works once, past the second factor, and not over LDAP', async () => {
    const boss = await accounts.actor('boss');
    const { secret } = await accounts.secondFactors.offer(boss, PASSWORD);
    await accounts.secondFactors.confirm(boss, accounts.codeOf(secret));
    const { user, password } = await accounts.impersonation.ownerLogin(ACTOR, null);
    expect(user.username).toBe('boss');
    expect(await accounts.bind('boss', password)).toBe(false);
    test.clock.advance(61_000);
    const results = await Promise.all([1, 2, 3].map(() => accounts.signIn('boss', password)));
    expect(results.filter(({ kind }) => kind === 'signed-in')).toHaveLength(1);
    expect(await accounts.signIn('boss', password)).toEqual({ kind: 'refused' });
  });

  it('is for whoever has the machine alone, for owners alone, and for a quarter of an hour', async () => {
    const { ownerLogin } = accounts.impersonation;
    const boss = await accounts.actor('boss');
    await expect(ownerLogin(boss, null)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(ownerLogin(ACTOR, 'jane')).rejects.toMatchObject({ code: 'conflict' });
    const { password } = await ownerLogin(ACTOR, 'boss');
    test.clock.advance(HOUR_MS / 4);
    expect(await accounts.signIn('boss', password)).toEqual({ kind: 'refused' });
  });
});
