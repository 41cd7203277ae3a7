/** Keeps the settings, and seeds them together with the first owner. */
import type { Clock } from '../clock.ts';
import type { Passwords } from '../credentials/passwords.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import { normaliseAllow } from '../model/allow.ts';
import type { NewChange } from '../model/change.ts';
import { normaliseOwnerUsername } from '../model/names.ts';
import { checkPosix, type PosixSettings, posixNumber } from '../model/posix.ts';
import { DEFAULT_SETTINGS, type SeededSettings, type SettingName, type Settings } from '../model/settings.ts';
import type { SettingsKeeper } from './directory.ts';
import { changeOf, type Journal } from './journal.ts';
import type { Store, WriteTransaction } from './store.ts';
import { newUser } from './users.ts';

export interface SettingsDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly journal: Journal;
}

const SEEDED_NAMES: readonly (keyof SeededSettings)[] = ['allow', 'bindPasswordHash'];
const SETTING_NAMES: readonly SettingName[] = [...SEEDED_NAMES, 'passwordModify', 'posix'];
/** Every connection is held against each of them. */
const ALLOW_MAX = 1000;

export function createSettings({
  store,
  clock,
  newId,
  passwords,
  journal,
}: SettingsDependencies): SettingsKeeper {
  return {
    async current() {
      const settings = await store.read((transaction) => transaction.settings());
      if (isSeeded(settings)) return { ...DEFAULT_SETTINGS, ...settings };
      throw new DirectoryError(
        'unavailable',
        'The settings are not there yet: start Roster once with "serve".',
      );
    },

    seed: (actor, initial) =>
      store.write(async (transaction) => {
        const present = await transaction.settings();
        const missing = SEEDED_NAMES.filter((name) => present[name] === undefined);
        if (missing.length === 0) return { seeded: false };
        for (const name of missing) await transaction.putSetting(name, initial.settings[name]);
        const at = clock.now();
        const firstStart = missing.length === SEEDED_NAMES.length;
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

    async change(actor, { bindPassword, allow, passwordModify, posix }) {
      const given: Partial<Settings> = {
        ...(allow !== undefined && { allow: normaliseAllow(allow, ALLOW_MAX) }),
        ...(bindPassword !== undefined && { bindPasswordHash: await passwords.hash(bindPassword) }),
        ...(passwordModify !== undefined && { passwordModify }),
      };
      await store.write(async (transaction) => {
        const settings =
          posix === undefined ? given : { ...given, posix: await changedPosix(transaction, posix) };
        const { bindPasswordHash, ...told } = settings;
        const names = await putSettings(transaction, settings);
        await journal(transaction, {
          at: clock.now(),
          actor,
          action: 'settings.edit',
          subjectId: null,
          details: { ...told, ...(bindPasswordHash !== undefined && { bindPassword: true }) },
          changes: names.map((name) => changeOf('setting', name)),
        });
      });
    },
  };
}

/** Writes those that are given; returns their names. */
async function putSettings(
  transaction: WriteTransaction,
  settings: Partial<Settings>,
): Promise<readonly SettingName[]> {
  const { allow, bindPasswordHash, passwordModify, posix } = settings;
  if (allow !== undefined) await transaction.putSetting('allow', allow);
  if (bindPasswordHash !== undefined) await transaction.putSetting('bindPasswordHash', bindPasswordHash);
  if (passwordModify !== undefined) await transaction.putSetting('passwordModify', passwordModify);
  if (posix !== undefined) await transaction.putSetting('posix', posix);
  return SETTING_NAMES.filter((name) => settings[name] !== undefined);
}

async function changedPosix(
  transaction: WriteTransaction,
  changes: Partial<PosixSettings>,
): Promise<PosixSettings> {
  const { posix = DEFAULT_SETTINGS.posix } = await transaction.settings();
  const changed = { ...posix, ...changes };
  checkPosix(changed);
  return changed;
}

function isSeeded(settings: Partial<Settings>): settings is SeededSettings & Partial<Settings> {
  return SEEDED_NAMES.every((name) => settings[name] !== undefined);
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
  const number = posixNumber(await transaction.takePosixSerials(1));
  const fields = { username, email: null, ...names, passwordHash, posixNumber: number };
  const user = newUser(id, { ...fields, role: 'owner' }, at);
  await transaction.insertUsers([user]);
  return [changeOf('user', id)];
}
