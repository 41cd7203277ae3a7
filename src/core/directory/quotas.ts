/** Tells what storage users may take and take, and lets applications say what they take. */
import { requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import type { Actor } from '../model/audit.ts';
import { nameKey } from '../model/names.ts';
import { checkUsedMB, quotaOf } from '../model/quota.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import type { User } from '../model/user.ts';
import type { Quotas, Storage } from './directory.ts';
import type { Journal } from './journal.ts';
import { notFound, quote, requireUser } from './lookup.ts';
import type { ReadTransaction, Store } from './store.ts';
import { requireVisible } from './user-access.ts';

export interface QuotasDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly journal: Journal;
}

export function createQuotas({ store, clock, journal }: QuotasDependencies): Quotas {
  return {
    of: (actor, username) =>
      store.read(async (transaction) =>
        storageOf(
          transaction,
          actor.authority.permissions.has('users.storage')
            ? await requireUser(transaction, username)
            : await requireVisible(transaction, actor, username),
        ),
      ),

    report: (actor, username, applicationName, usedMB) =>
      store.write(async (transaction) => {
        requirePermission(actor, 'users.storage');
        checkUsedMB(usedMB);
        const user = await requireUser(transaction, username);
        const application =
          (await transaction.applicationByName(nameKey(applicationName))) ??
          notFound(`There is no application named ${quote(applicationName)}.`);
        const uses = await transaction.storageUseOf(user.id);
        const before = uses.find(({ applicationId }) => applicationId === application.id)?.usedMB ?? 0;
        // Whoever takes less than before may be over the quota yet.
        if (usedMB > before) await refuseExcess(transaction, user, sumOf(uses) - before + usedMB);
        const at = clock.now();
        const use = { userId: user.id, applicationId: application.id, usedMB, reportedAt: at };
        await transaction.putStorageUse(use);
        if (usedMB !== before)
          await tell(transaction, actor, user, { application: application.name, usedMB });
        return storageOf(transaction, user);
      }),
  };

  async function tell(
    transaction: Parameters<Journal>[0],
    actor: Actor,
    { id, username }: User,
    use: { readonly application: string; readonly usedMB: number },
  ): Promise<void> {
    const details = { username, ...use };
    const line = { at: clock.now(), actor, action: 'user.storage', subjectId: id, details };
    await journal(transaction, { ...line, changes: [] });
  }
}

async function storageOf(transaction: ReadTransaction, { id, metadata }: User): Promise<Storage> {
  const uses = await transaction.storageUseOf(id);
  const nameOf = new Map((await transaction.applications()).map((each) => [each.id, each.name]));
  const maxStorageMB = quotaOf(metadata);
  const usedMB = sumOf(uses);
  return {
    maxStorageMB,
    usedMB,
    isExceeded: maxStorageMB !== null && usedMB > maxStorageMB,
    applications: uses
      .map((use) => ({ name: nameOf.get(use.applicationId) ?? '', usedMB: use.usedMB, at: use.reportedAt }))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
  };
}

function sumOf(uses: readonly { readonly usedMB: number }[]): number {
  return uses.reduce((sum, { usedMB }) => sum + usedMB, 0);
}

/** Where the setting says so. */
async function refuseExcess(
  transaction: ReadTransaction,
  { username, metadata }: User,
  usedMB: number,
): Promise<void> {
  const { storageLimited = DEFAULT_SETTINGS.storageLimited } = await transaction.settings();
  const maxStorageMB = quotaOf(metadata);
  if (!storageLimited || maxStorageMB === null || usedMB <= maxStorageMB) return;
  throw new DirectoryError(
    'conflict',
    `${username} may take ${maxStorageMB} MB of storage, and would take ${usedMB} MB.`,
    { field: 'usedMB' },
  );
}
