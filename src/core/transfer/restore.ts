/** Puts a backup back into a database that nobody uses, together with the secret key that it needs. */
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { keepSecretKey, presentSecretKey, type SecretFilesDependencies } from '../config/secret-files.ts';
import type { Journal } from '../directory/journal.ts';
import type { Store } from '../directory/store.ts';
import { DirectoryError } from '../errors.ts';
import type { Actor } from '../model/audit.ts';
import { putBack } from './backup.ts';
import { type BackupHead, examineBackup, type RowCounts } from './backup-file.ts';

export interface RestoreDependencies extends SecretFilesDependencies {
  readonly clock: Clock;
  readonly journal: Journal;
  /** Throws where another process has the database open. */
  refuseInUse(): Promise<void>;
  open(): Promise<Store>;
  /** By which one secret key is known from another. */
  keyCheck(key: Buffer): string;
}

export interface Restored {
  readonly createdAt: string;
  readonly counts: RowCounts;
}

/** Checks everything before it replaces anything. Throws DirectoryError: invalid, conflict, unavailable. */
export async function restoreBackup(
  dependencies: RestoreDependencies,
  config: Pick<Config, 'dataDir' | 'secretKey'>,
  actor: Actor,
  path: string,
): Promise<Restored> {
  const { head, counts } = await examineBackup(path);
  const key = await neededKey(dependencies, config, head);
  await dependencies.refuseInUse();
  const store = await dependencies.open();
  try {
    await putBack({ ...dependencies, store }, actor, path, head);
  } finally {
    await store.close();
  }
  if (key !== null) await keepSecretKey(config.dataDir, key, dependencies);
  return { createdAt: head.createdAt, counts };
}

/** The key of the backup where this Roster has none yet; null: it has the right one. */
async function neededKey(
  { keyCheck }: RestoreDependencies,
  config: Pick<Config, 'dataDir' | 'secretKey'>,
  { keyCheck: expected, secretKey }: BackupHead,
): Promise<Buffer | null> {
  const present = await presentSecretKey(config);
  if (present !== null && keyCheck(present) === expected) return null;
  if (present !== null) {
    const sentence = 'The secret key of this Roster is not the one of the backup: put that one in its place,';
    throw new DirectoryError('conflict', `${sentence} or restore into an empty data directory.`);
  }
  const key = secretKey === null ? null : Buffer.from(secretKey, 'base64');
  if (key !== null && keyCheck(key) === expected) return key;
  throw new DirectoryError(
    'invalid',
    `The backup holds no secret key: copy secret.key of that Roster to ${config.dataDir}, or set ROSTER_SECRET_KEY.`,
  );
}
