import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACTOR } from '../../support/directory.ts';
import { csrfTokenOf, openTestPages, postForm, signInByForm, type TestPages } from '../../support/pages.ts';
import { aJpeg } from '../../support/pictures.ts';

let pages: TestPages;
let admin: Page;

beforeAll(async () => {
  pages = await openTestPages();
  const { attributes } = pages.directory;
  const subject = 'user';
  await attributes.add(ACTOR, { subject, name: 'badge', type: 'image' });
  await attributes.add(ACTOR, { subject, name: 'hobby', type: 'text', several: true, writers: 'self' });
  await attributes.add(ACTOR, { subject, name: 'salary', type: 'integer', readers: 'directory' });
  await attributes.add(ACTOR, { subject: 'group', name: 'floor', type: 'integer' });
  await pages.addUser('jdoe');
  admin = await pages.signedIn('admin');
});

afterAll(() => pages.remove());

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click();

async function valuesOf(username: string) {
  return pages.directory.attributes.ofUser(ACTOR, username);
}

test('an attribute is defined, changed and deleted, with its values, on the pages', async () => {
  await admin.goto('/settings');
  await admin.getByRole('link', { name: 'attributes of your own' }).click();
  await admin.getByRole('link', { name: 'Add an attribute' }).click();
  await admin.getByLabel('Name', { exact: true }).fill('user password');
  await press(admin, 'Add');
  expect(await admin.locator('#name-error').textContent()).toContain('begins with a letter');
  await admin.getByLabel('Name', { exact: true }).fill('costCentre');
  await admin.getByLabel('Changed by').selectOption('self');
  await press(admin, 'Add');
  await admin.getByText('costCentre was added.').waitFor();
  await admin.getByRole('link', { name: 'Edit costCentre' }).click();
  expect(await admin.getByLabel('What it holds').isDisabled()).toBe(true);
  await admin.getByLabel('Changed by').selectOption('admin');
  await press(admin, 'Save');
  await pages.directory.users.edit(ACTOR, 'jdoe', { attributes: { costCentre: ['4711'] } });
  await admin.getByRole('link', { name: 'Delete costCentre' }).click();
  await admin.getByText('1 user has values of costCentre').waitFor();
  await press(admin, 'Delete for good');
  await admin.getByText('costCentre is deleted.').waitFor();
  expect(await valuesOf('jdoe')).not.toHaveProperty('costCentre');
});

test('administrators write all values of users and groups by their forms', async () => {
  await admin.goto('/users/jdoe/edit');
  await admin.getByLabel('hobby').fill('chess\ngo\n');
  await admin.getByLabel('salary').fill('much');
  await press(admin, 'Save');
  expect(await admin.getByRole('alert').textContent()).toContain('salary');
  await admin.getByLabel('salary').fill('5000');
  await press(admin, 'Save');
  await admin.getByText('jdoe is saved.').waitFor();
  expect(await valuesOf('jdoe')).toMatchObject({ hobby: ['chess', 'go'], salary: ['5000'] });

  await admin.goto('/groups/new');
  await admin.getByLabel('Name', { exact: true }).fill('staff');
  await admin.getByLabel('floor').fill('3');
  await press(admin, 'Add');
  await admin.getByText('staff was added.').waitFor();
  expect(await pages.directory.attributes.ofGroup(ACTOR, 'staff')).toEqual({ floor: ['3'] });
});

test('people write of themselves what is theirs to write, and see no more than they may', async () => {
  const jane = await pages.signedIn('jdoe');
  await jane.goto('/me/edit');
  expect(await jane.getByLabel('salary').count()).toBe(0);
  await jane.getByLabel('hobby').fill('painting');
  await press(jane, 'Save');
  await jane.getByText('Your profile is saved.').waitFor();
  expect((await valuesOf('jdoe'))['hobby']).toEqual(['painting']);
  expect(await jane.locator('main').textContent()).not.toContain('salary');

  const cookie = await signInByForm(pages.url, 'jdoe');
  const csrf = await csrfTokenOf(pages.url, cookie);
  const before = await valuesOf('jdoe');
  await postForm(pages.url, '/me/edit', { csrf, 'attribute.salary': '9999' }, { cookie });
  expect(await valuesOf('jdoe')).toEqual(before);
});

test('a picture in an attribute is uploaded, shown and taken away, by whoever may', async () => {
  await admin.goto('/users/jdoe');
  await admin
    .getByLabel('A picture')
    .setInputFiles({ name: 'b.jpg', mimeType: 'image/jpeg', buffer: aJpeg() });
  const form = admin.locator('form[action$="/attributes/badge/image"]');
  await form.getByRole('button', { name: 'Use it' }).click();
  await admin.getByText('badge is changed.').waitFor();
  const shown = admin.getByRole('img', { name: 'badge' });
  expect(await shown.evaluate((image) => Reflect.get(image, 'complete'))).toBe(true);
  const source = (await shown.getAttribute('src')) ?? '';
  expect(Buffer.from(await (await admin.request.get(source)).body())).toEqual(aJpeg());

  const cookie = await signInByForm(pages.url, 'jdoe');
  const csrf = await csrfTokenOf(pages.url, cookie);
  const path = '/users/jdoe/attributes/badge/image';
  expect((await postForm(pages.url, path, { csrf, none: 'yes' }, { cookie })).status).toBe(403);
  await form.getByRole('button', { name: 'Take it away' }).click();
  await admin.getByText('badge is gone.').waitFor();
});

test('what somebody takes of storage is on the own page and the administrators, who set the limit', async () => {
  await pages.directory.applications.add(ACTOR, {
    ...{ name: 'cloud', description: '', password: 'seven wild geese over Bern', groups: [], allow: [] },
  });
  await admin.goto('/users/jdoe/edit');
  await admin.getByLabel('Storage in megabytes').fill('500');
  await press(admin, 'Save');
  await pages.directory.quotas.report(ACTOR, 'jdoe', 'cloud', 120);
  await admin.goto('/users/jdoe');
  await admin.getByText('120 of 500 MB').waitFor();
  const jane = await pages.signedIn('jdoe');
  await jane.goto('/me');
  await jane.getByText('120 of 500 MB').waitFor();
  await jane.goto('/me/edit');
  expect(await jane.getByLabel('Storage in megabytes').count()).toBe(0);

  await admin.goto('/settings');
  await admin.getByLabel('Storage is limited').check();
  await press(admin, 'Save the settings');
  await admin.getByText('The settings are saved').waitFor();
  await expect(pages.directory.quotas.report(ACTOR, 'jdoe', 'cloud', 600)).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('LDAPS is switched off by who may change the settings, after being asked, and on again', async () => {
  await admin.goto('/ldap');
  await admin.getByRole('link', { name: 'Switch LDAPS off' }).click();
  await press(admin, 'Switch it off');
  await admin.getByText('LDAPS is switched off.').waitFor();
  expect(await admin.locator('dl').textContent()).toContain('no: switched off');
  expect((await pages.directory.settings.current()).ldapServed).toBe(false);
  await press(admin, 'Switch LDAPS on');
  await admin.getByText('LDAPS is switched on.').waitFor();
  expect((await pages.directory.settings.current()).ldapServed).toBe(true);
  const cookie = await signInByForm(pages.url, 'jdoe');
  const csrf = await csrfTokenOf(pages.url, cookie);
  expect((await postForm(pages.url, '/ldap/off', { csrf }, { cookie })).status).toBe(403);
});
