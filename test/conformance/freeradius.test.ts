/** FreeRADIUS lets members of a group in, set up as docs/clients/freeradius.md says; radclient asks it. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { JANE, RICHARD, startPopulatedRoster } from '../support/populated-roster.ts';
import { type Daemon, runProgram, startDaemon } from '../support/program.ts';
import { openRecipe, type Recipe } from '../support/recipe.ts';
import type { TestRoster } from '../support/roster.ts';

const SECRET = 'shared-secret-for-tests';

let roster: TestRoster;

let recipe: Recipe;
let folder: string;
let freeradius: Daemon;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roster-freeradius-'));
  await chmod(folder, 0o755);
  roster = await startPopulatedRoster();
  recipe = await openRecipe('freeradius', roster);
  port = await freePort();
  freeradius = await startFreeradius();
}, 60_000);

afterAll(async () => {
  await freeradius?.stop();
  await rm(folder, { recursive: true, force: true });
  await roster?.remove();
});

describe('FreeRADIUS', () => {
  test.each([
    ['username', JANE.username],
    ['e-mail address', JANE.email],
  ])('lets a member of the group in by %s', async (_what, name) => {
    expect(await ask(name, JANE.password)).toContain('Received Access-Accept');
  });

  test.each([
    ['the wrong password', JANE.username, 'wrong'],
    ['an unknown name', 'nobody', JANE.password],
    ['a name that is a filter', '*', JANE.password],
    ['a person outside the group', RICHARD.username, RICHARD.password],
  ])('refuses %s', async (_what, name, password) => {
    expect(await ask(name, password)).toContain('Received Access-Reject');
  });
});

async function ask(name: string, password: string): Promise<string> {
  const input = `User-Name = "${name}", User-Password = "${password}"\n`;
  const { stdout } = await runProgram('radclient', ['-x', `127.0.0.1:${port}`, 'auth', SECRET], { input });
  return stdout;
}

async function startFreeradius(): Promise<Daemon> {
  const site = recipe.block('sites-enabled/default');
  const configuration = [
    'prefix = /usr\nlibdir = /usr/lib/freeradius\n',
    `run_dir = ${folder}\npidfile = ${folder}/pid\nlog {\n  destination = stdout\n}`,
    'security {\n  reject_delay = 0\n}',
    `client localhost {\n  ipaddr = 127.0.0.1\n  secret = ${SECRET}\n}`,
    `modules {\nalways reject {\n  rcode = reject\n}\n${recipe.block('mods-enabled/ldap')}}`,
    `server default {\nlisten {\n  type = auth\n  ipaddr = 127.0.0.1\n  port = ${port}\n}\n${site}}`,
  ];
  await writeFile(join(folder, 'radiusd.conf'), `${configuration.join('\n')}\n`, { mode: 0o600 });
  return startDaemon('freeradius', ['-f', '-l', 'stdout', '-d', folder], {
    ready: (daemon) => daemon.output().includes('Ready to process requests'),
  });
}
