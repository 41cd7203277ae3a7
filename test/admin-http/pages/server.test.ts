import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RECIPES } from '../../../src/admin-http/pages/server/recipes.ts';
import { issueCertificates } from '../../../src/ldap-server/certificate.ts';
import { PASSWORD } from '../../support/api.ts';
import { ACTOR } from '../../support/directory.ts';
import { openTestPages, type TestPages } from '../../support/pages.ts';

let pages: TestPages;

beforeEach(async () => {
  pages = await openTestPages();
});

afterEach(() => pages.remove());

function userDn(name: string): string {
  return `uid=${name},ou=users,dc=roster`;
}

describe('the overview', () => {
  test('says that all is well, and else what needs attention first, with the link to mend it', async () => {
    const page = await pages.signedIn('admin');
    await page.goto('/');
    expect(await page.textContent('main')).toContain('All is well.');
    await pages.directory.settings.change(ACTOR, { allow: [] });
    await page.reload();
    expect(await page.textContent('.concerns')).toContain('The allow-list is empty');
    expect(await page.getByRole('link', { name: 'Edit the allow-list' }).getAttribute('href')).toBe(
      '/ldap/allow',
    );
  });

  test('leads whom it is not for to the first page that is', async () => {
    await pages.addUser('manager', 'user-manager');
    const page = await pages.signedIn('manager');
    await page.goto('/');
    expect(new URL(page.url()).pathname).toBe('/users');
  });
});

describe('the activity', () => {
  test('shows a failed sign-in as it happens, with its reason', async () => {
    await pages.addUser('jdoe');
    const page = await pages.signedIn('admin');
    await page.goto('/activity?failed=on');
    expect(await page.textContent('main')).toContain('Nothing of this kind has happened');
    const { status } = await pages.ldapServer.run('ldapwhoami', userDn('jdoe'), 'wrong');
    expect(status).toBe(49);
    const row = page.getByRole('row').filter({ hasText: 'jdoe' });
    await row.getByText('The password is wrong.').waitFor();
    expect(await row.textContent()).toContain('127.0.0.1');
  });

  test.each([
    ['switched off', async () => pages.directory.users.setEnabled(ACTOR, 'jdoe', false), 'is switched off'],
    [
      'hidden from the application of its address',
      async () =>
        pages.directory.applications.add(ACTOR, { name: 'wiki', password: PASSWORD, allow: ['127.0.0.1'] }),
      'does not see this person',
    ],
    ['unknown', async () => pages.directory.users.delete(ACTOR, 'jdoe'), 'Nobody here has that name'],
  ])('tells why an account that is %s could not sign in', async (_name, make, reason) => {
    await pages.addUser('jdoe');
    await make();
    await expect
      .poll(async () => (await pages.ldapServer.run('ldapwhoami', userDn('jdoe'), PASSWORD)).status)
      .toBe(49);
    const page = await pages.signedIn('admin');
    await page.goto('/activity?kind=sign-in&failed=on');
    expect(await page.textContent('main')).toContain(reason);
  });

  test('shows nothing that was typed as a name which nobody has', async () => {
    await pages.ldapServer.run('ldapwhoami', 'my secret password', 'x');
    await pages.ldapServer.run('ldapwhoami', userDn('my-secret-password'), 'x');
    const page = await pages.signedIn('admin');
    await page.goto('/activity');
    const text = await page.textContent('main');
    expect(text).toContain('...,ou=users,dc=roster');
    expect(text).not.toContain('secret');
  });

  test('shows searches by their shape, without what was looked for', async () => {
    await pages.addUser('jdoe');
    await pages.ldapServer.run('ldapsearch', userDn('jdoe'), PASSWORD, '-b', 'dc=roster', '(uid=secret)');
    const page = await pages.signedIn('admin');
    await page.goto('/activity?kind=search');
    const text = await page.textContent('main');
    expect(text).toContain('sub of dc=roster, (uid=?)');
    expect(text).not.toContain('secret');
  });

  test('is for those alone who may read the audit', async () => {
    await pages.addUser('manager', 'user-manager');
    const page = await pages.signedIn('manager');
    for (const path of ['/activity', '/activity/events']) {
      expect((await page.goto(path))?.status()).toBe(403);
    }
  });
});

describe('the allow-list', () => {
  async function save(page: Page, list: string): Promise<void> {
    await page.getByLabel('Addresses and ranges').fill(list);
    await page.getByRole('button', { name: 'Save' }).click();
  }

  test('is saved and in force at once, and can be taken back', async () => {
    const page = await pages.signedIn('admin');
    await page.goto('/ldap/allow');
    await save(page, '127.0.0.0/8\n10.1.2.3');
    await page.getByText('The allow-list is saved').waitFor();
    expect((await pages.directory.settings.current()).allow).toEqual(['127.0.0.0/8', '10.1.2.3']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('The allow-list is saved').waitFor();
    expect((await pages.directory.settings.current()).allow).toEqual(['127.0.0.0/8']);
  });

  test('warns before it locks out who signed in lately, and then does as it is told', async () => {
    await pages.addUser('jdoe');
    expect((await pages.ldapServer.run('ldapwhoami', userDn('jdoe'), PASSWORD)).status).toBe(0);
    const page = await pages.signedIn('admin');
    await page.goto('/ldap/allow');
    await save(page, '10.1.2.3');
    expect(await page.textContent('.warning')).toContain(`127.0.0.1, used by ${userDn('jdoe')}`);
    expect((await pages.directory.settings.current()).allow).toEqual(['127.0.0.0/8']);
    await page.getByRole('button', { name: 'Save all the same' }).click();
    await page.getByText('The allow-list is saved').waitFor();
    expect((await pages.directory.settings.current()).allow).toEqual(['10.1.2.3']);
  });

  test('keeps what was typed beside what is wrong with it', async () => {
    const page = await pages.signedIn('admin');
    await page.goto('/ldap/allow');
    await save(page, '127.0.0.1\nnot-an-address');
    expect(await page.textContent('#allow-error')).toContain('not-an-address');
    expect(await page.getByLabel('Addresses and ranges').inputValue()).toBe('127.0.0.1\nnot-an-address');
  });
});

test('another bind password is shown once, and is the one that opens from then on', async () => {
  const page = await pages.signedIn('admin');
  await page.goto('/ldap');
  await page.getByRole('link', { name: 'Replace the bind password' }).click();
  await page.getByRole('button', { name: 'Make up another one' }).click();
  const password = (await page.textContent('#bind-password')) ?? '';
  const bindDn = (await page.textContent('#bind-dn')) ?? '';
  await expect.poll(async () => (await pages.ldapServer.run('ldapwhoami', bindDn, password)).status).toBe(0);
});

describe('the certificate', () => {
  async function upload(page: Page, certPem: string, keyPem: string): Promise<void> {
    await page.goto('/ldap/certificate');
    const file = (name: string, text: string) => ({
      name,
      mimeType: 'text/plain',
      buffer: Buffer.from(text),
    });
    await page.getByLabel('Certificate, with').setInputFiles(file('server.crt', certPem));
    await page.getByLabel('Private key').setInputFiles(file('server.key', keyPem));
    await page.getByRole('button', { name: 'Replace the certificate' }).click();
  }

  const issued = (validDays = 1) =>
    issueCertificates({
      hostnames: ['ldap.example.org'],
      addresses: ['127.0.0.1'],
      now: new Date(),
      validDays,
    });

  test('is replaced whole, and is served from then on', async () => {
    const { certPem, keyPem, caPem } = await issued(20);
    const page = await pages.signedIn('admin');
    await page.goto('/ldap/certificate');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'download its certificate' }).click();
    expect(await readFile(await (await download).path(), 'utf8')).toBe(
      await readFile(join(pages.ldapServer.certsDir, 'ca.crt'), 'utf8'),
    );
    await upload(page, certPem, keyPem);
    await page.getByText('The certificate is replaced').waitFor();
    expect(await page.getByRole('link', { name: 'download its certificate' }).count()).toBe(0);
    expect(await page.textContent('main')).toContain('ldap.example.org');
    await page.goto('/audit?action=certificate.replace');
    expect(await page.getByRole('row').nth(1).textContent()).toContain('admin');
    await writeFile(join(pages.ldapServer.certsDir, 'ca.crt'), caPem);
    await pages.addUser('jdoe');
    expect((await pages.ldapServer.run('ldapwhoami', userDn('jdoe'), PASSWORD)).status).toBe(0);
    expect((await stat(join(pages.ldapServer.certsDir, 'server.key'))).mode & 0o077).toBe(0);
  });

  test('stays as it is where the new pair does not fit', async () => {
    const before = await readFile(join(pages.ldapServer.certsDir, 'server.crt'), 'utf8');
    const [one, other] = await Promise.all([issued(), issued()]);
    const page = await pages.signedIn('admin');
    await upload(page, one.certPem, other.keyPem);
    expect(await page.textContent('.error')).toContain('is not the key of');
    await upload(page, 'no certificate', one.keyPem);
    expect(await page.textContent('.error')).toContain('does not hold what it should');
    expect(await readFile(join(pages.ldapServer.certsDir, 'server.crt'), 'utf8')).toBe(before);
  });
});

describe('what is tried', () => {
  async function trySignIn(page: Page, fields: Readonly<Record<string, string>>): Promise<string> {
    await page.goto('/ldap/try');
    for (const [label, value] of Object.entries(fields)) {
      await page.getByRole('textbox', { name: label }).fill(value);
    }
    await page.getByRole('button', { name: 'Try the sign-in' }).click();
    return (await page.textContent('.outcome')) ?? '';
  }

  test('a sign-in says in sentences why it works or not', async () => {
    await pages.addUser('jdoe');
    const page = await pages.signedIn('admin');
    await expect.poll(() => trySignIn(page, { Name: 'jdoe', Password: PASSWORD })).toContain('It works.');
    expect(await trySignIn(page, { Name: 'jdoe', Password: 'wrong' })).toContain('The password is wrong.');
    expect(await trySignIn(page, { Name: 'nobody', Password: 'x' })).toContain('Nobody here has that name');
    expect(
      await trySignIn(page, { Name: 'jdoe', Password: PASSWORD, 'From the address': '10.9.8.7' }),
    ).toContain('The allow-list does not let this address connect');
    expect(pages.ldapServer.activity.clients(ACTOR)).toEqual([]);
  });

  test('a search shows what it finds as an application sees it', async () => {
    const { users, groups, applications } = pages.directory;
    await users.add(ACTOR, { username: 'jdoe', displayName: 'Jane Doe' });
    await groups.add(ACTOR, { name: 'staff' });
    await applications.add(ACTOR, { name: 'wiki', password: PASSWORD, groups: ['staff'] });
    const page = await pages.signedIn('admin');
    const search = async (filter: string) => {
      await page.getByLabel('Filter').fill(filter);
      await page.getByRole('button', { name: 'Try the search' }).click();
      return (await page.textContent('.outcome, .error')) ?? '';
    };
    await page.goto('/ldap/try');
    await expect.poll(() => search('(uid=jdoe)')).toContain('Jane Doe');
    expect(await search('(uid=jdoe')).toContain('")" is missing');
    await page.getByLabel('As', { exact: true }).selectOption('wiki');
    expect(await search('(uid=jdoe)')).toContain('Found nothing');
    await groups.addMember(ACTOR, 'staff', { name: 'jdoe' });
    await expect.poll(() => search('(uid=jdoe)')).toContain('Jane Doe');
    await page.getByLabel('Base').fill('ou=people,dc=roster');
    expect(await search('(uid=jdoe)')).toContain('The nearest entry above that can be seen is dc=roster');
  });
});

test('who may not change the settings finds no way to', async () => {
  await pages.addUser('manager', 'user-manager');
  const page = await pages.signedIn('manager');
  for (const path of ['/ldap', '/ldap/allow', '/ldap/password', '/ldap/certificate', '/ldap/try']) {
    expect((await page.goto(path))?.status()).toBe(403);
  }
});

describe('an application', () => {
  test('is added, is used by the password that was shown once, and shows what it sees', async () => {
    const { users, groups } = pages.directory;
    await users.add(ACTOR, { username: 'jdoe', password: PASSWORD });
    await groups.add(ACTOR, { name: 'staff' });
    await groups.addMember(ACTOR, 'staff', { name: 'jdoe' });
    const page = await pages.signedIn('admin');
    await page.goto('/applications');
    await page.getByRole('link', { name: 'Add an application' }).click();
    await page.getByLabel('Name', { exact: true }).fill('wiki');
    await page.getByLabel('Groups, one in each line').fill('staff');
    await page.getByRole('button', { name: 'Add' }).click();
    const dn = (await page.textContent('#bind-dn')) ?? '';
    const password = (await page.textContent('#password')) ?? '';
    await expect.poll(async () => (await pages.ldapServer.run('ldapwhoami', dn, password)).status).toBe(0);
    await page.getByRole('link', { name: 'Go to wiki' }).click();
    const text = await page.textContent('main');
    expect(text).toContain('1 person and 1 group');
    expect(text).toContain(userDn('jdoe'));
    expect(text).not.toContain('none since this server was started');
    expect(text).not.toContain(password);
  });

  test('is changed, disabled with a way back, given another password, and deleted', async () => {
    const { applications, groups } = pages.directory;
    await groups.add(ACTOR, { name: 'staff' });
    await applications.add(ACTOR, { name: 'wiki', password: PASSWORD });
    const page = await pages.signedIn('admin');
    await page.goto('/applications/wiki/edit');
    await page.getByLabel('Groups, one in each line').fill('staff\nnobody');
    await page.getByRole('button', { name: 'Save' }).click();
    expect(await page.textContent('.error')).toContain('nobody');
    await page.getByLabel('Groups, one in each line').fill('staff');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('wiki is saved.').waitFor();
    const present = await applications.byName(ACTOR, 'wiki');
    expect(await applications.groupNames(ACTOR, present)).toEqual(['staff']);
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByText('signs nobody in').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('wiki is enabled.').waitFor();
    await page.getByRole('link', { name: 'New password' }).click();
    await page.getByRole('button', { name: 'Make up another one' }).click();
    const password = (await page.textContent('#password')) ?? '';
    const dn = 'cn=wiki,ou=apps,dc=roster';
    await expect.poll(async () => (await pages.ldapServer.run('ldapwhoami', dn, password)).status).toBe(0);
    await page.goto('/applications/wiki/delete');
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('wiki is deleted.').waitFor();
    expect(await applications.list(ACTOR)).toEqual([]);
  });
});

test('the settings are saved together, and what is wrong stands beside its field', async () => {
  const page = await pages.signedIn('admin');
  await page.goto('/settings');
  await page.getByLabel('Days for which the audit is kept').fill('7');
  await page.getByLabel('Login shell').fill('/bin/zsh');
  await page.getByLabel('Roles that must have a second factor').fill('user');
  await page.getByLabel('People may not change their own profiles').check();
  await page.getByRole('button', { name: 'Save the settings' }).click();
  expect(await page.textContent('#auditDays-error')).toContain('30 to 3650');
  await page.getByLabel('Days for which the audit is kept').fill('90');
  await page.getByRole('button', { name: 'Save the settings' }).click();
  await page.getByText('The settings are saved').waitFor();
  expect(await pages.directory.settings.current()).toMatchObject({
    ...{ auditDays: 90, profilesLocked: true, secondFactorRoles: ['user'] },
    posix: { enabled: false, loginShell: '/bin/zsh' },
  });
});

test('each recipe is filled in for this server, and leads to an application of its name', async () => {
  const page = await pages.signedIn('admin');
  for (const { id } of RECIPES) {
    await page.goto(`/ldap/recipes/${id}`);
    const settings = (await page.textContent('#settings')) ?? '';
    expect(settings).toContain(`cn=${id},ou=apps,dc=roster`);
    expect(settings).not.toMatch(/\{(host|port|base|bind)\}/);
  }
  await page.goto('/ldap/recipes');
  await page.getByRole('link', { name: 'Nextcloud' }).click();
  await page.getByRole('link', { name: 'Add the application nextcloud' }).click();
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('nextcloud');
});

describe('import and export', () => {
  async function choose(page: Page, text: string): Promise<void> {
    await page.goto('/transfer');
    const file = { name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
    await page.getByLabel('File').setInputFiles(file);
    await page.getByRole('button', { name: 'Preview' }).click();
  }

  test('a file is previewed, then imported', async () => {
    const page = await pages.signedIn('admin');
    await choose(page, 'username,email,displayName\njdoe,jane.doe@example.org,Jane Doe\n');
    expect(await page.textContent('main')).toContain('1 added, 0 changed, 0 unchanged');
    const { users } = pages.directory;
    expect(await users.byEmail(ACTOR, 'jane.doe@example.org')).toBeNull();
    await page.getByRole('button', { name: 'Import' }).click();
    await page.getByText('The file is imported').waitFor();
    expect(await users.byUsername(ACTOR, 'jdoe')).toMatchObject({ displayName: 'Jane Doe' });
  });

  test('what is wrong with a file is told with its lines, and nothing is changed', async () => {
    const page = await pages.signedIn('admin');
    await choose(page, 'username,email,displayName\njdoe,jane.doe@example.org,Jane Doe\n,nobody,\n');
    expect(await page.textContent('main')).toContain('Nothing was changed');
    expect(await page.getByRole('row').nth(1).textContent()).toMatch(/^3/);
    expect(await page.getByRole('button', { name: 'Import' }).count()).toBe(0);
    expect(await pages.directory.users.byEmail(ACTOR, 'jane.doe@example.org')).toBeNull();
  });

  test.each(['CSV', 'JSON', 'LDIF'])('the directory is exported as %s', async (format) => {
    await pages.addUser('jdoe');
    const page = await pages.signedIn('admin');
    await page.goto('/transfer');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: format }).click();
    expect(await readFile(await (await download).path(), 'utf8')).toContain('jdoe');
  });

  test('is for nobody who may do neither', async () => {
    await pages.addUser('manager', 'user-manager');
    const page = await pages.signedIn('manager');
    for (const path of ['/transfer', '/transfer/export?format=csv']) {
      expect((await page.goto(path))?.status()).toBe(403);
    }
  });
});
