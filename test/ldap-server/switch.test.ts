import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACTOR } from '../support/directory.ts';
import { ADMIN, startLdapServer, type TestLdapServer } from '../support/ldap-server.ts';

let ldap: TestLdapServer;

beforeAll(async () => {
  ldap = await startLdapServer();
});

afterAll(() => ldap.stop());

const serve = (ldapServed: boolean) => ldap.test.directory.settings.change(ACTOR, { ldapServed });
const whoAmI = () => ldap.run('ldapwhoami', [], ADMIN);

/** Settings are in force before the port follows them. */
async function untilListening(listening: boolean): Promise<void> {
  await expect.poll(async () => (await whoAmI()).status === 0, { timeout: 10_000 }).toBe(listening);
}

test('switched off the port is closed with every connection, switched on it is there again', async () => {
  const socket = ldap.connect().resume();
  await once(socket, 'secureConnect');
  const closed = once(socket, 'close');
  await serve(false);
  await closed;
  await untilListening(false);
  expect((await whoAmI()).stderr).toContain("Can't contact LDAP server");
  expect(ldap.server.ready()).toEqual({ ready: true, reason: '' });

  await serve(true);
  await untilListening(true);
  expect(ldap.server.ready().ready).toBe(true);
});

test('switched off and on at once, it ends as the last one said', async () => {
  await serve(false);
  await serve(true);
  await untilListening(true);
});
