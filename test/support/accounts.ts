/** What people sign in by, on a test directory: passwords with all that may stand beside them. */
import { randomBytes } from 'node:crypto';
import { TOTP } from 'otpauth';
import { createSignIn } from '../../src/core/access/sign-in.ts';
import { createAccounts } from '../../src/core/accounts/accounts.ts';
import { createExtraVerifier } from '../../src/core/accounts/verifier.ts';
import { createPasswords } from '../../src/core/credentials/passwords.ts';
import { createSecretBox } from '../../src/core/credentials/secrets.ts';
import type { SignInDoor } from '../../src/core/credentials/verdict.ts';
import { createCredentials } from '../../src/core/credentials/verify.ts';
import { authorityOf } from '../../src/core/directory/authority.ts';
import { createJournal } from '../../src/core/directory/journal.ts';
import { newId } from '../../src/core/ids.ts';
import type { Mail } from '../../src/core/mail/mailer.ts';
import type { Actor } from '../../src/core/model/audit.ts';
import type { TestDirectory } from './directory.ts';

export const SECRET_BOX = createSecretBox(randomBytes(32));

/** `mails` null: no mail server is set. */
export function openTestAccounts({ store, clock }: TestDirectory, mails: Mail[] | null = null) {
  const secretBox = SECRET_BOX;
  const journal = createJournal(newId);
  const passwords = createPasswords({ cost: 4, concurrent: 2, queueMax: 100 });
  const extras = createExtraVerifier({ store, clock, secretBox, journal });
  const credentials = createCredentials({ passwords, remote: null, clock, extras });
  const accounts = createAccounts({
    ...{ store, clock, newId, journal, secretBox, credentials, passwords },
    random: randomBytes,
    log: { warn: () => undefined },
    mailer: mails && { send: async (mail) => void mails.push(mail) },
    publicUrl: 'https://roster.example.org',
  });
  const signIn = createSignIn({ store, credentials });

  return {
    ...accounts,
    credentials,
    /** At the pages. */
    async signIn(name: string, password: string, code: string | null = null) {
      return signIn({ name, password, code, address: '192.0.2.1' });
    },
    /** Over LDAP: whether a bind would succeed. */
    async bind(name: string, password: string, more: Partial<LdapDoor> & { code?: string } = {}) {
      const { code = null, ...door } = more;
      const user = await store.read((transaction) => transaction.userByUsername(name));
      if (user === null) throw new Error(`There is no ${name}.`);
      const account = { ...user, userId: user.id, enabled: user.active };
      const context = { address: '192.0.2.2', name, secondFactor: code, door: { ...LDAP, ...door } };
      return (
        credentials.recall(account, password, context) ||
        (await credentials.verify(account, password, context)).ok
      );
    },
    /** The user as one who has signed in. */
    async actor(name: string): Promise<Actor> {
      return store.read(async (transaction) => {
        const user = await transaction.userByUsername(name);
        if (user === null) throw new Error(`There is no ${name}.`);
        return { door: 'http', name, address: '192.0.2.1', authority: await authorityOf(transaction, user) };
      });
    },
    /** The code that an authenticator shows, so many steps away from now. */
    codeOf(uriSecret: string, steps = 0): string {
      return new TOTP({ secret: uriSecret }).generate({ timestamp: clock.now().getTime() + steps * 30_000 });
    },
  };
}

type LdapDoor = Extract<SignInDoor, { kind: 'ldap' }>;
const LDAP: LdapDoor = { kind: 'ldap', through: [], rule: 'when-given' };

export type TestAccounts = ReturnType<typeof openTestAccounts>;
