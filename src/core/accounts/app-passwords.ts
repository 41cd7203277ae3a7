/** Makes, lists and revokes the passwords that people give to single apps. */
import type { Clock } from '../clock.ts';
import { newBearerSecret } from '../credentials/bearer-secret.ts';
import { requireOwnPassword } from '../credentials/own-password.ts';
import type { Credentials } from '../credentials/verdict.ts';
import { requireSelf } from '../directory/authority.ts';
import { changeOf, type Journal } from '../directory/journal.ts';
import { notFound, quote } from '../directory/lookup.ts';
import type { ReadTransaction, Store, WriteTransaction } from '../directory/store.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import type { Actor } from '../model/audit.ts';
import { APP_PASSWORDS_PER_USER_MAX, type AppPassword } from '../model/extra-credentials.ts';
import { nameKey, normaliseText } from '../model/names.ts';
import type { User } from '../model/user.ts';
import { changeExtras, extrasOf } from './extras.ts';

export interface NewAppPassword {
  /** What it is for; unique among the user's, without regard to case. */
  readonly name: string;
  /** Name of the application through which alone it opens the account; null: it does wherever LDAP is spoken. */
  readonly application: string | null;
  /** The own password: a stolen session makes none. */
  readonly password: string;
}

/** As it may be shown. */
export interface ListedAppPassword extends Omit<AppPassword, 'hash' | 'applicationId'> {
  /** null: wherever LDAP is spoken. */
  readonly application: string | null;
}

/** A user's own. Throws DirectoryError: forbidden, invalid, conflict, not-found; 'unauthenticated' for a wrong password. */
export interface AppPasswords {
  /** The secret is shown once: roster_a_ and 43 characters. */
  add(
    actor: Actor,
    input: NewAppPassword,
  ): Promise<{ readonly appPassword: ListedAppPassword; readonly secret: string }>;
  /** In the order in which they were made. */
  list(actor: Actor): Promise<readonly ListedAppPassword[]>;
  /** By id or name. */
  revoke(actor: Actor, idOrName: string): Promise<void>;
}

export interface AppPasswordsDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly journal: Journal;
  readonly credentials: Credentials;
}

const NAME_LENGTH_MAX = 100;

export function createAppPasswords(dependencies: AppPasswordsDependencies): AppPasswords {
  const { store, clock, newId, journal, credentials } = dependencies;

  async function tell(transaction: WriteTransaction, actor: Actor, verb: string, id: string, name: string) {
    const details = { appPassword: id, name };
    const subjectId = requireSelf(actor);
    const changes = [changeOf('user', subjectId)];
    const line = { at: clock.now(), actor, subjectId, details, changes };
    await journal(transaction, { ...line, action: `app-password.${verb}` });
  }

  return {
    async add(actor, { name: given, application: scope, password }) {
      const name = normaliseName(given);
      const person = await store.read((transaction) => requireOwn(transaction, actor));
      await requireOwnPassword(credentials, person, password, actor.address);
      const { secret, hash } = newBearerSecret('app-password');
      return store.write(async (transaction) => {
        const user = await requireOwn(transaction, actor);
        const { appPasswords } = await extrasOf(transaction, user.id);
        refuseTaken(appPasswords, name);
        const application = scope === null ? null : await transaction.applicationByName(nameKey(scope));
        if (scope !== null && application === null)
          notFound(`There is no application named ${quote(scope)}.`);
        const times = { createdAt: clock.now().getTime(), lastUsedAt: null };
        const added = { id: newId(), name, hash, applicationId: application?.id ?? null, ...times };
        await changeExtras(transaction, user, () => ({ appPasswords: [...appPasswords, added] }));
        await tell(transaction, actor, 'add', added.id, name);
        return { appPassword: listed(added, application?.name ?? null), secret };
      });
    },

    list: (actor) =>
      store.read(async (transaction) => {
        const user = await requireOwn(transaction, actor);
        const applications = await transaction.applications();
        const names = new Map(applications.map(({ id, name }) => [id, name]));
        const { appPasswords } = await extrasOf(transaction, user.id);
        return appPasswords.map((one) =>
          listed(one, one.applicationId === null ? null : (names.get(one.applicationId) ?? GONE)),
        );
      }),

    revoke: (actor, idOrName) =>
      store.write(async (transaction) => {
        const user = await requireOwn(transaction, actor);
        const { appPasswords } = await extrasOf(transaction, user.id);
        const found = appPasswords.find(
          ({ id, name }) => id === idOrName || nameKey(name) === nameKey(idOrName),
        );
        if (found === undefined) return notFound(`You have no app password ${quote(idOrName)}.`);
        const left = appPasswords.filter((one) => one !== found);
        await changeExtras(transaction, user, () => ({ appPasswords: left }));
        await tell(transaction, actor, 'revoke', found.id, found.name);
      }),
  };
}

const GONE = 'an application that is gone';

function listed({ hash: _secret, applicationId: _scope, ...one }: AppPassword, application: string | null) {
  return { ...one, application };
}

async function requireOwn(transaction: Pick<ReadTransaction, 'user'>, actor: Actor): Promise<User> {
  return (await transaction.user(requireSelf(actor))) ?? notFound('Your account is gone.');
}

function normaliseName(given: string): string {
  const name = normaliseText(given, 'name');
  if (name.length > 0 && name.length <= NAME_LENGTH_MAX) return name;
  throw new DirectoryError('invalid', `A name has 1 to ${NAME_LENGTH_MAX} characters.`, { field: 'name' });
}

function refuseTaken(present: readonly AppPassword[], name: string): void {
  if (present.length >= APP_PASSWORDS_PER_USER_MAX) {
    const sentence = `You have ${APP_PASSWORDS_PER_USER_MAX} app passwords, which is the most: revoke one first.`;
    throw new DirectoryError('conflict', sentence);
  }
  if (!present.some((one) => nameKey(one.name) === nameKey(name))) return;
  throw new DirectoryError('conflict', `You have an app password named ${quote(name)} already.`, {
    field: 'name',
  });
}
