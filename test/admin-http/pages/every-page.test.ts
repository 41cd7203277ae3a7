import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPages } from '../../../src/admin-http/pages/index.ts';
import { accessibilityFaults, NARROW, WIDE } from '../../support/browser.ts';
import { ACTOR } from '../../support/directory.ts';
import { EVERY_PAGE, NO_PAGES, populate } from '../../support/every-page.ts';
import { openTestPages, type TestPages } from '../../support/pages.ts';

/** Where `npm run screenshots` wants a picture of each page. */
const SCREENSHOTS = process.env['ROSTER_SCREENSHOTS'];
const BYTES_MAX = 100_000;

let pages: TestPages;
let link: string;

beforeAll(async () => {
  pages = await openTestPages();
  await populate(pages);
  const { passwordLinks } = pages.dependencies.api;
  const given = await passwordLinks.give(ACTOR, 'person-02', { send: false });
  link = given.url?.split('/').at(-1) ?? '';
  if (SCREENSHOTS !== undefined) await mkdir(SCREENSHOTS, { recursive: true });
});

afterAll(() => pages.remove());

test('every page is on the list of those that are checked', () => {
  const signIn = { signIn: unused, signOut: unused };
  const { api, ...others } = pages.dependencies;
  // What they do is not asked, only which there are.
  const given = { ...others, ...api, ...others.pages, accounts: api, signIn, changeOwnPassword: unused };
  const made = createPages(given as unknown as Parameters<typeof createPages>[0]);
  const declared = [...made.pages, ...made.publicPages]
    .filter(({ method }) => method === 'get')
    .map(({ path }) => path);
  expect(declared.toSorted()).toEqual([...Object.keys(EVERY_PAGE), ...NO_PAGES].toSorted());
});

async function unused(): Promise<never> {
  throw new Error('Nobody asks for this.');
}

describe.each([
  { look: 'wide-light', viewport: WIDE, colorScheme: 'light' as const },
  { look: 'wide-dark', viewport: WIDE, colorScheme: 'dark' as const },
  { look: 'narrow-light', viewport: NARROW, colorScheme: 'light' as const },
  { look: 'narrow-dark', viewport: NARROW, colorScheme: 'dark' as const },
])('$look:', ({ look, viewport, colorScheme }) => {
  let page: Page;
  beforeAll(async () => {
    page = await pages.signedIn('admin', { viewport, colorScheme });
  });
  afterAll(() => page.context().close());

  test.each(Object.entries(EVERY_PAGE))(
    '%s is accessible, quiet and no wider than the window',
    async (path, url) => {
      const complaints: string[] = [];
      const note = (message: { text(): string }) => complaints.push(message.text());
      page.on('console', note);
      const response = await page.goto(url.replace(':link', link));
      expect(response?.status()).toBe(200);
      expect((await response?.body())?.length).toBeLessThan(BYTES_MAX);
      if (SCREENSHOTS !== undefined) {
        const name = path.slice(1).replaceAll('/', '-').replaceAll(':', '');
        await page.screenshot({ path: join(SCREENSHOTS, `${name}-${look}.png`), fullPage: true });
      }
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      page.off('console', note);
      expect(complaints).toEqual([]);
    },
  );
});
