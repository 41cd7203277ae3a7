/** The pages on a real server, with a browser that signs people in. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openTestApi, PASSWORD, type TestApi } from './api.ts';
import { type Look, newVisitor, openBrowser } from './browser.ts';
import { ACTOR } from './directory.ts';

export interface TestPages extends TestApi {
  readonly browser: Browser;
  /** Adds a user of that role with PASSWORD. */
  addUser(username: string, role?: string): Promise<void>;
  /** A page of a browser of his own, for somebody who has signed in with PASSWORD. */
  signedIn(username: string, look?: Look): Promise<Page>;
}

export async function openTestPages(): Promise<TestPages> {
  const [api, browser] = await Promise.all([openTestApi(), openBrowser()]);
  return {
    ...api,
    browser,
    async addUser(username, role = 'user') {
      await api.directory.users.add(ACTOR, { username, role, password: PASSWORD });
    },
    async signedIn(username, look) {
      const context = await newVisitor(browser, api.url, look);
      return signIn(context, username);
    },
    async remove() {
      await browser.close();
      await api.remove();
    },
  };
}

export async function signIn(context: BrowserContext, username: string, password = PASSWORD): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto('/sign-in');
  await page.getByLabel('Username or e-mail address').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  return page;
}

/** As a browser posts a form; nothing is followed. */
export function postForm(
  url: string,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers,
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
}

/** The cookie header of somebody who has signed in with PASSWORD. */
export async function signInByForm(url: string, name: string): Promise<string> {
  return cookiesIn(await postForm(url, '/sign-in', { name, password: PASSWORD }));
}

export function cookiesIn(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

/** The token of the forms on a page. */
export async function csrfTokenOf(url: string, cookie: string): Promise<string> {
  const html = await (await fetch(`${url}/me`, { headers: { cookie } })).text();
  return /name="csrf" value="([\w-]+)"/.exec(html)?.[1] ?? '';
}
