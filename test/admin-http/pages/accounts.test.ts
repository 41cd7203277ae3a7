import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PASSWORD } from '../../support/api.ts';
import { newVisitor } from '../../support/browser.ts';
import { ACTOR } from '../../support/directory.ts';
import { openTestPages, postForm, type TestPages } from '../../support/pages.ts';

const NEW_PASSWORD = 'seven wild geese over Bern';
const STEP_MS = 30_000;

let pages: TestPages;
let serial = 0;
/** A user whom nobody else uses. */
let name: string;

beforeAll(async () => {
  pages = await openTestPages();
});

afterAll(() => pages.remove());

beforeEach(async () => {
  name = `person-${++serial}`;
  await pages.addUser(name);
});

async function stranger(): Promise<Page> {
  const page = await (await newVisitor(pages.browser, pages.url)).newPage();
  page.setDefaultTimeout(10_000);
  return page;
}

async function typeNames(page: Page, password: string): Promise<void> {
  await page.getByLabel('Username or e-mail address').fill(name);
  await page.getByLabel('Password').fill(password);
}

async function press(page: Page, button: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
}

async function secretOn(page: Page): Promise<string> {
  return (await page.locator('#secret').textContent()) ?? '';
}

/** The code of the step after the last one that was asked for. */
function codeOf(secret: string): string {
  const now = pages.clock.advance(STEP_MS);
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: now.getTime() });
}

/** Sets up a second factor on a page of somebody who is signed in; returns its secret and recovery codes. */
async function setUp(page: Page): Promise<{ secret: string; recoveryCodes: readonly string[] }> {
  await page.goto('/me/second-factor');
  await page.getByLabel('Your password').fill(PASSWORD);
  await press(page, 'Set it up');
  expect(
    await page.locator('img.qr').evaluate((image) => Reflect.get(image, 'naturalWidth')),
  ).toBeGreaterThan(50);
  const secret = (await page.locator('code.secret').textContent()) ?? '';
  await page.getByLabel(/^Code/).fill('000000');
  await press(page, 'Switch it on');
  expect(await page.locator('#code-error').textContent()).toContain('wrong');
  await page.getByLabel(/^Code/).fill(codeOf(secret));
  await press(page, 'Switch it on');
  return { secret, recoveryCodes: await page.locator('code.secret').allTextContents() };
}

test('whoever gets a link chooses a password by it, once', async () => {
  const admin = await pages.signedIn('admin');
  await admin.goto(`/users/${name}/access`);
  await press(admin, 'Show me a link');
  const path = (await secretOn(admin)).replace(/^https?:\/\/[^/]+/, '');
  const page = await stranger();
  await page.goto(path);
  await page.getByLabel('Your new password').fill('short');
  await press(page, 'Use this password');
  expect(await page.locator('#password-error').count()).toBe(1);
  await page.getByLabel('Your new password').fill(NEW_PASSWORD);
  await press(page, 'Use this password');
  await typeNames(page, NEW_PASSWORD);
  await press(page, 'Sign in');
  await page.waitForURL('/me');
  expect((await page.goto(path))?.status()).toBe(404);
});

test('asking for a link is answered alike for known and unknown people', async () => {
  const asked = async (who: string) => {
    const response = await postForm(pages.url, '/forgotten', { name: who });
    return [response.status, response.headers.get('location'), response.headers.getSetCookie()];
  };
  expect(await asked(name)).toEqual(await asked('nobody-there'));
});

test('an administrator signs in as somebody for some hours, and takes it back', async () => {
  const admin = await pages.signedIn('admin');
  await admin.goto(`/users/${name}/access`);
  await admin.getByLabel('Hours').fill('25');
  await press(admin, 'Make a temporary password');
  expect(await admin.locator('#hours-error').textContent()).toContain('1 to 24');
  await admin.getByLabel('Hours').fill('2');
  await press(admin, 'Make a temporary password');
  const password = await secretOn(admin);
  const page = await stranger();
  await page.goto('/sign-in');
  await typeNames(page, password);
  await press(page, 'Sign in');
  await page.waitForURL('/me');
  await press(admin, 'Withdraw the temporary password');
  await page.goto('/me');
  expect(new URL(page.url()).pathname).toBe('/sign-in');
});

test('a second factor is set up, asked for, replaced by a recovery code, and switched off', async () => {
  const { secret, recoveryCodes } = await setUp(await pages.signedIn(name));
  expect(recoveryCodes).toHaveLength(10);
  const page = await stranger();
  for (const code of [codeOf(secret), recoveryCodes[0] ?? '']) {
    await page.context().clearCookies();
    await page.goto('/sign-in');
    await typeNames(page, PASSWORD);
    await press(page, 'Sign in');
    await page.getByLabel('Code of your second factor').fill(code);
    await page.getByLabel('Password').fill(PASSWORD);
    await press(page, 'Sign in');
    await page.waitForURL('/me');
  }
  await page.goto('/me/second-factor');
  expect(await page.locator('main').textContent()).toContain('9 recovery codes are left');
  await page.locator('#off-password').fill(PASSWORD);
  await page.locator('#off-code').fill(codeOf(secret));
  await press(page, 'Switch it off');
  expect(await page.locator('.notice p').textContent()).toBe('Your second factor is off.');
});

test('an administrator switches off the second factor of who has lost it', async () => {
  await setUp(await pages.signedIn(name));
  const admin = await pages.signedIn('admin');
  await admin.goto(`/users/${name}/access`);
  await press(admin, 'Switch it off');
  expect((await pages.directory.users.byUsername(ACTOR, name)).secondFactor).toBe(false);
});

test('who must have a second factor sets it up before anything else', async () => {
  const { settings } = pages.directory;
  await settings.change(ACTOR, { secondFactorRoles: ['user'] });
  try {
    const page = await stranger();
    await page.goto('/sign-in');
    await typeNames(page, PASSWORD);
    await press(page, 'Sign in');
    await page.waitForURL('/me/second-factor');
    expect((await page.goto('/me'))?.status()).toBe(403);
    await setUp(page);
    expect((await page.goto('/me'))?.status()).toBe(200);
  } finally {
    await settings.change(ACTOR, { secondFactorRoles: [] });
  }
});

test('an app password is made with the own one, shown once, and revoked', async () => {
  const page = await pages.signedIn(name);
  await page.goto('/me/app-passwords');
  await page.getByLabel('Name').fill('mail');
  await page.getByLabel('Your password').fill('wrong');
  await press(page, 'Make it');
  expect(await page.locator('p.error').count()).toBe(1);
  await page.getByLabel('Your password').fill(PASSWORD);
  await press(page, 'Make it');
  expect(await secretOn(page)).toMatch(/^roster_a_/);
  await press(page, 'Revoke');
  expect(await page.locator('tbody tr').count()).toBe(0);
});
