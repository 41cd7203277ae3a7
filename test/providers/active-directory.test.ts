/** Active Directory, as Samba's domain controller serves it. */
import { expect, test } from 'vitest';
import { startSamba } from './support/samba.ts';
import { PASSWORD, signIn, startScenario, testProvider } from './support/scenario.ts';

/** Active Directory gives the members of a group in parts of so many. */
const RANGE = 1500;

const scenario = startScenario(startSamba);

testProvider(scenario);

test('who is disabled there is not listed here', async () => {
  const { provider, sync, person, roster } = scenario();
  await provider.addPerson('ida', PASSWORD);
  await sync();
  expect(await person('ida')).toBeDefined();
  await provider.disablePerson('ida');
  await sync();
  expect(await person('ida')).toBeUndefined();
  expect(await signIn(roster, 'ida', PASSWORD)).toMatchObject({ status: 49 });
});

test('a group with more members than one answer holds comes in whole', async () => {
  const { provider, sync, membersOf } = scenario();
  const usernames = Array.from({ length: RANGE + 2 }, (_, index) => `crowd${index}`);
  await provider.modify(usernames.map((username) => contact(username, provider.baseDn)).join('\n'));
  await provider.addGroup('crowd', usernames);
  await sync();
  // The command has written them; the server follows such a number within a moment.
  await expect.poll(() => membersOf('crowd'), { timeout: 20_000 }).toEqual(usernames.sort());
});

/** A user without password, which is quicker than samba-tool by far. */
function contact(username: string, baseDn: string): string {
  return [
    `dn: CN=${username} Doe,CN=Users,${baseDn}\nchangetype: add\nobjectClass: user`,
    // NORMAL_ACCOUNT and PASSWD_NOTREQD: without the latter it would be disabled.
    `sAMAccountName: ${username}\nsn: Doe\nuserAccountControl: 544\n`,
  ].join('\n');
}
