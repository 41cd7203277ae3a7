/** Keeps the settings, and seeds them together with the first owner. */
import { requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import {
  accountNamed,
  PASSWORD_LENGTH_MINIMUM_MAX,
  PASSWORD_SCORE_MAX,
} from '../credentials/password-strength.ts';
import { PASSWORD_LENGTH_MIN, type Passwords } from '../credentials/passwords.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import { normaliseAllow } from '../model/allow.ts';
import type { NewChange } from '../model/change.ts';
import { nameKey, normaliseOwnerUsername } from '../model/names.ts';
import { checkPosix, type PosixSettings, posixNumber } from '../model/posix.ts';
import {
  AUDIT_DAYS_MAX,
  AUDIT_DAYS_MIN,
  DEFAULT_SETTINGS,
  type SeededSettings,
  type SettingName,
  type Settings,
} from '../model/settings.ts';
import { newUser } from '../model/user.ts';
import { requireRole } from './authority.ts';
import type { SettingsChanges, SettingsKeeper } from './directory.ts';
import { changeOf, type Journal } from './journal.ts';
import { createHashFor } from './new-password.ts';
import type { Store, WriteTransaction } from './store.ts';

export interface SettingsDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly journal: Journal;
}

const SEEDED_NAMES: readonly (keyof SeededSettings)[] = ['allow', 'bindPasswordHash'];
const SETTING_NAMES: readonly SettingName[] = [
  ...SEEDED_NAMES,
  ...(['ldapServed', 'passwordModify', 'posix', 'profilesLocked', 'storageLimited', 'auditDays'] as const),
  ...(['passwordLengthMinimum', 'passwordScoreMinimum', 'secondFactorRoles'] as const),
];
/** Every connection is held against each of them. */
const ALLOW_MAX = 1000;

export function createSettings({
  store,
  clock,
  newId,
  passwords,
  journal,
}: SettingsDependencies): SettingsKeeper {
  const hashFor = createHashFor({ store, passwords });
  return {
    current: () => currentSettings(store),

    seed: (actor, initial) =>
      store.write(async (transaction) => {
        requirePermission(actor, 'settings.edit');
        const present = await transaction.settings();
        const missing = SEEDED_NAMES.filter((name) => present[name] === undefined);
        if (missing.length === 0) return { seeded: false };
        for (const name of missing) await transaction.putSetting(name, initial.settings[name]);
        const at = clock.now();
        const firstStart = missing.length === SEEDED_NAMES.length;
        const { owner } = initial;
        const ownerChanges =
          firstStart && owner !== null ? await insertOwner(transaction, newId(), owner, at) : [];
        await journal(transaction, {
          at,
          actor,
          action: 'settings.seed',
          subjectId: null,
          details: { settings: missing, owner: ownerChanges.length > 0 ? (owner?.username ?? null) : null },
          changes: [...missing.map((name) => changeOf('setting', name)), ...ownerChanges],
        });
        return { seeded: firstStart };
      }),

    async change(
      actor,
      {
        bindPassword,
        allow,
        ldapServed,
        passwordModify,
        posix,
        profilesLocked,
        storageLimited,
        auditDays,
        ...signIn
      },
      precondition,
    ) {
      requirePermission(actor, 'settings.edit');
      const given: Partial<Settings> = {
        ...(allow !== undefined && { allow: normaliseAllow(allow, ALLOW_MAX) }),
        ...(bindPassword !== undefined && {
          bindPasswordHash: await hashFor(accountNamed('admin'), bindPassword),
        }),
        ...(ldapServed !== undefined && { ldapServed }),
        ...(passwordModify !== undefined && { passwordModify }),
        ...(profilesLocked !== undefined && { profilesLocked }),
        ...(storageLimited !== undefined && { storageLimited }),
        ...(auditDays !== undefined && { auditDays: checkAuditDays(auditDays) }),
        ...checkSignIn(signIn),
      };
      await store.write(async (transaction) => {
        precondition?.(withDefaults(await transaction.settings()));
        const settings =
          posix === undefined ? given : { ...given, posix: await changedPosix(transaction, posix) };
        await requireRoles(transaction, signIn.secondFactorRoles);
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

/** Throws DirectoryError 'unavailable' before the first start. */
export async function currentSettings(store: Pick<Store, 'read'>): Promise<Settings> {
  return withDefaults(await store.read((transaction) => transaction.settings()));
}

function withDefaults(settings: Partial<Settings>): Settings {
  if (isSeeded(settings)) return { ...DEFAULT_SETTINGS, ...settings };
  throw new DirectoryError('unavailable', 'The settings are not there yet: start Roster once with "serve".');
}

/** Writes those that are given; returns their names. */
async function putSettings(
  transaction: WriteTransaction,
  settings: Partial<Settings>,
): Promise<readonly SettingName[]> {
  const {
    allow,
    bindPasswordHash,
    ldapServed,
    passwordModify,
    posix,
    profilesLocked,
    storageLimited,
    auditDays,
  } = settings;
  if (allow !== undefined) await transaction.putSetting('allow', allow);
  if (bindPasswordHash !== undefined) await transaction.putSetting('bindPasswordHash', bindPasswordHash);
  if (ldapServed !== undefined) await transaction.putSetting('ldapServed', ldapServed);
  if (passwordModify !== undefined) await transaction.putSetting('passwordModify', passwordModify);
  if (posix !== undefined) await transaction.putSetting('posix', posix);
  if (profilesLocked !== undefined) await transaction.putSetting('profilesLocked', profilesLocked);
  if (storageLimited !== undefined) await transaction.putSetting('storageLimited', storageLimited);
  if (auditDays !== undefined) await transaction.putSetting('auditDays', auditDays);
  const { passwordLengthMinimum, passwordScoreMinimum, secondFactorRoles } = settings;
  if (passwordLengthMinimum !== undefined)
    await transaction.putSetting('passwordLengthMinimum', passwordLengthMinimum);
  if (passwordScoreMinimum !== undefined)
    await transaction.putSetting('passwordScoreMinimum', passwordScoreMinimum);
  if (secondFactorRoles !== undefined) await transaction.putSetting('secondFactorRoles', secondFactorRoles);
  return SETTING_NAMES.filter((name) => settings[name] !== undefined);
}

function checkAuditDays(days: number): number {
  if (Number.isInteger(days) && days >= AUDIT_DAYS_MIN && days <= AUDIT_DAYS_MAX) return days;
  throw new DirectoryError(
    'invalid',
    `Audit lines are kept for ${AUDIT_DAYS_MIN} to ${AUDIT_DAYS_MAX} days.`,
    { field: 'auditDays' },
  );
}

type SignInSettings = Pick<
  SettingsChanges,
  'passwordLengthMinimum' | 'passwordScoreMinimum' | 'secondFactorRoles'
>;

function checkSignIn({ secondFactorRoles, ...minima }: SignInSettings): Partial<Settings> {
  const { passwordLengthMinimum: length, passwordScoreMinimum: score } = minima;
  if (length !== undefined && !isWithin(length, PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MINIMUM_MAX)) {
    const sentence = `Passwords are asked to have ${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MINIMUM_MAX} characters at least.`;
    throw new DirectoryError('invalid', sentence, { field: 'passwordLengthMinimum' });
  }
  if (score !== undefined && !isWithin(score, 0, PASSWORD_SCORE_MAX)) {
    const sentence = `Passwords are asked to have 0 to ${PASSWORD_SCORE_MAX} points at least.`;
    throw new DirectoryError('invalid', sentence, { field: 'passwordScoreMinimum' });
  }
  if (secondFactorRoles === undefined) return minima;
  const roles = secondFactorRoles === 'all' ? 'all' : [...new Set(secondFactorRoles.map(nameKey))];
  return { ...minima, secondFactorRoles: roles };
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

async function requireRoles(
  transaction: WriteTransaction,
  names: Settings['secondFactorRoles'] = [],
): Promise<void> {
  if (names === 'all') return;
  for (const name of names) await requireRole(transaction, name);
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
