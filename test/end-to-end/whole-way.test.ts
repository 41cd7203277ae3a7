/** From the first start to the first sign-in of a synchronized person at an application, in a browser alone. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newVisitor, openBrowser } from '../support/browser.ts';
import { directoryLdif } from '../support/directory-ldif.ts';
import { signIn } from '../support/pages.ts';
import { newRoster, type TestRoster } from '../support/roster.ts';
import { startSlapd, type TestSlapd } from '../support/slapd.ts';

const PEOPLE = 30;
const WIKI_DN = 'cn=wiki,ou=apps,dc=roster';

let browser: Browser;
let slapd: TestSlapd;
let roster: TestRoster;
let page: Page;

beforeAll(async () => {
  [browser, slapd, roster] = await Promise.all([
    openBrowser(),
    startSlapd({ ldif: directoryLdif({ users: PEOPLE, groups: 3 }) }),
    newRoster(),
  ]);
  await roster.start();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await roster?.remove();
  await slapd?.stop();
});

const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const follow = (name: string) => page.getByRole('link', { name, exact: true }).first().click();
const fill = (label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text);

async function addSource(): Promise<void> {
  await follow('External directories');
  await follow('Add a source');
  await page.getByRole('link', { name: 'OpenLDAP' }).click();
  await fill('Name', 'corp');
  await fill('Address', slapd.url);
  await page.getByLabel('bind DN').fill(slapd.readerDn);
  await page.getByLabel('Password of that account').fill(slapd.readerPassword);
  await page.getByLabel('base DN').fill(`ou=people,${slapd.baseDn}`);
  await page.getByText('Certificates', { exact: true }).click();
  await page.getByLabel('Authority that signed').fill(slapd.caPem);
  await press('Add the source');
  await page.getByText('The source corp was added.').waitFor();
}

async function importPeople(): Promise<void> {
  await press('Test');
  await page.getByText('All is well').waitFor();
  await press('Preview a run');
  await page.getByText('Nothing has been changed yet.').waitFor();
  await page.goto('/sources/corp');
  await press('Synchronize');
  await page.getByText(`Imported ${PEOPLE} users and 3 groups.`).waitFor();
}

/** Returns the password, which is shown this once. */
async function addApplication(): Promise<string> {
  await follow('Applications');
  await page.getByRole('link', { name: 'Add an application' }).click();
  await fill('Name', 'wiki');
  await page.getByLabel('Groups, one in each line').fill('group1');
  await press('Add');
  return (await page.locator('#password').textContent()) ?? '';
}

test('an owner comes from the first start to an application in which synchronized people sign in, and sees why one could not', async () => {
  const password = /Password of user admin\s+(\S+)/.exec(roster.output)?.[1] ?? '';
  page = await signIn(await newVisitor(browser, roster.httpUrl), 'admin', password);
  await addSource();
  await importPeople();
  const wiki = { dn: WIKI_DN, password: await addApplication() };

  const [person] = await roster.search(['-b', 'ou=users,dc=roster', '(uid=user1)', 'uid', 'memberOf'], wiki);
  expect(person?.attributes.get('uid')).toEqual(['user1']);
  const jane = { dn: person?.dn ?? '', password: slapd.passwordOf('user1') };
  expect(await roster.ldap('ldapwhoami', [], jane)).toMatchObject({ status: 0, stdout: `dn:${jane.dn}\n` });

  const refused = await roster.ldap('ldapwhoami', [], { dn: 'uid=user2,ou=users,dc=roster', password: 'no' });
  expect(refused.status).toBe(49);
  await page.goto('/activity?kind=sign-in&failed=on');
  const line = page.getByRole('row').filter({ hasText: 'user2' });
  expect(await line.first().textContent()).toContain('The password is wrong.');
}, 60_000);
