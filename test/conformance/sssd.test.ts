/** SSSD signs people in through PAM and tells their groups, set up as docs/clients/sssd.md says. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  EVERYONE_DN,
  GUESTS_DN,
  JANE,
  RICHARD,
  STAFF_DN,
  startPopulatedRoster,
} from '../support/populated-roster.ts';
import { openRecipe, type Recipe } from '../support/recipe.ts';
import type { TestRoster } from '../support/roster.ts';
import { type Sssd, startSssd } from '../support/sssd.ts';

const SERVICE = 'roster-app';

describe('SSSD', () => {
  let roster: TestRoster;
  let recipe: Recipe;
  let sssd: Sssd;

  beforeAll(async () => {
    roster = await startPopulatedRoster();
    recipe = await openRecipe('sssd', roster);
    const services = { [SERVICE]: recipe.block(SERVICE) };
    sssd = await startSssd(recipe.block('sssd.conf'), services);
  }, 60_000);

  afterAll(async () => {
    await sssd?.stop();
    await roster?.remove();
  });

  async function groupsBy(command: string): Promise<string[]> {
    const { stdout } = await sssd.run(command.split(' '));
    return [...stdout.matchAll(/string "(cn=.*)"/g)].map(([, dn = '']) => dn).sort();
  }

  test('signs a member of the group in', async () => {
    const { status, stdout } = await sssd.signIn(SERVICE, JANE.username, JANE.password);
    expect(stdout).toContain('successfully authenticated');
    expect(status).toBe(0);
  });

  test('refuses the wrong password and an unknown name', async () => {
    const wrong = await sssd.signIn(SERVICE, JANE.username, 'wrong');
    expect(wrong).toMatchObject({ status: 1, stderr: expect.stringContaining('Authentication failure') });
    const unknown = await sssd.signIn(SERVICE, 'nobody', JANE.password);
    expect(unknown).toMatchObject({ status: 1, stderr: expect.stringContaining('User not known') });
  });

  test('knows a person outside the group, and refuses the account', async () => {
    const { status, stdout, stderr } = await sssd.signIn(SERVICE, RICHARD.username, RICHARD.password);
    expect(stdout).toContain('successfully authenticated');
    expect(stderr).toContain('Permission denied');
    expect(status).toBe(1);
  });

  test("tells a person's groups, through groups within groups too", async () => {
    const command = recipe.block('groups').trim();
    expect(await groupsBy(command)).toEqual([EVERYONE_DN, STAFF_DN]);
    expect(await groupsBy(command.replace(JANE.username, RICHARD.username))).toEqual([GUESTS_DN]);
  });
});
