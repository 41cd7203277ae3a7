import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountOf } from '../../../src/core/access/sign-in.ts';
import { openTestAccounts, type TestAccounts } from '../../support/accounts.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

const PASSWORD = 'correct horse battery';
const STEP_MS = 30_000;

let test: TestDirectory;
let accounts: TestAccounts;

beforeEach(async () => {
  test = await openTestDirectory();
  accounts = openTestAccounts(test);
  await test.directory.users.add(ACTOR, { username: 'jane', password: PASSWORD });
});

afterEach(() => test.remove());

async function setUp(name = 'jane'): Promise<{ secret: string; recoveryCodes: readonly string[] }> {
  const actor = await accounts.actor(name);
  const { secret } = await accounts.secondFactors.offer(actor, PASSWORD);
  const recoveryCodes = await accounts.secondFactors.confirm(actor, accounts.codeOf(secret));
  test.clock.advance(2 * STEP_MS);
  return { secret, recoveryCodes };
}

describe('setting up a second factor', () => {
  it('asks for the own password, and counts after a right code only', async () => {
    const { secondFactors } = accounts;
    const jane = await accounts.actor('jane');
    await expect(secondFactors.offer(jane, 'wrong horse')).rejects.toMatchObject({ code: 'unauthenticated' });
    const { secret, uri, qrSvg } = await secondFactors.offer(jane, PASSWORD);
    expect(uri).toContain(`otpauth://totp/Roster:jane?issuer=Roster&secret=${secret}`);
    expect(qrSvg).toMatch(/^<svg/);
    await expect(secondFactors.confirm(jane, '000000')).rejects.toMatchObject({
      code: 'invalid',
      field: 'code',
    });
    expect(await accounts.signIn('jane', PASSWORD)).toMatchObject({ kind: 'signed-in' });
    expect(await secondFactors.confirm(jane, accounts.codeOf(secret))).toHaveLength(10);
    expect(await secondFactors.state(jane)).toEqual({
      enabled: true,
      required: false,
      recoveryCodesLeft: 10,
      passwordAsked: true,
    });
    await expect(secondFactors.offer(jane, PASSWORD)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('leaves no secret in the database in clear text, and none in the audit', async () => {
    const { secret, recoveryCodes } = await setUp();
    const { id } = (await test.store.read((it) => it.userByUsername('jane'))) ?? { id: '' };
    const kept = JSON.stringify([
      await test.store.read((it) => it.extraCredentials(id)),
      await test.auditLines(),
    ]);
    for (const text of [secret, ...recoveryCodes]) expect(kept).not.toContain(text);
  });
});

describe('signing in at the pages with a second factor', () => {
  it('asks for the code after a right password, and takes the right one', async () => {
    const { secret } = await setUp();
    expect(await accounts.signIn('jane', 'wrong horse')).toEqual({ kind: 'refused' });
    expect(await accounts.signIn('jane', PASSWORD)).toMatchObject({ kind: 'second-factor-needed' });
    expect(await accounts.signIn('jane', PASSWORD, '000000')).toEqual({ kind: 'refused' });
    expect(await accounts.signIn('jane', PASSWORD, accounts.codeOf(secret))).toMatchObject({
      kind: 'signed-in',
    });
  });

  it('takes codes of the steps beside, each once, and none that is older than the last', async () => {
    const { secret } = await setUp();
    const attempt = async (steps: number) =>
      (await accounts.signIn('jane', PASSWORD, accounts.codeOf(secret, steps))).kind;
    expect(await attempt(-2)).toBe('refused');
    expect(await attempt(2)).toBe('refused');
    expect(await attempt(0)).toBe('signed-in');
    expect(await attempt(0)).toBe('refused');
    expect(await attempt(-1)).toBe('refused');
    expect(await attempt(1)).toBe('signed-in');
  });

  it('lets a code in once, however often it comes at the same time', async () => {
    const { secret } = await setUp();
    const code = accounts.codeOf(secret);
    const results = await Promise.all(
      Array.from({ length: 4 }, () => accounts.signIn('jane', PASSWORD, code)),
    );
    expect(results.filter(({ kind }) => kind === 'signed-in')).toHaveLength(1);
  });

  it('takes each recovery code once, however it is typed', async () => {
    const { recoveryCodes } = await setUp();
    const [first = ''] = recoveryCodes;
    expect(await accounts.signIn('jane', PASSWORD, first.toUpperCase().replaceAll('-', ' '))).toMatchObject({
      kind: 'signed-in',
    });
    expect(await accounts.signIn('jane', PASSWORD, first)).toEqual({ kind: 'refused' });
    expect(await accounts.secondFactors.state(await accounts.actor('jane'))).toMatchObject({
      recoveryCodesLeft: 9,
    });
  });

  it('slows down guesses at codes, also between right passwords without a code', async () => {
    const { secret } = await setUp();
    for (let guess = 0; guess < 8; guess += 1) {
      await accounts.signIn('jane', PASSWORD, `00000${guess}`);
      await accounts.signIn('jane', PASSWORD);
    }
    expect(await accounts.signIn('jane', PASSWORD, accounts.codeOf(secret))).toEqual({ kind: 'refused' });
  });
});

describe('binding over LDAP with a second factor', () => {
  it('checks a code that is given, asks for none by default, and takes none twice', async () => {
    const { secret } = await setUp();
    expect(await accounts.bind('jane', PASSWORD)).toBe(true);
    expect(await accounts.bind('jane', PASSWORD, { code: '000000' })).toBe(false);
    const code = accounts.codeOf(secret);
    expect(await accounts.bind('jane', PASSWORD, { code })).toBe(true);
    expect(await accounts.bind('jane', PASSWORD, { code })).toBe(false);
  });

  it('asks for one where the application does, though the password was found right elsewhere just now', async () => {
    const { secret } = await setUp();
    expect(await accounts.bind('jane', PASSWORD)).toBe(true);
    expect(await accounts.bind('jane', PASSWORD, { rule: 'required' })).toBe(false);
    const code = accounts.codeOf(secret);
    expect(await accounts.bind('jane', PASSWORD, { rule: 'required', code })).toBe(true);
    expect(await accounts.bind('jane', PASSWORD, { rule: 'required', code })).toBe(false);
    expect(await accounts.bind('jane', PASSWORD, { rule: 'required' })).toBe(false);
  });

  it('does not look at it, nor use it up, where the application ignores it', async () => {
    const { secret } = await setUp();
    expect(await accounts.bind('jane', PASSWORD, { rule: 'ignore', code: '000000' })).toBe(true);
    const code = accounts.codeOf(secret);
    expect(await accounts.bind('jane', PASSWORD, { rule: 'ignore', code })).toBe(true);
    expect(await accounts.bind('jane', PASSWORD, { code })).toBe(true);
  });

  it('forgives no guesses at codes for right passwords with ever other codes that nobody looks at', async () => {
    const { secret } = await setUp();
    const user = await test.directory.users.byUsername(ACTOR, 'jane');
    const door = { kind: 'ldap', through: [], rule: 'ignore' } as const;
    for (let guess = 0; guess < 8; guess += 1) {
      const context = { address: '192.0.2.1', name: 'jane', door, secondFactor: `other ${guess}` };
      await accounts.credentials.verify(accountOf(user), PASSWORD, context);
      await accounts.signIn('jane', PASSWORD, `00000${guess}`);
    }
    expect(await accounts.signIn('jane', PASSWORD, accounts.codeOf(secret))).toEqual({ kind: 'refused' });
  });

  it('keeps out who has none where one is asked', async () => {
    expect(await accounts.bind('jane', PASSWORD, { code: '123456' })).toBe(true);
    expect(await accounts.bind('jane', PASSWORD, { rule: 'required' })).toBe(false);
    expect(await accounts.bind('jane', PASSWORD, { rule: 'required', code: '123456' })).toBe(false);
  });

  it('counts from the moment at which it is switched on', async () => {
    expect(await accounts.bind('jane', PASSWORD, { code: '000000' })).toBe(true);
    await setUp();
    expect(await accounts.bind('jane', PASSWORD, { code: '000000' })).toBe(false);
  });
});

describe('switching a second factor off', () => {
  it('takes password and code of oneself', async () => {
    const { secret } = await setUp();
    const jane = await accounts.actor('jane');
    const { secondFactors } = accounts;
    await expect(secondFactors.switchOff(jane, PASSWORD, '000000')).rejects.toMatchObject({ field: 'code' });
    await secondFactors.switchOff(jane, PASSWORD, accounts.codeOf(secret));
    expect(await accounts.signIn('jane', PASSWORD)).toMatchObject({ kind: 'signed-in' });
  });

  it('is done by administrators for people of a lower role, and audited', async () => {
    await setUp();
    await test.directory.users.add(ACTOR, { username: 'chief', password: PASSWORD, role: 'admin' });
    await test.directory.users.add(ACTOR, { username: 'helper', password: PASSWORD, role: 'user-manager' });
    const { secondFactors } = accounts;
    const helper = await accounts.actor('helper');
    await expect(secondFactors.switchOffOf(helper, 'jane')).rejects.toMatchObject({ code: 'forbidden' });
    const chief = await accounts.actor('chief');
    await expect(secondFactors.switchOffOf(chief, 'chief')).rejects.toMatchObject({ code: 'forbidden' });
    await secondFactors.switchOffOf(chief, 'jane');
    expect(await accounts.signIn('jane', PASSWORD)).toMatchObject({ kind: 'signed-in' });
    expect((await test.auditLines())[0]).toMatchObject({
      ...{ action: 'second-factor.disable', actor: { name: 'chief' }, details: { username: 'jane' } },
    });
  });
});

describe('a second factor that the settings demand', () => {
  it('leaves who has none without any permission, in sessions and tokens too, until it is set up', async () => {
    const { users, sessions, settings } = test.directory;
    await users.add(ACTOR, { username: 'chief', password: PASSWORD, role: 'admin' });
    const { id: userId } = await users.byUsername(ACTOR, 'chief');
    const { secret } = await sessions.start({ userId, kind: 'page', address: null, userAgent: '' });
    await expect(settings.change(ACTOR, { secondFactorRoles: ['nobody'] })).rejects.toMatchObject({
      code: 'not-found',
    });
    await settings.change(ACTOR, { secondFactorRoles: ['Admin'] });
    const owing = await sessions.resolve(secret);
    expect(owing).toMatchObject({ owesSecondFactor: true, authority: { rank: 300, permissions: new Set() } });
    await setUp('chief');
    const open = await sessions.resolve(secret);
    expect(open?.owesSecondFactor).toBe(false);
    expect(open?.authority.permissions.has('users.read')).toBe(true);
  });

  it('is demanded of nobody else', async () => {
    const { users, sessions, settings } = test.directory;
    await settings.change(ACTOR, { secondFactorRoles: ['admin'] });
    const { id: userId } = await users.byUsername(ACTOR, 'jane');
    const started = await sessions.start({ userId, kind: 'page', address: null, userAgent: '' });
    expect(started.owesSecondFactor).toBe(false);
  });
});
