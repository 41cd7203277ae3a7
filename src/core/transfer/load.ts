/** Brings the people of users.yaml into the directory: all of them or nobody, and again without harm. */
import { requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import type { Person } from '../credentials/password-strength.ts';
import type { Passwords } from '../credentials/passwords.ts';
import type { Journal } from '../directory/journal.ts';
import { createHashFor } from '../directory/new-password.ts';
import type { Store } from '../directory/store.ts';
import type { NewId } from '../ids.ts';
import type { Actor } from '../model/audit.ts';
import { emailKey, nameKey } from '../model/names.ts';
import { createPeopleWriter, type FilePerson, type PeopleCounts } from './people.ts';
import { createFileProblems } from './problems.ts';
import { type ListedPerson, parseUsersFile } from './users-file.ts';

export interface LoadDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly newPassword: () => string;
  readonly journal: Journal;
}

export interface MadeUpPassword {
  readonly username: string;
  readonly password: string;
}

export interface Loaded extends PeopleCounts {
  /** Of those who are new and had none in the file; shown nowhere else. */
  readonly passwords: readonly MadeUpPassword[];
}

/**
 * `ownerPassword` goes before the file for the first owner in it. Only new people get a password: others have had time to
 * choose their own. Throws DirectoryError 'invalid', one line for each problem, naming line and column.
 */
export type Load = (actor: Actor, text: string, ownerPassword?: string | null) => Promise<Loaded>;

export function createLoad(dependencies: LoadDependencies): Load {
  const { store, clock, newId, journal } = dependencies;
  return async (actor, text, ownerPassword = null) => {
    requirePermission(actor, 'import');
    const listed = parseUsersFile(text);
    const people = await withPasswords(dependencies, listed, ownerPassword);
    const created = new Set<string>();
    const counts = await store.write(async (transaction) => {
      const at = clock.now();
      const problems = createFileProblems();
      const writer = await createPeopleWriter({
        ...{ transaction, actor, newId, at, problems, update: true },
        onCreated: ({ username }) => created.add(username),
      });
      await writer.write(people);
      problems.refuse();
      const done = await writer.finish();
      if (done.created + done.updated > 0) {
        const line = { at, actor, action: 'user.load', subjectId: null, changes: [] };
        await journal(transaction, { ...line, details: { ...done, created: [...created] } });
      }
      return done;
    });
    const passwords = people.flatMap(({ fields, madeUp }) => {
      const username = usernameOf(fields);
      return madeUp !== undefined && created.has(username) ? [{ username, password: madeUp }] : [];
    });
    return { ...counts, passwords };
  };
}

interface PersonWithPassword extends FilePerson {
  readonly madeUp?: string;
}

/** bcrypt takes its time: before the transaction, and for new people alone. */
async function withPasswords(
  { store, passwords, newPassword }: LoadDependencies,
  listed: readonly ListedPerson[],
  ownerPassword: string | null,
): Promise<readonly PersonWithPassword[]> {
  const isKnown = await knownPeople(store, listed);
  const hashFor = createHashFor({ store, passwords });
  const problems = createFileProblems();
  const owner = listed.find(({ fields }) => nameKey(fields.role ?? '') === 'owner');
  const people: PersonWithPassword[] = [];
  for (const { password = '', ...person } of listed) {
    if (isKnown(person)) {
      people.push(person);
      continue;
    }
    const configured = owner?.fields === person.fields ? ownerPassword : null;
    const madeUp = configured === null && password === '' ? newPassword() : null;
    try {
      const passwordHash =
        madeUp === null
          ? await hashFor(namesOf(person), configured ?? password)
          : await passwords.hash(madeUp);
      people.push({ ...person, passwordHash, ...(madeUp !== null && { madeUp }) });
    } catch (error) {
      problems.addError(error, person.locate);
    }
  }
  problems.refuse();
  return people;
}

async function knownPeople(
  store: Pick<Store, 'read'>,
  listed: readonly ListedPerson[],
): Promise<(person: FilePerson) => boolean> {
  const keep = (text: string | null | undefined): string[] =>
    text == null || UNKEEPABLE.test(text) ? [] : [text];
  const usernames = listed.flatMap(({ fields }) => keep(fields.username).map(nameKey));
  const emails = listed.flatMap(({ fields }) => keep(fields.email));
  return store.read(async (transaction) => {
    const names = new Set((await transaction.usersByUsernames(usernames)).map(({ username }) => username));
    const holders = await transaction.usersByEmails(emails);
    const addresses = new Set(holders.map(({ email }) => emailKey(email ?? '')));
    return ({ fields: { username, email } }) =>
      username === undefined ? addresses.has(emailKey(email ?? '')) : names.has(nameKey(username));
  });
}

/** What no database is asked about; the rules for names refuse it later. */
const UNKEEPABLE = /[\0\p{Cs}]/u;

/** What a password must not be made of. */
function namesOf({ fields }: FilePerson): Person {
  const { email = null, displayName = '', givenName = '', familyName = '' } = fields;
  return { username: usernameOf(fields), email, displayName, givenName, familyName };
}

function usernameOf({ username, email }: FilePerson['fields']): string {
  return nameKey(username ?? email?.split('@', 1)[0] ?? '');
}
