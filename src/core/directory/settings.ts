/** Keeps the settings, and seeds them together with the first owner. */
import type { Clock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import type { NewChange } from '../model/change.ts';
import { normaliseOwnerUsername } from '../model/names.ts';
import type { SettingName, Settings } from '../model/settings.ts';
import type { SettingsKeeper } from './directory.ts';
import { changeOf, type Journal } from './journal.ts';
import type { Store, WriteTransaction } from './store.ts';
import { newUser } from './users.ts';

export interface SettingsDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly journal: Journal;
}

const SETTING_NAMES: readonly SettingName[] = ['allow', 'bindPasswordHash'];

export function createSettings({ store, clock, newId, journal }: SettingsDependencies): SettingsKeeper {
  return {
    async current() {
      const settings = await store.read((transaction) => transaction.settings());
      if (isComplete(settings)) return settings;
      throw new DirectoryError(
        'unavailable',
        'The settings are not there yet: start Roster once with "serve".',
      );
    },

    seed: (actor, initial) =>
      store.write(async (transaction) => {
        const present = await transaction.settings();
        const missing = SETTING_NAMES.filter((name) => present[name] === undefined);
        if (missing.length === 0) return { seeded: false };
        for (const name of missing) await transaction.putSetting(name, initial.settings[name]);
        const at = clock.now();
        const firstStart = missing.length === SETTING_NAMES.length;
        const ownerChanges = firstStart ? await insertOwner(transaction, newId(), initial.owner, at) : [];
        await journal(transaction, {
          at,
          actor,
          action: 'settings.seed',
          subjectId: null,
          details: { settings: missing, owner: ownerChanges.length > 0 ? initial.owner.username : null },
          changes: [...missing.map((name) => changeOf('setting', name)), ...ownerChanges],
        });
        return { seeded: firstStart };
      }),
  };
}

function isComplete(settings: Partial<Settings>): settings is Settings {
  return SETTING_NAMES.every((name) => settings[name] !== undefined);
}

/** Inserts the first owner, unless somebody bears that name, which only an owner can. */
async function insertOwner(
  transaction: WriteTransaction,
  id: string,
  owner: { readonly username: string; readonly passwordHash: string },
  at: Date,
): Promise<readonly NewChange[]> {
  const username = normaliseOwnerUsername(owner.username);
  if ((await transaction.userByUsername(username)) !== null) return [];
  const names = { displayName: 'Administrator', givenName: '', familyName: '' };
  const { passwordHash } = owner;
  const user = newUser(id, { username, email: null, ...names, passwordHash, role: 'owner' }, at);
  await transaction.insertUsers([user]);
  return [changeOf('user', id)];
}
