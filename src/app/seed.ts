/** The first start: puts passwords, people and the allow-list into an empty database. */
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { SYSTEM_AUTHORITY } from '../core/access/authority.ts';
import type { Config } from '../core/config/config.ts';
import { accountNamed } from '../core/credentials/password-strength.ts';
import { generatePassword } from '../core/credentials/passwords.ts';
import type { Directory } from '../core/directory/directory.ts';
import { createHashFor } from '../core/directory/new-password.ts';
import { DirectoryError } from '../core/errors.ts';
import type { Actor } from '../core/model/audit.ts';
import type { MadeUpPassword } from '../core/transfer/load.ts';
import { readTextFile } from '../core/transfer/text-file.ts';
import { USERS_FILE_BYTES_MAX } from '../core/transfer/users-file.ts';
import type { Roster } from './roster.ts';

/** What the first start made up; shown nowhere else. null where the configuration gave the password. */
export interface GeneratedPasswords {
  readonly bindPassword: string | null;
  readonly ownerPassword: string | null;
  /** Of the people in users.yaml who have none there. */
  readonly people: readonly MadeUpPassword[];
  /** users.yaml is there and empty. */
  readonly nobody: boolean;
}

/** Username of the owner that the first start makes. */
export const OWNER_USERNAME = 'admin';

/** Of the data directory: the people of the first start. */
const USERS_FILE = 'users.yaml';

const START: Actor = { door: 'start', name: 'start', address: null, authority: SYSTEM_AUTHORITY };

/** The text of a file such as users.yaml; null: there is none. Throws DirectoryError 'invalid'. */
export function readUsersFile(path: string): Promise<string | null> {
  return readTextFile(path, USERS_FILE_BYTES_MAX);
}

/** On the first start, puts the configured or generated passwords, the people and the allow-list into the database. */
export async function seed(
  { directory, passwords, load, store }: Pick<Roster, 'directory' | 'passwords' | 'load' | 'store'>,
  config: Config,
): Promise<GeneratedPasswords | null> {
  if (await isSeeded(directory)) return null;
  const usersFile = await readUsersFile(join(config.dataDir, USERS_FILE));
  // First: what is wrong with the file must not leave a directory behind that counts as started.
  const loaded = usersFile === null ? null : await load(START, usersFile, config.ownerPassword);
  const bindPassword = config.bindPassword ?? generatePassword(randomInt);
  const ownerPassword = config.ownerPassword ?? generatePassword(randomInt);
  const hashFor = createHashFor({ store, passwords });
  const hash = (given: string | null, made: string, name: string) =>
    given === null ? passwords.hash(made) : hashFor(accountNamed(OWNER_USERNAME), given).catch(naming(name));
  const bindPasswordHash = await hash(config.bindPassword, bindPassword, 'ROSTER_BIND_PASSWORD');
  const owner =
    loaded === null
      ? {
          username: OWNER_USERNAME,
          passwordHash: await hash(config.ownerPassword, ownerPassword, 'ROSTER_OWNER_PASSWORD'),
        }
      : null;
  const { seeded } = await directory.settings.seed(START, {
    settings: { allow: config.allow, bindPasswordHash },
    owner,
  });
  const people = loaded?.passwords ?? [];
  // Another process was first: its passwords are the ones that count, but for people whom this one added.
  if (!seeded && people.length === 0) return null;
  return {
    bindPassword: seeded && config.bindPassword === null ? bindPassword : null,
    ownerPassword: seeded && owner !== null && config.ownerPassword === null ? ownerPassword : null,
    people,
    nobody: loaded !== null && loaded.created + loaded.updated + loaded.unchanged === 0,
  };
}

/** Throws what was wrong with the value of a variable, by its name. */
function naming(variable: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof DirectoryError && error.code === 'invalid')) throw error;
    throw new DirectoryError('invalid', `${variable} does not do. ${error.message}`);
  };
}

async function isSeeded(directory: Directory): Promise<boolean> {
  try {
    await directory.settings.current();
    return true;
  } catch (error) {
    if (error instanceof DirectoryError && error.code === 'unavailable') return false;
    throw error;
  }
}
