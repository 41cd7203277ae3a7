/** OpenLDAP, as its administrators set it up: an ordinary account, the memberof overlay, the default limit of 500. */
import { describe, expect, test } from 'vitest';
import { values } from '../support/ldif.ts';
import { startOpenLdap } from './support/openldap.ts';
import { PASSWORD, startScenario, testProvider } from './support/scenario.ts';

describe('an account without limits', () => {
  const scenario = startScenario(() => startOpenLdap());

  testProvider(scenario);

  test('memberOf of its overlay and of Roster agree', async () => {
    const { provider, sync, person } = scenario();
    await provider.addPerson('hans', PASSWORD);
    await provider.addGroup('choir', ['hans']);
    await sync();
    const [there] = await provider.slapd.search(['-b', provider.slapd.baseDn, '(uid=hans)', 'memberOf']);
    expect(values(there, 'memberOf')).toEqual([`cn=choir,ou=groups,${provider.slapd.baseDn}`]);
    expect(values(await person('hans'), 'memberOf')).toEqual(['cn=choir,ou=groups,dc=roster']);
  });
});

describe('into PostgreSQL', () => {
  testProvider(startScenario(() => startOpenLdap(), 'postgresql'));
});

describe('an account that may read 500 entries', () => {
  const scenario = startScenario(() => startOpenLdap({ users: 600, sizeLimit: 500 }));

  test('fails the sync with a hint, and nothing is imported or removed', async () => {
    const { roster } = scenario();
    const { status, stderr } = await roster.cli(['sources', 'sync', 'corp']);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining('The source stopped after 500 entries (size limit)'),
    });
    expect(await roster.search(['-b', 'ou=users,dc=roster', '(uid=user1)'])).toEqual([]);
  });
});
