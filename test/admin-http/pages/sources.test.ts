import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accessibilityFaults, NARROW, WIDE } from '../../support/browser.ts';
import { ACTOR } from '../../support/directory.ts';
import { directoryLdif } from '../../support/directory-ldif.ts';
import { csrfTokenOf, openTestPages, postForm, signInByForm, type TestPages } from '../../support/pages.ts';
import { startSlapd, type TestSlapd } from '../../support/slapd.ts';
import { newSourceAt } from '../../support/slapd-source.ts';

/** Where `npm run screenshots` wants a picture of each page. */
const SCREENSHOTS = process.env['ROSTER_SCREENSHOTS'];
const PEOPLE = 30;
const MARKUP = '<img src=x onerror=alert(1)><script>alert(2)</script>';

let slapd: TestSlapd;
let pages: TestPages;

beforeAll(async () => {
  slapd = await startSlapd({ ldif: directoryLdif({ users: PEOPLE, groups: 3 }) });
});

afterAll(() => slapd.stop());

beforeEach(async () => {
  pages = await openTestPages();
});

afterEach(() => pages.remove());

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function withSource(look?: Parameters<TestPages['signedIn']>[1]): Promise<Page> {
  await pages.directory.sources.add(ACTOR, newSourceAt(slapd));
  const page = await pages.signedIn('admin', look);
  await page.goto('/sources/corp');
  return page;
}

async function synchronize(page: Page): Promise<void> {
  pages.clock.advance(60_000);
  await button(page, 'Synchronize').click();
  await page.getByText('succeeded').first().waitFor();
}

describe('a source', () => {
  test('shows its older runs page by page', async () => {
    const page = await withSource();
    const source = await pages.directory.sources.find('corp');
    for (let count = 0; count < 52; count += 1) {
      pages.clock.advance(1000);
      const { id, counters } = await pages.directory.syncRuns.begin(ACTOR, source);
      await pages.directory.syncRuns.finish(id, {
        ...{ state: 'succeeded', reason: `It was run ${count}.`, counters, problems: [] },
      });
    }
    await page.reload();
    expect(await page.getByRole('table').getByRole('row').count()).toBe(50);
    await page.getByRole('link', { name: 'Next page' }).click();
    await page.getByText('It was run 1.').waitFor();
    await page.getByText('It was run 0.').waitFor();
    expect(await page.getByRole('link', { name: 'Next page' }).count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'First page' }).click();
    await page.getByText('It was run 51.').waitFor();
  });

  test('is added by its form, tested, previewed and synchronized, and its people are there', async () => {
    const page = await pages.signedIn('admin');
    await page.getByRole('link', { name: 'External directories', exact: true }).click();
    await page.getByRole('link', { name: 'Add a source' }).click();
    await page.getByRole('link', { name: 'OpenLDAP' }).click();
    await page.getByLabel('Name', { exact: true }).fill('corp');
    await page.getByLabel('Address', { exact: true }).fill(slapd.url);
    await page.getByLabel('bind DN').fill(slapd.readerDn);
    await page.getByLabel('Password of that account').fill(slapd.readerPassword);
    await page.getByLabel('base DN').fill(`ou=people,${slapd.baseDn}`);
    await page.getByText('Certificates', { exact: true }).click();
    await page.getByLabel('Authority that signed').fill(slapd.caPem);
    await button(page, 'Add the source').click();
    await page.getByText('The source corp was added.').waitFor();

    await button(page, 'Test').click();
    await page.getByText('All is well').waitFor();
    expect(await page.locator('.steps li').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Sign-in of the account works/)]),
    );
    await page.getByRole('rowheader', { name: 'user1', exact: true }).waitFor();

    await button(page, 'Preview a run').click();
    await page.getByText('Nothing has been changed yet.').waitFor();
    expect(await page.locator('.counters').textContent()).toContain(`${PEOPLE} people created`);
    await page.getByLabel('To whom').selectOption('group');
    await page.getByText('6 changes').waitFor();
    await page.getByRole('rowheader', { name: 'group3' }).first().waitFor();
    expect(await page.getByRole('rowheader', { name: 'user1' }).count()).toBe(0);

    await synchronize(page);
    await page.getByText(`Imported ${PEOPLE} users and 3 groups.`).waitFor();
    await page.getByRole('link', { name: 'Report' }).click();
    await page.getByLabel('What happens').selectOption('create');
    await page.getByRole('rowheader', { name: 'user7 person created', exact: true }).waitFor();
    await page.goto('/users/user7');
    expect(await page.locator('main').textContent()).toContain('corp');
  });

  test('with a mistake keeps what was typed, but no secret, and says what to mend beside the field', async () => {
    const page = await pages.signedIn('admin');
    await page.goto('/sources/new?kind=google');
    await page.getByLabel('Name', { exact: true }).fill('corp');
    await page.getByLabel('Address', { exact: true }).fill('http://ldap.example.org');
    await page.getByLabel('bind DN').fill('cn=reader,dc=example,dc=org');
    await page.getByLabel('Password of that account').fill('a-bind-password');
    await page.getByLabel('base DN').fill('dc=example,dc=org');
    await page.getByLabel('Its key').fill('a-secret-key');
    await button(page, 'Add the source').click();
    await page.locator('#url-error').waitFor();
    expect(await page.getByLabel('Address', { exact: true }).inputValue()).toBe('http://ldap.example.org');
    expect(await page.content()).not.toMatch(/a-bind-password|a-secret-key/);
  });

  test('with a mistake in what is folded shows it opened', async () => {
    const page = await withSource();
    await page.goto('/sources/corp/edit');
    await page.getByText('Schedule', { exact: true }).click();
    await page.getByLabel('Synchronize by itself').fill('* * * * *');
    await button(page, 'Save').click();
    await page.locator('#schedule-error').waitFor({ state: 'visible' });
  });

  test('at another address wants its password anew', async () => {
    const page = await withSource();
    await page.goto('/sources/corp/edit');
    await page.getByLabel('Address', { exact: true }).fill('ldaps://other.example.org');
    await button(page, 'Save').click();
    await page.locator('#bindPassword-error').waitFor();
    await page.getByLabel('Password of that account').fill('another one');
    await button(page, 'Save').click();
    await page.getByText('corp was changed.').waitFor();
    expect((await pages.directory.sources.find('corp')).url).toBe('ldaps://other.example.org');
  });

  test('is not overwritten where somebody else has changed it meanwhile', async () => {
    const page = await withSource();
    await page.goto('/sources/corp/edit');
    pages.clock.advance(1000);
    await pages.directory.sources.edit(ACTOR, 'corp', { schedule: '30 2 * * *' });
    await button(page, 'Save').click();
    await page.getByText('Somebody has changed this source').waitFor();
    expect((await pages.directory.sources.find('corp')).schedule).toBe('30 2 * * *');
  });

  test('that is only looked at and saved stays as it is', async () => {
    const page = await withSource();
    const before = await pages.directory.sources.edit(ACTOR, 'corp', {
      schedule: '30 2 * * *',
      dialect: { attributes: { title: [], email: ['mail', 'otherMail'] }, usernameFrom: 'before-at' },
      signIn: { rememberSeconds: 0 },
      policy: { removal: 'delete', guardPercent: 7 },
    });
    await page.goto('/sources/corp/edit');
    await button(page, 'Save').click();
    await page.getByText('corp was changed.').waitFor();
    expect({ ...(await pages.directory.sources.find('corp')), updatedAt: before.updatedAt }).toEqual(before);
  });

  test('tells its schedule in words as it is typed', async () => {
    const page = await withSource();
    await page.goto('/sources/corp/edit');
    await page.getByText('Schedule', { exact: true }).click();
    await page.getByLabel('Synchronize by itself').pressSequentially('30 2 * * *');
    await page.getByLabel('Time zone').fill('Europe/Zurich');
    await page.getByText('Every day at 02:30 (Europe/Zurich).').waitFor();
  });

  test('is disabled, which can be undone, and deleted, which says what becomes of its people', async () => {
    const page = await withSource();
    await synchronize(page);
    await button(page, 'Disable').click();
    await page.getByText('corp is disabled').waitFor();
    expect(await button(page, 'Synchronize').count()).toBe(0);
    await button(page, 'Undo').click();
    await page.getByText('corp is enabled again.').waitFor();
    await page.getByRole('link', { name: 'Delete this source' }).click();
    await button(page, 'Delete the source').click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Its people and groups stay here').check();
    await button(page, 'Delete the source').click();
    await page.getByText(`corp was deleted. ${PEOPLE} people and 3 groups stay here.`).waitFor();
  });

  test('that cannot be reached fails its test at the step that is to be mended', async () => {
    await pages.directory.sources.add(ACTOR, { ...newSourceAt(slapd), bindPassword: 'wrong' });
    const page = await pages.signedIn('admin');
    await page.goto('/sources/corp/test');
    await button(page, 'Test').click();
    await page.getByText('Something must be mended first.').waitFor();
    expect(await page.locator('.steps li').last().textContent()).toMatch(/^Sign-in of the account fails/);
  });
});

describe('a run', () => {
  test('goes on while one looks at other pages, shows after a reload, and tells its end by itself', async () => {
    const page = await withSource();
    await slapd.suspend();
    try {
      await button(page, 'Synchronize').click();
      await page.getByRole('progressbar').waitFor();
      await page.goto('/users');
      await page.goto('/sources');
      await page.getByRole('progressbar').waitFor();
      await page.goto('/sources/corp');
      await page.reload();
      await page.getByRole('progressbar').waitFor();
    } finally {
      slapd.kill('SIGCONT');
    }
    await page.getByText(`Imported ${PEOPLE} users and 3 groups.`).waitFor();
    expect(await page.getByRole('progressbar').count()).toBe(0);
  });

  test('is cancelled', async () => {
    const page = await withSource();
    await slapd.suspend();
    try {
      await button(page, 'Synchronize').click();
      await button(page, 'Cancel').click();
      await page.getByText('The run ends within seconds.').waitFor();
      await page.getByText('cancelled', { exact: true }).waitFor();
    } finally {
      slapd.kill('SIGCONT');
    }
    expect(await pages.directory.users.byUsername(ACTOR, 'user1').catch((error) => error.code)).toBe(
      'not-found',
    );
  });

  test('that would take much away waits, shows its plan, and goes on once it is confirmed', async () => {
    const page = await withSource();
    await synchronize(page);
    await pages.directory.sources.edit(ACTOR, 'corp', { filter: '(uid=user1*)' });
    pages.clock.advance(60_000);
    await button(page, 'Synchronize').click();
    await page.getByText('waits for you').waitFor();
    await page.getByText('This sync would suspend 19 of 30 users').waitFor();
    await page.getByRole('link', { name: 'Look at its plan' }).click();
    await page.getByLabel('What happens').selectOption('suspend');
    await page.getByRole('rowheader', { name: 'user2 person disabled', exact: true }).waitFor();
    expect(await page.getByRole('rowheader').count()).toBe(19);
    pages.clock.advance(60_000);
    await button(page, 'Confirm the plan').click();
    await page.getByText('succeeded').first().waitFor();
    await page.getByText('19 people disabled').waitFor();
  });

  test('tells of a name that somebody has here, who is linked by a button', async () => {
    await pages.directory.users.add(ACTOR, { username: 'user5', displayName: 'Jane Doe' });
    const page = await withSource();
    await synchronize(page);
    await page.getByRole('link', { name: 'Report' }).click();
    await page.getByText('What can be done about user5').click();
    await button(page, 'Link user5').click();
    await page.getByText('user5 is a person of corp now').waitFor();
    await synchronize(page);
    const { origin } = await pages.directory.users.byUsername(ACTOR, 'user5');
    expect(origin?.dn).toBe(`uid=user5,ou=people,${slapd.baseDn}`);
  });

  test('of another source is not shown as this one’s', async () => {
    const page = await withSource();
    await synchronize(page);
    const other = await pages.directory.sources.add(ACTOR, { ...newSourceAt(slapd), name: 'other' });
    const [run] = await pages.directory.syncRuns.list(null, 1);
    const response = await page.goto(`/sources/${other.name}/runs/${run?.id}`);
    expect(response?.status()).toBe(404);
  });
});

describe('without scripts', () => {
  test('a source is tested, previewed and synchronized by reloading', async () => {
    const page = await withSource({ javaScriptEnabled: false });
    await button(page, 'Test').click();
    await page.getByText('All is well').waitFor();
    await button(page, 'Preview a run').click();
    // The page loads itself again until the preview is there.
    await page.getByText('Nothing has been changed yet.').waitFor();
    await page.getByLabel('To whom').selectOption('group');
    await button(page, 'Show').click();
    await page.getByText('6 changes').waitFor();
    await button(page, 'Synchronize').click();
    await page.getByText(`Imported ${PEOPLE} users and 3 groups.`).waitFor();
  });
});

describe('markup in names upstream', () => {
  test('is shown as text in tests, previews and reports', async () => {
    const [dn, taken] = [`uid=evil,ou=people,${slapd.baseDn}`, `uid=o\\<b\\>ops,ou=people,${slapd.baseDn}`];
    const person = (entry: string, uid: string) =>
      `dn: ${entry}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${MARKUP}\nsn: ${MARKUP}\ntitle: ${MARKUP}\nmail: evil@example.com\n\n`;
    await slapd.modify(person(dn, 'evil') + person(taken, 'o<b>ops'));
    try {
      await pages.directory.sources.add(ACTOR, { ...newSourceAt(slapd), filter: '(mail=evil@example.com)' });
      const page = await pages.signedIn('admin');
      const dialogs: string[] = [];
      page.on('dialog', (dialog) => {
        dialogs.push(dialog.message());
        void dialog.dismiss();
      });
      await page.goto('/sources/corp/test');
      await button(page, 'Test').click();
      await page.getByText(MARKUP).first().waitFor();
      await button(page, 'Preview a run').click();
      await page.getByText(MARKUP).first().waitFor();
      await page.goto(`/sources/corp/preview?search=${encodeURIComponent(MARKUP)}`);
      await page.getByText('0 changes').waitFor();
      expect(await page.locator('main img, main script').count()).toBe(0);
      await synchronize(page);
      await page.getByRole('link', { name: 'Report' }).click();
      await page.getByText(MARKUP).first().waitFor();
      expect(await page.locator('main img, main script').count()).toBe(0);
      expect(dialogs).toEqual([]);
    } finally {
      await slapd.modify(`dn: ${dn}\nchangetype: delete\n\ndn: ${taken}\nchangetype: delete\n`);
    }
  });
});

describe.each([
  { look: 'wide-light', viewport: WIDE, colorScheme: 'light' as const },
  { look: 'narrow-dark', viewport: NARROW, colorScheme: 'dark' as const },
])('$look:', ({ look, viewport, colorScheme }) => {
  test('forms, tests, runs, previews and reports are accessible and no wider than the window', async () => {
    const page = await withSource({ viewport, colorScheme });
    const check = async (name: string) => {
      if (SCREENSHOTS !== undefined) {
        await page.screenshot({ path: join(SCREENSHOTS, `sources-${name}-${look}.png`), fullPage: true });
      }
      expect({ name, faults: await accessibilityFaults(page) }).toEqual({ name, faults: [] });
      const excess = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect({ name, excess }).toEqual({ name, excess: 0 });
    };
    await button(page, 'Test').click();
    await page.getByText('All is well').waitFor();
    await check('tested');
    await button(page, 'Preview a run').click();
    await page.getByText('Nothing has been changed yet.').waitFor();
    await check('previewed');
    await slapd.suspend();
    try {
      await button(page, 'Synchronize').click();
      await page.getByRole('progressbar').waitFor();
      await check('running');
    } finally {
      slapd.kill('SIGCONT');
    }
    await page.getByText('Imported 30 users').waitFor();
    await check('ended');
    await page.getByRole('link', { name: 'Report' }).click();
    await check('report');
    await page.goto('/sources/new?kind=active-directory');
    await page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })");
    await check('form');
    await page.getByLabel('Name', { exact: true }).fill('corp');
    await page.getByLabel('Address', { exact: true }).fill('ldap.example.org');
    await page.getByLabel('bind DN').fill('reader');
    await page.getByLabel('Password of that account').fill('x');
    await page.getByLabel('base DN').fill('dc=example,dc=org');
    await button(page, 'Add the source').click();
    await page.locator('#url-error').waitFor();
    await check('refused');
  }, 90_000);
});

describe('a user manager', () => {
  test('sees nothing of sources, and can do nothing with them', async () => {
    await pages.directory.sources.add(ACTOR, newSourceAt(slapd));
    await pages.addUser('manager', 'user-manager');
    const cookie = await signInByForm(pages.url, 'manager');
    const csrf = await csrfTokenOf(pages.url, cookie);
    for (const path of [
      '',
      '/new',
      '/schedule',
      '/corp',
      '/corp/edit',
      '/corp/delete',
      '/corp/preview',
      '/corp/runs/1/events',
    ]) {
      const { status } = await fetch(`${pages.url}/sources${path}`, { headers: { cookie } });
      expect({ path, status }).toEqual({ path, status: 403 });
    }
    for (const act of ['test', 'preview', 'sync', 'link', 'edit', 'enable', 'disable', 'delete']) {
      const { status } = await postForm(pages.url, `/sources/corp/${act}`, { csrf }, { cookie });
      expect({ act, status }).toEqual({ act, status: 403 });
    }
    expect((await pages.directory.sources.find('corp')).enabled).toBe(true);
  });
});

describe('who may look at sources and no more', () => {
  test('sees them and their reports without anything to press, and can do nothing', async () => {
    const { id } = await pages.directory.sources.add(ACTOR, newSourceAt(slapd));
    await pages.directory.roles.add(ACTOR, { name: 'looker', rank: 50, permissions: ['sources.read'] });
    await pages.addUser('looker', 'looker');
    const cookie = await signInByForm(pages.url, 'looker');
    const csrf = await csrfTokenOf(pages.url, cookie);
    const html = await (await fetch(`${pages.url}/sources/corp`, { headers: { cookie } })).text();
    expect(html).toContain(slapd.readerDn);
    expect(html).not.toMatch(/action="\/sources|href="\/sources\/corp\/(edit|delete)"/);
    for (const act of ['test', 'preview', 'sync', 'link', 'edit', 'enable', 'disable', 'delete']) {
      const { status } = await postForm(pages.url, `/sources/${id}/${act}`, { csrf }, { cookie });
      expect({ act, status }).toEqual({ act, status: 403 });
    }
  });
});

describe('another site', () => {
  test('cannot make a browser of ours begin a run', async () => {
    await pages.directory.sources.add(ACTOR, newSourceAt(slapd));
    const cookie = await signInByForm(pages.url, 'admin');
    const { status } = await postForm(pages.url, '/sources/corp/sync', {}, { cookie });
    expect(status).toBe(403);
    expect(await pages.directory.syncRuns.list(null, 1)).toEqual([]);
  });
});
