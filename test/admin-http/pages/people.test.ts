import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PASSWORD } from '../../support/api.ts';
import { newVisitor } from '../../support/browser.ts';
import { ACTOR, importPeople } from '../../support/directory.ts';
import { openTestPages, signIn, type TestPages } from '../../support/pages.ts';

let pages: TestPages;
let serial = 0;
/** A name that nobody else has. */
let name: string;

beforeAll(async () => {
  pages = await openTestPages();
  await pages.addUser('manager', 'user-manager');
  await importPeople(pages, ['imported'], { upstream: ['imported'] });
});

afterAll(() => pages.remove());

beforeEach(() => {
  name = `person-${++serial}`;
});

function notice(page: Page): Promise<string | null> {
  return page.locator('.notice p').textContent();
}

async function press(page: Page, button: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).first().click();
}

describe('a user manager', () => {
  let page: Page;
  beforeAll(async () => {
    page = await pages.signedIn('manager');
  });
  afterAll(() => page.context().close());

  test('sees the ways that he may go, and no others', async () => {
    await page.goto('/');
    const ways = await page.locator('header .ways a').allTextContents();
    expect(ways).toEqual(['Users', 'Groups']);
  });

  test('adds a user, corrects what was refused, and changes him', async () => {
    await page.goto('/users');
    await page.getByRole('link', { name: 'Add a user' }).click();
    await page.getByLabel('Username').fill('no spaces, please');
    await page.getByLabel('Name as shown').fill('Jane Doe');
    await press(page, 'Add');
    expect(await page.getByLabel('Username').getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('#username-error').textContent()).toContain('only letters');
    expect(await page.getByLabel('Name as shown').inputValue()).toBe('Jane Doe');
    expect(await page.getByLabel('Role').count()).toBe(0);
    await page.getByLabel('Username').fill(name);
    await page.getByLabel('Password').fill(PASSWORD);
    await press(page, 'Add');
    expect(await notice(page)).toBe(`${name} was added.`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Jane Doe');

    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Telephone').fill('+41 44 123 45 67');
    await page.getByLabel('Organizations').fill('Example\nAnother');
    await press(page, 'Save');
    const { profile } = await pages.directory.users.byUsername(ACTOR, name);
    expect(profile).toMatchObject({ phone: '+41 44 123 45 67', affiliations: ['Example', 'Another'] });
  });

  test('disables a user, and takes it back', async () => {
    await pages.addUser(name);
    await page.goto(`/users/${name}`);
    await press(page, 'Disable');
    expect(await notice(page)).toContain('is disabled');
    expect((await pages.directory.users.byUsername(ACTOR, name)).active).toBe(false);
    await press(page, 'Undo');
    expect(await notice(page)).toBe(`${name} is enabled.`);
    expect((await pages.directory.users.byUsername(ACTOR, name)).active).toBe(true);
  });

  test('gives a password, and deletes after being asked', async () => {
    await pages.addUser(name);
    await page.goto(`/users/${name}`);
    await page.getByRole('link', { name: 'Ways in' }).click();
    await page.getByRole('link', { name: 'Set a password' }).click();
    await page.getByLabel('New password').fill('short');
    await press(page, 'Set the password');
    expect(await page.getByLabel('New password').inputValue()).toBe('');
    await page.getByLabel('New password').fill('a password of many words');
    await press(page, 'Set the password');
    expect(await notice(page)).toBe(`${name} has a new password.`);
    await page.getByRole('link', { name: 'Delete' }).click();
    await press(page, 'Delete for good');
    expect(await notice(page)).toBe(`${name} is deleted.`);
  });

  test('manages a group and its members, and takes back what he removed', async () => {
    await pages.addUser(name);
    await page.goto('/groups/new');
    await page.getByLabel('Name', { exact: true }).fill(`group-${name}`);
    await press(page, 'Add');
    await page.getByLabel('Username, or the name of a group').fill('nobody-there');
    await press(page, 'Add');
    expect(await page.locator('.error').first().textContent()).toContain('nobody-there');
    await page.getByLabel('Username, or the name of a group').fill(name);
    await press(page, 'Add');
    await press(page, 'Make an owner');
    expect(await notice(page)).toBe(`${name} is an owner of the group.`);
    await press(page, 'Remove');
    await press(page, 'Undo');
    const { memberships } = await pages.directory.groups.byName(ACTOR, `group-${name}`);
    expect(memberships).toMatchObject([{ owner: true }]);
  });

  test('acts on several at once, and takes it back', async () => {
    const others = [`${name}a`, `${name}b`];
    for (const other of others) await pages.addUser(other);
    await page.goto(`/users?search=${name}`);
    await page.getByLabel('Choose all').check();
    await press(page, 'Disable');
    expect(await notice(page)).toBe('2 of 2 disabled.');
    await press(page, 'Undo');
    expect(await notice(page)).toBe('2 of 2 enabled.');
    await pages.directory.groups.add(ACTOR, { name: `group-${name}` });
    await page.goto(`/users?search=${name}`);
    for (const other of others) await page.getByLabel(`Choose ${other}`).check();
    await page.getByLabel('Name of a group').fill(`group-${name}`);
    await press(page, 'Add to the group');
    const { memberships } = await pages.directory.groups.byName(ACTOR, `group-${name}`);
    expect(memberships).toHaveLength(2);
  });

  test('finds people as he types, and can go back and share the address', async () => {
    await pages.addUser(name);
    await page.goto('/users');
    await page.getByLabel('Search names and addresses').pressSequentially(name);
    await page.waitForURL(/search=/);
    await page.waitForFunction('document.querySelectorAll("tbody tr").length === 1');
    expect(await page.locator('tbody th').textContent()).toBe(name);
    expect(await page.locator('#list-status').textContent()).toBe('1 shown.');
    await page.reload();
    expect(await page.locator('tbody tr').count()).toBe(1);
  });

  test('sees whom he may not change, without buttons that lead nowhere', async () => {
    await page.goto('/users/admin');
    expect(await page.locator('.title .actions').textContent()).toBe('');
    expect(await page.locator('main').textContent()).toContain('ranks as high as you');
  });

  test('sees what a source owns, locked and with the reason', async () => {
    await page.goto('/users/imported/edit');
    for (const label of ['Username', 'E-mail address', 'Name as shown']) {
      expect(await page.getByLabel(label, { exact: true }).isDisabled()).toBe(true);
    }
    expect(await page.locator('#username-note').textContent()).toBe('Comes from corp: change it there.');
    await page.getByLabel('Department').fill('Research');
    await press(page, 'Save');
    expect(await notice(page)).toBe('imported is saved.');
    await page.goto('/groups/upstream');
    expect(await page.getByRole('button', { name: 'Remove' }).count()).toBe(0);
  });
});

test('a user sees and changes himself, and manages the group that he owns', async () => {
  await pages.addUser(name);
  const { groups } = pages.directory;
  await groups.add(ACTOR, { name: `group-${name}` });
  await groups.addMember(ACTOR, `group-${name}`, { name, owner: true });
  const page = await pages.signedIn(name);
  expect(new URL(page.url()).pathname).toBe('/me');
  await page.getByRole('link', { name: 'Edit' }).click();
  expect(await page.getByLabel('Username').count()).toBe(0);
  await page.getByLabel('Mobile').fill('+41 79 123 45 67');
  await press(page, 'Save');
  expect(await notice(page)).toBe('Your profile is saved.');
  await page.getByRole('link', { name: `group-${name}` }).click();
  await page.getByLabel('Username, or the name of a group').fill('manager');
  await press(page, 'Add');
  expect(await notice(page)).toBe('manager is a member of the group.');
  await page.context().close();
});

test('a user changes the own password, keeps this session and ends the others', async () => {
  await pages.addUser(name);
  const [page, other] = [await pages.signedIn(name), await pages.signedIn(name)];
  await page.goto('/me/password');
  await page.getByLabel('Present password').fill('wrong');
  await page.getByLabel('New password').fill('a password of many words');
  await press(page, 'Change it');
  expect(await page.locator('#oldPassword-error').textContent()).toBe('The old password is wrong.');
  await page.getByLabel('Present password').fill(PASSWORD);
  await page.getByLabel('New password').fill('a password of many words');
  await press(page, 'Change it');
  expect(await notice(page)).toBe('You have a new password.');
  await other.goto('/me');
  expect(new URL(other.url()).pathname).toBe('/sign-in');
  await page.context().close();
  await other.context().close();
});

test('a user sees the own sessions and tokens, and ends them', async () => {
  await pages.addUser(name);
  const [page, other] = [await pages.signedIn(name), await pages.signedIn(name)];
  await page.goto('/me/sessions');
  expect(await page.locator('tbody tr').count()).toBe(2);
  await press(page, 'Sign out everywhere else');
  expect(await page.locator('tbody tr').count()).toBe(1);
  await other.goto('/me');
  expect(new URL(other.url()).pathname).toBe('/sign-in');
  await page.goto('/me/tokens');
  await page.getByLabel('Name').fill('backup script');
  await page.getByLabel('see and change the own profile').check();
  await press(page, 'Make the token');
  const secret = (await page.locator('#secret').textContent()) ?? '';
  const answer = await pages.call('/api/v1/me', {}, secret);
  expect(answer.status).toBe(200);
  await press(page, 'Revoke');
  expect((await pages.call('/api/v1/me', {}, secret)).status).toBe(401);
  await page.context().close();
  await other.context().close();
});

test('an owner makes a role, gives it, and single permissions beside it', async () => {
  await pages.addUser(name);
  const page = await pages.signedIn('admin');
  await page.goto('/roles/new');
  await page.getByLabel('Name').fill(`role-${name}`);
  await page.getByLabel('Rank', { exact: true }).fill('1000');
  await page.getByLabel('see users').check();
  await press(page, 'Add');
  expect(await page.locator('#rank-error').textContent()).toContain('1 to 299');
  expect(await page.getByLabel('see users').isChecked()).toBe(true);
  await page.getByLabel('Rank', { exact: true }).fill('50');
  await press(page, 'Add');
  await page.goto(`/users/${name}/edit`);
  await page.getByLabel('Role').selectOption(`role-${name}`);
  await press(page, 'Save');
  await page.getByRole('link', { name: 'Permissions' }).click();
  const row = page.getByRole('row', { name: 'audit.read' });
  await row.getByRole('button', { name: 'Permit' }).click();
  expect(await row.textContent()).toContain('permitted, set here');
  await press(page, 'Undo');
  expect(await row.textContent()).toContain('not permitted, by the role');
  await page.context().close();
});

test('an owner adds an organization, puts somebody into it, and deletes it knowing what goes', async () => {
  await pages.addUser(name);
  const page = await pages.signedIn('admin');
  await page.goto('/organizations/new');
  await page.getByLabel('Short name').fill(`org-${name}`);
  await page.getByLabel('Name', { exact: true }).fill('Example Ltd');
  await page.getByLabel('Who sees that it is there').selectOption('public');
  await press(page, 'Save');
  expect(await notice(page)).toBe('Example Ltd was added.');
  await page.getByRole('link', { name: 'See and change its members' }).click();
  await page.getByLabel('Username, or the name of a group').fill(name);
  await press(page, 'Add');
  expect(await notice(page)).toBe(`${name} is a member of the group.`);
  await page.goto(`/organizations/org-${name}/delete`);
  expect(await page.locator('dl').textContent()).toContain('Places of members2');
  await press(page, 'Delete for good');
  expect(await notice(page)).toBe('Example Ltd is deleted.');
  await page.context().close();
});

test('without scripts the essential forms work', async () => {
  await pages.addUser(name);
  const context = await newVisitor(pages.browser, pages.url, { javaScriptEnabled: false });
  const page = await signIn(context, 'admin');
  await page.goto('/users');
  await page.getByLabel('Search names and addresses').fill(name);
  await press(page, 'Show');
  expect(await page.locator('tbody tr').count()).toBe(1);
  expect(await page.getByLabel('Choose all').isVisible()).toBe(false);
  await page.getByRole('link', { name }).click();
  await press(page, 'Disable');
  await press(page, 'Undo');
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Title').fill('Engineer');
  await press(page, 'Save');
  expect((await pages.directory.users.byUsername(ACTOR, name)).profile.title).toBe('Engineer');
  await press(page, 'Sign out');
  expect(await notice(page)).toBe('You are signed out.');
  await context.close();
});

test('by keyboard alone one signs in, skips to the content, and adds a group', async () => {
  const context = await newVisitor(pages.browser, pages.url);
  const page = await context.newPage();
  const { keyboard } = page;
  await page.goto('/sign-in?to=/groups/new');
  await tabTo(page, 'Username or e-mail address');
  await keyboard.type('admin');
  await tabTo(page, 'Password');
  await keyboard.type(PASSWORD);
  await keyboard.press('Enter');
  await page.waitForURL('/groups/new');
  await keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.className')).toBe('skip');
  await keyboard.press('Enter');
  await tabTo(page, 'Name');
  await keyboard.type(`group-${name}`);
  await keyboard.press('Enter');
  await page.waitForURL(`/groups/group-${name}`);
  await context.close();
});

/** Presses Tab until the field of that label has the focus. */
async function tabTo(page: Page, label: string): Promise<void> {
  const focused = () => page.evaluate('document.activeElement.labels?.[0]?.textContent');
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press('Tab');
    if ((await focused()) === label) return;
  }
  throw new Error(`Tab does not lead to ${label}.`);
}

test('after signing in one comes to where one wanted to go, and to sign in again when a session has ended', async () => {
  const context = await newVisitor(pages.browser, pages.url);
  const page = await context.newPage();
  await page.goto('/groups?search=a');
  await page.getByLabel('Username or e-mail address').fill('manager');
  await page.getByLabel('Password').fill('wrong');
  await press(page, 'Sign in');
  expect(await page.locator('.error').textContent()).toContain('wrong');
  expect(await page.getByLabel('Username or e-mail address').inputValue()).toBe('manager');
  await page.getByLabel('Password').fill(PASSWORD);
  await press(page, 'Sign in');
  await page.waitForURL('/groups?search=a');
  await pages.directory.sessions.endAll(ACTOR, 'manager');
  await page.getByLabel('Search names').pressSequentially('b');
  await page.waitForURL(/\/sign-in\?to=/);
  await context.close();
});
