/** Dovecot signs people in, set up as docs/clients/dovecot.md says; doveadm asks its authentication service. */
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JANE, RICHARD, startPopulatedRoster } from '../support/populated-roster.ts';
import { type Daemon, type Ended, runProgram, startDaemon } from '../support/program.ts';
import { openRecipe, type Recipe } from '../support/recipe.ts';
import type { TestRoster } from '../support/roster.ts';

let roster: TestRoster;

let recipe: Recipe;
let folder: string;
let dovecot: Daemon;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roster-dovecot-'));
  await chmod(folder, 0o755);
  roster = await startPopulatedRoster();
  recipe = await openRecipe('dovecot', roster);
  dovecot = await startDovecot();
}, 60_000);

afterAll(async () => {
  await dovecot?.stop();
  await rm(folder, { recursive: true, force: true });
  await roster?.remove();
});

describe('Dovecot', () => {
  test.each([
    ['username', JANE.username],
    ['username in capitals', 'JDOE'],
    ['e-mail address', JANE.email],
  ])('signs a person in by %s, and goes by the username from then on', async (_what, name) => {
    const { status, stdout } = await authenticate(name, JANE.password);
    expect(stdout).toContain('auth succeeded');
    expect(stdout).toMatch(/^\s*user=jdoe$/m);
    expect(status).toBe(0);
  });

  test.each([
    ['the wrong password', JANE.username, 'wrong'],
    ['an unknown name', 'nobody', JANE.password],
    ['a person outside the group', RICHARD.username, RICHARD.password],
  ])('refuses %s', async (_what, name, password) => {
    const { status, stdout } = await authenticate(name, password);
    expect(stdout).toContain('auth failed');
    expect(status).not.toBe(0);
  });
});

function authenticate(name: string, password: string): Promise<Ended> {
  return runProgram('doveadm', ['-c', join(folder, 'dovecot.conf'), 'auth', 'test', name, password]);
}

async function startDovecot(): Promise<Daemon> {
  const ldapFile = join(folder, 'dovecot-ldap.conf.ext');
  const passdb = recipe.block('dovecot.conf');
  const configuration = [
    `base_dir = ${folder}/run`,
    'log_path = /dev/stderr\nssl = no\nprotocols =\nlisten = 127.0.0.1',
    passdb.replaceAll('/etc/dovecot/dovecot-ldap.conf.ext', ldapFile),
    'userdb {\n  driver = static\n  args = uid=nobody gid=nogroup home=/nonexistent\n}',
  ];
  await writeFile(ldapFile, recipe.block('dovecot-ldap.conf.ext'), { mode: 0o600 });
  await writeFile(join(folder, 'dovecot.conf'), `${configuration.join('\n')}\n`);
  return startDaemon('dovecot', ['-F', '-c', join(folder, 'dovecot.conf')], {
    ready: () =>
      stat(join(folder, 'run', 'auth-client')).then(
        () => true,
        () => false,
      ),
  });
}
