/** Backs the whole directory up into one file, and puts it back, on either database. */

import { requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import type { Journal } from '../directory/journal.ts';
import type { Store } from '../directory/store.ts';
import { DirectoryError } from '../errors.ts';
import type { Actor } from '../model/audit.ts';
import { type BackupHead, type RowCounts, readBackupRows, writeBackup } from './backup-file.ts';
import { writeOutputFile } from './output-file.ts';

export interface BackupDependencies {
  readonly store: Pick<Store, 'write' | 'form' | 'copyOut' | 'copyIn'>;
  readonly clock: Clock;
  readonly journal: Journal;
}

export interface BackupOptions {
  /** Base64, to be put into the backup; null: it is kept elsewhere. */
  readonly secretKey: string | null;
  readonly keyCheck: string;
  /** Whether a file that is there is replaced. */
  readonly replace: boolean;
}

/** Writes everything into the file, out of one snapshot. Throws DirectoryError: forbidden, conflict, invalid. */
export async function backUp(
  { store, clock, journal }: BackupDependencies,
  actor: Actor,
  path: string,
  { replace, ...key }: BackupOptions,
): Promise<RowCounts> {
  requirePermission(actor, 'backup');
  const at = clock.now();
  const head: BackupHead = { form: store.form, createdAt: at.toISOString(), ...key };
  const counts = await writeOutputFile(path, { replace }, (output) =>
    writeBackup(output, head, store.copyOut),
  );
  const details = { withSecrets: key.secretKey !== null, users: counts['users'] ?? 0 };
  await store.write((transaction) =>
    journal(transaction, { ...{ at, actor, action: 'backup.make', subjectId: null, changes: [] }, details }),
  );
  return counts;
}

/** Replaces everything by what is in a backup that was examined. Throws DirectoryError: forbidden, invalid, conflict. */
export async function putBack(
  { store, clock, journal }: BackupDependencies,
  actor: Actor,
  path: string,
  head: BackupHead,
): Promise<void> {
  requirePermission(actor, 'backup');
  if (head.form !== store.form) {
    throw new DirectoryError(
      'invalid',
      'The backup was made by another version of Roster: restore it with that version, then upgrade.',
    );
  }
  const at = clock.now();
  await store.copyIn(readBackupRows(path), at);
  const details = { madeAt: head.createdAt };
  await store.write((transaction) =>
    journal(transaction, {
      ...{ at, actor, action: 'backup.restore', subjectId: null, changes: [] },
      details,
    }),
  );
}
