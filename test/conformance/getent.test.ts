/** Roster's users and groups are accounts of a machine with SSSD, set up as docs/clients/nss.md says. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JANE, RICHARD, startPopulatedRoster } from '../support/populated-roster.ts';
import { openRecipe } from '../support/recipe.ts';
import type { TestRoster } from '../support/roster.ts';
import { type Sssd, startSssd } from '../support/sssd.ts';

const SERVICE = 'login';

describe('a machine with SSSD', () => {
  let roster: TestRoster;
  let sssd: Sssd;

  beforeAll(async () => {
    roster = await startPopulatedRoster();
    const recipe = await openRecipe('nss', roster);
    const [, , ...command] = recipe.block('posix').trim().split(' ');
    expect(await roster.cli(command)).toMatchObject({ status: 0 });
    while ((await roster.search(['-b', 'dc=roster', '(uidNumber=*)', '1.1'])).length === 0);
    const services = { [SERVICE]: recipe.block('pam') };
    sssd = await startSssd(recipe.block('sssd.conf'), services, recipe.block('nsswitch.conf'));
  }, 60_000);

  afterAll(async () => {
    await sssd?.stop();
    await roster?.remove();
  });

  async function told(...command: string[]): Promise<string> {
    return (await sssd.run(command)).stdout.trim();
  }

  test('knows a person by name and by number', async () => {
    const account = 'jdoe:*:10001:10001:Jane Doe:/home/jdoe:/bin/bash';
    expect(await told('getent', 'passwd', JANE.username)).toBe(account);
    expect(await told('getent', 'passwd', '10001')).toBe(account);
    expect(await told('getent', 'passwd', 'nobody-here')).toBe('');
  });

  test('knows a group by name and by number, with its members, through groups within it too', async () => {
    // Debian has a group of that name itself, which comes first.
    expect(await told('getent', '--service=sss', 'group', 'staff')).toBe('staff:*:10003:jdoe');
    expect(await told('getent', 'group', '10003')).toBe('staff:*:10003:jdoe');
    expect(await told('getent', 'group', 'everyone')).toBe('everyone:*:10005:jdoe');
  });

  test("tells a person's own group, and those that hold the person", async () => {
    const [own, ...groups] = (await told('id', JANE.username)).split(/ groups=|,/);
    expect(own).toBe('uid=10001(jdoe) gid=10001(jdoe)');
    expect(groups.sort()).toEqual(['10001(jdoe)', '10003(staff)', '10005(everyone)']);
  });

  test('lets a member of the group log in, and nobody by the wrong password or from outside the group', async () => {
    expect(await sssd.signIn(SERVICE, JANE.username, JANE.password)).toMatchObject({ status: 0 });
    const wrong = await sssd.signIn(SERVICE, JANE.username, 'wrong');
    expect(wrong).toMatchObject({ status: 1, stderr: expect.stringContaining('Authentication failure') });
    const outside = await sssd.signIn(SERVICE, RICHARD.username, RICHARD.password);
    expect(outside).toMatchObject({ status: 1, stderr: expect.stringContaining('Permission denied') });
  });
});
