/** A real browser for the pages: Debian's Chromium, driven by Playwright. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const WIDE = { width: 1280, height: 900 };
/** A small phone. */
export const NARROW = { width: 360, height: 740 };

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
}

export interface Look {
  readonly viewport?: typeof WIDE;
  readonly colorScheme?: 'light' | 'dark';
  readonly javaScriptEnabled?: boolean;
}

/** A visitor of his own, without anybody's cookies; `baseURL` is the server's. */
export function newVisitor(browser: Browser, baseURL: string, look: Look = {}): Promise<BrowserContext> {
  return browser.newContext({ baseURL, viewport: WIDE, bypassCSP: false, ...look });
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe-core finds against the page as it stands: one line per element. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which no content security policy hinders.
  await page.evaluate(axe);
  const violations = (await page.evaluate(
    'axe.run({ resultTypes: ["violations"] }).then((found) => found.violations)',
  )) as Violation[];
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  );
}
