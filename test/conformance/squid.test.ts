/** Squid's LDAP helpers answer for people and groups, called as docs/clients/squid.md has Squid call them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JANE, RICHARD, startPopulatedRoster } from '../support/populated-roster.ts';
import { runProgram } from '../support/program.ts';
import { openRecipe, type Recipe } from '../support/recipe.ts';
import type { TestRoster } from '../support/roster.ts';

let roster: TestRoster;

let recipe: Recipe;
let passwordFile: string;

beforeAll(async () => {
  roster = await startPopulatedRoster();
  recipe = await openRecipe('squid', roster);
  passwordFile = join(roster.folder, 'bind-password');
  await writeFile(passwordFile, `${recipe.password}\n`, { mode: 0o600 });
}, 60_000);

afterAll(() => roster?.remove());

describe('basic_ldap_auth', () => {
  test('signs people in by username and by e-mail address', async () => {
    const asked = [
      `${JANE.username} ${JANE.password}`,
      `${JANE.email} ${JANE.password}`,
      `${RICHARD.username} ${RICHARD.password}`,
    ];
    expect(await answersOf('basic_ldap_auth', asked)).toEqual(['OK', 'OK', 'OK']);
  });

  test("refuses a wrong password, another person's, an unknown name and a name that is a filter", async () => {
    const asked = [
      `${JANE.username} wrong`,
      `${JANE.username} ${RICHARD.password}`,
      `nobody ${JANE.password}`,
      `* ${JANE.password}`,
    ];
    // Squid 5 says BH for these, whatever the server: it looks at the result of its own search. To Squid it is a no.
    const no = expect.stringMatching(/^(ERR|BH)/);
    expect(await answersOf('basic_ldap_auth', asked)).toEqual([no, no, no, no]);
  });
});

test('ext_ldap_group_acl tells who is in a group, through groups within it too', async () => {
  const asked = [
    `${JANE.username} staff`,
    `${JANE.username} everyone`,
    `${RICHARD.username} staff`,
    `${RICHARD.username} everyone`,
    `${RICHARD.username} guests`,
    'nobody staff',
    `${JANE.username} nothing`,
  ];
  const expected = ['OK', 'OK', 'ERR', 'ERR', 'OK', 'ERR', 'ERR'];
  expect(await answersOf('ext_ldap_group_acl', asked)).toEqual(expected);
});

/** Starts a helper with the arguments in the document's squid.conf, and asks it line by line as Squid does. */
async function answersOf(helper: string, lines: readonly string[]): Promise<string[]> {
  const configuration = recipe.block('squid.conf');
  const command = new RegExp(`(\\S+/${helper}) (.+)$`, 'm').exec(configuration);
  const [, program = '', rest = ''] = command ?? [];
  const args = rest.replaceAll('/etc/squid/roster-password', passwordFile).split(' ');
  const [name = '', value = ''] = recipe.block('environment').trim().split('=');
  const input = `${lines.join('\n')}\n`;
  const { stdout } = await runProgram(program, args, { env: { [name]: value }, input });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());
}
