import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FAILED_SIGN_INS_MAX, FAILED_SIGN_INS_WINDOW_MS } from '../../../src/admin-http/api/auth.ts';
import type { OpenIdChanges } from '../../../src/core/directory/openid.ts';
import { asUser } from '../../support/actors.ts';
import { PASSWORD } from '../../support/api.ts';
import { newVisitor } from '../../support/browser.ts';
import { ACTOR } from '../../support/directory.ts';
import { CLIENT, type OpenIdProviderForTests, startOpenIdProvider } from '../../support/openid-provider.ts';
import { cookiesIn, openTestPages, postForm, type TestPages } from '../../support/pages.ts';

let pages: TestPages;
let provider: OpenIdProviderForTests;
let serial = 0;
/** A person at the provider whom no other test uses. */
let name: string;

beforeAll(async () => {
  [pages, provider] = await Promise.all([openTestPages(), startOpenIdProvider()]);
});

afterAll(async () => {
  await provider.stop();
  await pages.remove();
});

beforeEach(async () => {
  pages.clock.advance(FAILED_SIGN_INS_WINDOW_MS);
  name = `person-${++serial}`;
  Object.assign(provider, { lies: {}, sentBack: {}, userinfo: {} });
  provider.person = { sub: `sub-of-${name}`, preferred_username: name, groups: ['ops', 'admins'] };
  await set({});
});

function set(changes: OpenIdChanges) {
  return pages.directory.openId.change(ACTOR, {
    ...{ issuer: provider.issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret, label: 'Example ID' },
    ...{ roles: { admins: 'admin', staff: 'user-manager' }, match: 'nobody', secondFactor: 'roster' },
    createUsers: true,
    ...changes,
  });
}

const go = (url: string, cookie = '') => fetch(url, { headers: { cookie }, redirect: 'manual' });

interface Way {
  /** What the browser keeps meanwhile. */
  readonly cookie: string;
  /** To which the provider sends the browser back. */
  readonly back: string;
}

async function toProviderAndBack(to = '/users'): Promise<Way> {
  const begun = await go(`${pages.url}/sign-in/openid?to=${encodeURIComponent(to)}`);
  expect(begun.status).toBe(303);
  const there = await go(begun.headers.get('location') ?? '');
  return { cookie: cookiesIn(begun), back: there.headers.get('location') ?? '' };
}

/** Signs in; the answer of the page to which the provider sends the browser. */
async function signIn(to?: string): Promise<Response> {
  const { cookie, back } = await toProviderAndBack(to);
  return go(back, cookie);
}

async function expectRefusal(response: Response, reason: RegExp): Promise<void> {
  expect(response.status).toBe(401);
  expect(await response.text()).toMatch(reason);
  expect(cookiesIn(response)).not.toContain('roster_s_');
}

const there = (username: string) => pages.directory.users.byUsername(ACTOR, username);
const FAILED = /did not succeed there, or is out of date/;

test('whoever signs in at the provider in a browser comes to the page wanted, with the role of the claim', async () => {
  provider.person = {
    ...provider.person,
    email: `${name}@example.org`,
    email_verified: true,
    name: 'Jane Doe',
  };
  const page = await (await newVisitor(pages.browser, pages.url)).newPage();
  await page.goto('/groups');
  await page.getByRole('link', { name: 'Sign in with Example ID' }).click();
  await page.waitForURL('**/groups');
  await page.goto('/me');
  expect(await page.locator('header .self').textContent()).toContain(name);
  expect(await there(name)).toMatchObject({
    ...{ role: 'admin', email: `${name}@example.org`, confirmed: true, displayName: 'Jane Doe' },
  });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in');
});

test('the role of whom the provider brought follows the claim, and without one nobody comes in any more', async () => {
  await signIn();
  const before = { ...(await there(name)), extraCredentials: 1 };
  await pages.store.write((transaction) => transaction.updateUsers([before]));
  provider.person = { ...provider.person, groups: 'staff' };
  expect((await signIn()).status).toBe(303);
  // What else opened the account is not remembered as right any more.
  expect(await there(name)).toMatchObject({ role: 'user-manager', extraCredentials: 2 });
  provider.person = { ...provider.person, groups: ['ops', 'toString'] };
  await expectRefusal(await signIn(), /has no role by which it may come in/);
});

test('claims that only the userinfo endpoint tells are asked for there', async () => {
  provider.person = { sub: `sub-of-${name}` };
  provider.userinfo = { preferred_username: name, groups: ['staff'] };
  expect((await signIn()).status).toBe(303);
  expect((await there(name)).role).toBe('user-manager');
  const other = { preferred_username: `${name}-2`, groups: ['staff'] };
  provider.person = { sub: `other-than-${name}`, ...other };
  provider.userinfo = { email: `${name}@example.org`, email_verified: true };
  expect((await signIn()).status).toBe(303);
  expect(await there(`${name}-2`)).toMatchObject({ email: `${name}@example.org`, confirmed: true });
});

test('nobody is sent to another site after it', async () => {
  const response = await signIn('https://evil.example/');
  expect(response.headers.get('location')).toBe('/');
});

describe('an answer is refused', () => {
  test.each<[string, Partial<Pick<OpenIdProviderForTests, 'lies' | 'sentBack'>>]>([
    ['with another state', { sentBack: { state: 'another' } }],
    ['with another code', { sentBack: { code: 'another' } }],
    [
      'of another issuer than the one asked, as mixed up by an attacker',
      { sentBack: { iss: 'https://evil.example' } },
    ],
    ['whose token has another nonce', { lies: { nonce: 'another' } }],
    ['whose token is of another issuer', { lies: { iss: 'https://evil.example' } }],
    ['whose token is for another client', { lies: { aud: 'another' } }],
    ['whose token has expired', { lies: { exp: 1_000_000_000 } }],
    ['whose token is signed by another key', { lies: { forged: true } }],
  ])('%s', async (_what, wrong) => {
    Object.assign(provider, wrong);
    await expectRefusal(await signIn(), FAILED);
    await expect(there(name)).rejects.toThrow('no user');
  });

  test('that another browser shows, which did not begin', async () => {
    const victim = await toProviderAndBack();
    const attacker = await toProviderAndBack();
    await expectRefusal(await go(victim.back), FAILED);
    await expectRefusal(await go(victim.back, attacker.cookie), FAILED);
  });

  test('that is shown twice, even with what the browser kept', async () => {
    const { cookie, back } = await toProviderAndBack();
    const first = await go(back, cookie);
    expect(first.status).toBe(303);
    expect(first.headers.getSetCookie().join()).toMatch(/roster_pending=;/);
    await expectRefusal(await go(back, cookie), FAILED);
  });

  test('that comes too late, or after another provider was set', async () => {
    const late = await toProviderAndBack();
    pages.clock.advance(11 * 60_000);
    await expectRefusal(await go(late.back, late.cookie), FAILED);
    const { cookie, back } = await toProviderAndBack();
    await set({ issuer: 'http://127.0.0.1:1' });
    await expectRefusal(await go(back, cookie), FAILED);
  });
});

test('many refused answers from one network are not looked at any more', async () => {
  Object.assign(provider, { lies: { nonce: 'another' } });
  for (let count = 0; count < FAILED_SIGN_INS_MAX; count++) await signIn();
  Object.assign(provider, { lies: {} });
  await expectRefusal(await signIn(), /Too many sign-ins/);
});

describe('somebody who is here already', () => {
  test('is not taken over by the name alone, unless the settings say so', async () => {
    await pages.addUser(name);
    await expectRefusal(await signIn(), /belongs to somebody else/);
    await set({ match: 'username' });
    expect((await signIn()).status).toBe(303);
    expect(await there(name)).toMatchObject({ role: 'user' });
  });

  test('is known by the subject from then on, whatever name the provider says', async () => {
    await pages.addUser(name);
    await set({ match: 'username' });
    await signIn();
    provider.person = { ...provider.person, preferred_username: 'another-name' };
    expect((await signIn()).status).toBe(303);
    await expect(there('another-name')).rejects.toThrow('no user');
    provider.person = { ...provider.person, sub: 'somebody-else', preferred_username: name };
    await expectRefusal(await signIn(), /belongs to another account/);
    expect(await pages.directory.openId.forget(ACTOR, name)).toBe(true);
    expect((await signIn()).status).toBe(303);
  });

  test('is not found by an address that the provider or Roster does not know to be theirs', async () => {
    const email = `${name}@example.org`;
    const add = { username: `${name}-here`, email, password: PASSWORD };
    await pages.directory.users.add(ACTOR, add);
    await set({ match: 'email', createUsers: false });
    provider.person = { ...provider.person, email, email_verified: true };
    await expectRefusal(await signIn(), /Nobody here is known/);
    await pages.directory.users.edit(ACTOR, add.username, { confirmed: true });
    provider.person = { ...provider.person, email_verified: false };
    await expectRefusal(await signIn(), /Nobody here is known/);
    provider.person = { ...provider.person, email_verified: true };
    expect((await signIn()).status).toBe(303);
  });

  test('may not do more than the claim says, is no owner and not switched off', async () => {
    await set({ match: 'username' });
    await pages.addUser(name, 'admin');
    provider.person = { ...provider.person, groups: ['staff'] };
    await expectRefusal(await signIn(), /may do more here/);
    provider.person = { ...provider.person, preferred_username: 'admin', groups: ['admins'] };
    await expectRefusal(await signIn(), /Owners sign in with the password/);
    await pages.directory.users.setEnabled(ACTOR, name, false);
    provider.person = { ...provider.person, preferred_username: name };
    await expectRefusal(await signIn(), /switched off/);
  });
});

describe('the second factor', () => {
  test('of who has one here is asked, unless the provider answers for it', async () => {
    await signIn();
    const actor = await asUser(pages, name);
    const { secondFactors } = pages.dependencies.api;
    const { secret } = await secondFactors.offer(actor, '');
    const codeNow = () =>
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({
        timestamp: pages.clock.advance(30_000).getTime(),
      });
    await secondFactors.confirm(actor, codeNow());
    const asked = await signIn('/users');
    expect(asked.status).toBe(200);
    const field = /name="asked" value="([^"]+)"/.exec(await asked.text())?.[1] ?? '';
    const type = (code: string) => postForm(pages.url, '/sign-in/openid/code', { asked: field, code });
    await expectRefusal(await type('000000'), /The code is wrong/);
    const right = await type(codeNow());
    expect([right.status, right.headers.get('location')]).toEqual([303, '/users']);
    for (let count = 0; count < 4; count++) await type('000000');
    await expectRefusal(await type(codeNow()), /Too many/);
    await set({ secondFactor: 'provider' });
    expect((await signIn()).status).toBe(303);
  });

  test('that a role must have is set up at first, without a password that is not there', async () => {
    await pages.directory.settings.change(ACTOR, { secondFactorRoles: ['admin'] });
    try {
      const cookie = cookiesIn(await signIn());
      expect((await go(`${pages.url}/users`, cookie)).status).toBe(403);
      const page = await (await go(`${pages.url}/me/second-factor`, cookie)).text();
      expect(page).toContain('Set it up');
      expect(page).not.toContain('Your password');
      await set({ secondFactor: 'provider' });
      const trusted = cookiesIn(await signIn());
      expect((await go(`${pages.url}/users`, trusted)).status).toBe(200);
      await set({ secondFactor: 'roster' });
      expect((await go(`${pages.url}/users`, trusted)).status).toBe(403);
    } finally {
      await pages.directory.settings.change(ACTOR, { secondFactorRoles: [] });
    }
  });
});

describe('the settings', () => {
  test('keep the secret sealed, and ask for it anew with another provider', async () => {
    const { openId } = await pages.directory.settings.current();
    expect(JSON.stringify(openId)).not.toContain(CLIENT.secret);
    expect(JSON.stringify(await pages.directory.openId.show(ACTOR))).not.toContain('ecretSealed');
    await expect(
      pages.directory.openId.change(ACTOR, { issuer: 'https://other.example' }),
    ).rejects.toMatchObject({ field: 'clientSecret' });
  });

  test.each([
    ['http://provider.example', 'issuer'],
    ['https://169.254.169.254', 'issuer'],
    ['https://user:pass@provider.example', 'issuer'],
  ])('refuse the issuer %s', async (issuer, field) => {
    await expect(set({ issuer })).rejects.toMatchObject({ code: 'invalid', field });
  });

  test('let nobody give roles above the own by them, nor anybody be an owner', async () => {
    await expect(set({ roles: { all: 'owner' } })).rejects.toMatchObject({ code: 'invalid' });
    await pages.directory.roles.add(ACTOR, {
      ...{ name: `role-of-${name}`, rank: 50, permissions: ['settings.edit', 'users.role'] },
    });
    await pages.addUser(name, `role-of-${name}`);
    const lower = await asUser(pages, name);
    await expect(pages.directory.openId.change(lower, { label: 'Mine' })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  test('can be taken away: the button is gone, and the password stays', async () => {
    await pages.directory.openId.remove(ACTOR);
    expect(await (await go(`${pages.url}/sign-in`)).text()).not.toContain('Sign in with Example');
    expect((await go(`${pages.url}/sign-in/openid`)).headers.get('location')).toBe('/sign-in');
    expect((await postForm(pages.url, '/sign-in', { name: 'admin', password: PASSWORD })).status).toBe(303);
  });
});

test('a provider that does not answer is said on the page, and the password still opens', async () => {
  await set({ issuer: 'http://127.0.0.1:1' });
  const response = await go(`${pages.url}/sign-in/openid`);
  expect(response.status).toBe(503);
  expect(await response.text()).toContain('Example ID does not answer');
});
