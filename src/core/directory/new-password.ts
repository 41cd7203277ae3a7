/** Hashes a new password for a person, once it is good enough by the settings. */
import { type Person, requireStrength } from '../credentials/password-strength.ts';
import type { Passwords } from '../credentials/passwords.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import type { Store } from './store.ts';

/** bcrypt. Throws DirectoryError 'invalid' (field `password`) or 'busy'. */
export type HashFor = (person: Person, password: string) => Promise<string>;

export interface HashForDependencies {
  readonly store: Pick<Store, 'read'>;
  readonly passwords: Pick<Passwords, 'hash'>;
}

export function createHashFor({ store, passwords }: HashForDependencies): HashFor {
  return async (person, password) => {
    const settings = { ...DEFAULT_SETTINGS, ...(await store.read((transaction) => transaction.settings())) };
    const { passwordLengthMinimum: lengthMinimum, passwordScoreMinimum: scoreMinimum } = settings;
    await requireStrength(password, person, { lengthMinimum, scoreMinimum });
    return passwords.hash(password);
  };
}
