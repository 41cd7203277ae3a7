/** Apache httpd protects pages by mod_authnz_ldap, set up as docs/clients/apache.md says. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { JANE, RICHARD, startPopulatedRoster } from '../support/populated-roster.ts';
import { type Daemon, isListening, startDaemon } from '../support/program.ts';
import { openRecipe, type Recipe } from '../support/recipe.ts';
import type { TestRoster } from '../support/roster.ts';

const MODULES = [
  ...['mpm_event', 'authn_core', 'authz_core', 'auth_basic', 'authz_user', 'dir'],
  ...['ldap', 'authnz_ldap'],
];
/** Blocks of the document, each with a page of its own. */
const RULES = ['require-user', 'require-group', 'require-attribute', 'require-filter'];

let roster: TestRoster;

let recipe: Recipe;
let folder: string;
let apache: Daemon;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roster-apache-'));
  await chmod(folder, 0o755);
  roster = await startPopulatedRoster();
  recipe = await openRecipe('apache', roster);
  port = await freePort();
  apache = await startApache();
}, 60_000);

afterAll(async () => {
  await apache?.stop();
  await rm(folder, { recursive: true, force: true });
  await roster?.remove();
});

describe('Apache httpd', () => {
  test('signs people in by username in any case', async () => {
    expect(await statusOf('', JANE.username, JANE.password)).toBe(200);
    expect(await statusOf('', 'RRoe', RICHARD.password)).toBe(200);
  });

  test.each([
    ['the wrong password', JANE.username, 'wrong'],
    ['no password', JANE.username, ''],
    ['an unknown name', 'nobody', JANE.password],
    ['a name that is a filter', '*', JANE.password],
  ])('refuses %s', async (_what, user, password) => {
    expect(await statusOf('', user, password)).toBe(401);
  });

  test.each(RULES)('%s lets Jane in and keeps Richard out', async (rule) => {
    expect(await statusOf(rule, JANE.username, JANE.password)).toBe(200);
    expect(await statusOf(rule, RICHARD.username, RICHARD.password)).toBe(401);
  });

  test('compares a group by uniqueMember too', async () => {
    expect(await statusOf('unique', JANE.username, JANE.password)).toBe(200);
    expect(await statusOf('unique', RICHARD.username, RICHARD.password)).toBe(401);
  });
});

async function statusOf(page: string, user: string, password: string): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const url = `http://127.0.0.1:${port}/${page}${page === '' ? '' : '/'}`;
  const response = await fetch(url, { headers: { authorization } });
  await response.arrayBuffer();
  return response.status;
}

async function startApache(): Promise<Daemon> {
  const location = recipe.block('location');
  const rules = RULES.map((rule) => recipe.block(rule));
  const pages = RULES.map((rule, index) => pageOf(rule, rules[index] ?? ''));
  const unique = `AuthLDAPGroupAttribute uniqueMember\n  ${recipe.block('require-group')}`;
  for (const page of ['', ...RULES, 'unique']) await makePage(page);
  const configuration = [
    ...MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
    `Listen 127.0.0.1:${port}`,
    'ServerName localhost',
    `PidFile ${folder}/pid\nDefaultRuntimeDir ${folder}\nErrorLog ${folder}/error.log`,
    `DocumentRoot ${folder}/pages\nDirectoryIndex index.html`,
    process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : '',
    recipe.block('server'),
    location,
    ...pages,
    location.replace('"/"', '"/unique/"').replace('Require valid-user\n', unique),
  ];
  await writeFile(join(folder, 'apache.conf'), configuration.join('\n'));
  return startDaemon('/usr/sbin/apache2', ['-D', 'FOREGROUND', '-f', join(folder, 'apache.conf')], {
    ready: () => isListening(port),
  });
}

function pageOf(name: string, rule: string): string {
  return `<Location "/${name}/">\n${rule}</Location>`;
}

async function makePage(name: string): Promise<void> {
  await mkdir(join(folder, 'pages', name), { recursive: true });
  await writeFile(join(folder, 'pages', name, 'index.html'), 'in\n');
}
