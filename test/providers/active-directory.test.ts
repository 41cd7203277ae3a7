/** Active Directory, as Samba's domain controller serves it. */
import { expect, test } from 'vitest';
import { createConnector } from '../../src/connector/connector.ts';
import { presetDefaults } from '../../src/connector/presets/index.ts';
import { newId } from '../../src/core/ids.ts';
import { silentLogger } from '../../src/core/log.ts';
import { ACTOR, openTestDirectory } from '../support/directory.ts';
import { startSamba } from './support/samba.ts';
import { PASSWORD, signIn, startScenario, testProvider } from './support/scenario.ts';

/** What the report of a run says that did not read everybody. */
const CHANGES = 'Of people only what had changed was read.';
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

test('a run of a schedule reads by uSNChanged who has changed, and notices who is gone', async () => {
  const { provider } = scenario();
  for (const username of ['nora', 'otto', 'paula']) await provider.addPerson(username, PASSWORD);
  const { directory, clock, remove } = await openTestDirectory();
  const connector = createConnector({ directory, clock, log: silentLogger, newId });
  try {
    const { url, caPem, baseDn, bindDn, bindPassword } = provider;
    const preset = 'active-directory';
    const source = await directory.sources.add(ACTOR, {
      ...{ name: 'corp', preset, url, caPem, baseDn, bindDn, bindPassword, syncGroups: true },
      ...presetDefaults(preset, baseDn),
      schedule: '0 * * * *',
    });
    const scheduled = async () => {
      clock.advance(60_000);
      const slot = (await directory.sources.find('corp')).nextRunAt ?? new Date(0);
      return (await connector.sync(ACTOR, source, { slot })).done;
    };
    expect(await scheduled()).toMatchObject({
      state: 'succeeded',
      reason: expect.not.stringContaining(CHANGES),
    });
    await provider.addPerson('quirin', PASSWORD);
    await provider.modify(
      `dn: CN=nora Doe,CN=Users,${baseDn}\nchangetype: modify\nreplace: mail\nmail: nora@example.org\n`,
    );
    await provider.removePerson('otto');
    expect(await scheduled()).toMatchObject({
      state: 'succeeded',
      reason: expect.stringContaining(CHANGES),
      counters: { usersCreated: 1, usersUpdated: 1, usersDisabled: 1 },
    });
    expect((await directory.users.byUsername(ACTOR, 'nora')).email).toBe('nora@example.org');
    expect(await scheduled()).toMatchObject({
      reason: expect.stringMatching(/^Nothing changed\..*what had changed/),
    });
  } finally {
    await connector.stop();
    await remove();
  }
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
