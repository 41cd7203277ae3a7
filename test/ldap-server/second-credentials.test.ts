import { Client } from 'ldapts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createExtraVerifier } from '../../src/core/accounts/verifier.ts';
import { createPasswords } from '../../src/core/credentials/passwords.ts';
import type { ProtectedCredentials } from '../../src/core/credentials/verdict.ts';
import { createCredentials } from '../../src/core/credentials/verify.ts';
import { createJournal } from '../../src/core/directory/journal.ts';
import { newId } from '../../src/core/ids.ts';
import { openTestAccounts, SECRET_BOX, type TestAccounts } from '../support/accounts.ts';
import { ACTOR, type TestDirectory } from '../support/directory.ts';
import { startLdapServer, type TestLdapServer } from '../support/ldap-server.ts';

const PASSWORD = 'correct horse battery';
const INVALID_CREDENTIALS = 49;

let ldap: TestLdapServer;
let directory: TestDirectory['directory'];
let accounts: TestAccounts;

beforeAll(async () => {
  ldap = await startLdapServer({ credentials: withExtras(() => ldap.test) });
  ({ directory } = ldap.test);
  accounts = openTestAccounts(ldap.test);
  for (const name of ['wiki', 'mail', 'bank'])
    await directory.applications.add(ACTOR, { name, password: `password of ${name}`, everyone: true });
  await directory.applications.edit(ACTOR, 'bank', { secondFactor: 'required' });
});

afterAll(() => ldap?.stop());

/** The real ones, made when the directory of the server is there. */
function withExtras(of: () => TestDirectory): Partial<ProtectedCredentials> {
  let made: ProtectedCredentials | null = null;
  const real = (): ProtectedCredentials => {
    const { store, clock } = of();
    const extras = createExtraVerifier({
      store,
      clock,
      secretBox: SECRET_BOX,
      journal: createJournal(newId),
    });
    const passwords = createPasswords({ cost: 4, concurrent: 2, queueMax: 100 });
    made ??= createCredentials({ passwords, remote: null, clock, extras });
    return made;
  };
  return {
    verify: (...args) => real().verify(...args),
    recall: (...args) => real().recall(...args),
    verifySecret: (...args) => real().verifySecret(...args),
    recallSecret: (...args) => real().recallSecret(...args),
  };
}

async function statusOf(rdn: string, password: string): Promise<number> {
  return (await ldap.run('ldapwhoami', [], { dn: `${rdn},ou=users,dc=roster`, password })).status;
}

/** The status of a bind as the user on a connection on which the application has bound before. */
async function through(application: string, rdn: string, password: string): Promise<string> {
  const client = new Client({ url: ldap.url, tlsOptions: { ca: ldap.caPem } });
  try {
    await client.bind(`cn=${application},ou=apps,dc=roster`, `password of ${application}`);
    return await client.bind(`${rdn},ou=users,dc=roster`, password).then(
      () => 'in',
      () => 'refused',
    );
  } finally {
    await client.unbind();
  }
}

async function add(username: string): Promise<void> {
  await directory.users.add(ACTOR, { username, password: PASSWORD });
  await ldap.write([], async () => undefined);
}

test('a code travels beside the name, counts once, and does not stand behind the password', async () => {
  await add('jane');
  const jane = await accounts.actor('jane');
  const { secret } = await accounts.secondFactors.offer(jane, PASSWORD);
  await accounts.secondFactors.confirm(jane, accounts.codeOf(secret, -1));
  await ldap.write([], async () => undefined);
  const code = accounts.codeOf(secret);
  expect(await statusOf('uid=jane', PASSWORD)).toBe(0);
  expect(await statusOf('uid=jane+totpToken=000000', PASSWORD)).toBe(INVALID_CREDENTIALS);
  expect(await statusOf('uid=jane', `${PASSWORD}${code}`)).toBe(INVALID_CREDENTIALS);
  expect(await statusOf(`uid=jane+totpToken=${code}`, PASSWORD)).toBe(0);
  expect(await statusOf(`uid=jane+totpToken=${code}`, PASSWORD)).toBe(INVALID_CREDENTIALS);
  expect(await through('wiki', 'uid=jane', PASSWORD)).toBe('in');
  expect(await through('bank', 'uid=jane', PASSWORD)).toBe('refused');
  expect(await through('bank', `uid=jane+totpToken=${accounts.codeOf(secret, 1)}`, PASSWORD)).toBe('in');
});

test('an app password opens what it was made for, until it is revoked', async () => {
  await add('john');
  const john = await accounts.actor('john');
  const make = (name: string, application: string | null) =>
    accounts.appPasswords.add(john, { name, application, password: PASSWORD });
  const anywhere = await make('phone', null);
  const wiki = await make('wiki', 'wiki');
  await ldap.write([], async () => undefined);
  expect(await statusOf('uid=john', anywhere.secret)).toBe(0);
  expect(await through('bank', 'uid=john', anywhere.secret)).toBe('in');
  expect(await through('wiki', 'uid=john', wiki.secret)).toBe('in');
  expect(await through('mail', 'uid=john', wiki.secret)).toBe('refused');
  expect(await statusOf('uid=john', wiki.secret)).toBe(INVALID_CREDENTIALS);
  await accounts.appPasswords.revoke(john, 'phone');
  await ldap.write([], async () => undefined);
  expect(await statusOf('uid=john', anywhere.secret)).toBe(INVALID_CREDENTIALS);
  expect(await statusOf('uid=john', PASSWORD)).toBe(0);
});

test('a temporary password opens the account beside its own, until it is withdrawn or the account disabled', async () => {
  await add('anna');
  const { password } = await accounts.impersonation.begin(ACTOR, 'anna');
  await ldap.write([], async () => undefined);
  expect(await statusOf('uid=anna', password)).toBe(0);
  expect(await statusOf('uid=anna', PASSWORD)).toBe(0);
  await accounts.impersonation.withdraw(ACTOR, 'anna');
  await ldap.write([], async () => undefined);
  expect(await statusOf('uid=anna', password)).toBe(INVALID_CREDENTIALS);
  const again = await accounts.impersonation.begin(ACTOR, 'anna');
  await directory.users.setEnabled(ACTOR, 'anna', false);
  await directory.users.setEnabled(ACTOR, 'anna', true);
  await ldap.write([], async () => undefined);
  expect(await statusOf('uid=anna', again.password)).toBe(INVALID_CREDENTIALS);
  expect(await statusOf('uid=anna', PASSWORD)).toBe(0);
});

test('a connection bound by a temporary password has no rights any more once that has expired', async () => {
  await add('emma');
  // The clock of the directory, by which it is good, stands still; it is over by the clock of the server.
  const { password } = await accounts.impersonation.begin(ACTOR, 'emma');
  await ldap.write([], async () => undefined);
  const dn = 'uid=emma,ou=users,dc=roster';
  expect((await ldap.run('ldapwhoami', [], { dn, password })).stdout.trim()).toBe('anonymous');
  expect((await ldap.run('ldapwhoami', [], { dn, password: PASSWORD })).stdout.trim()).toBe(`dn:${dn}`);
});
