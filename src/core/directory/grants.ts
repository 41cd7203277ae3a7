/** Gives single permissions to users beside their roles, and takes them away. */
import { OWNER_RANK } from '../access/permissions.ts';
import { requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import type { Actor } from '../model/audit.ts';
import type { Grant } from '../model/role.ts';
import type { User } from '../model/user.ts';
import { checkPermission, findRole, requireSubject } from './authority.ts';
import { endHandedOut } from './ending.ts';
import type { Journal } from './journal.ts';
import { requireUser } from './lookup.ts';
import type { AccessLookup, Store } from './store.ts';

export interface GrantsDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly journal: Journal;
}

/** As in Roles. */
interface Grants {
  grantsOf(actor: Actor, username: string): Promise<readonly Grant[]>;
  setGrant(actor: Actor, username: string, permission: string, allowed: boolean | null): Promise<void>;
}

export function createGrants({ store, clock, journal }: GrantsDependencies): Grants {
  return {
    async grantsOf(actor, username) {
      requirePermission(actor, 'users.read');
      return store.read(async (transaction) =>
        transaction.grantsOf((await requireUser(transaction, username)).id),
      );
    },

    setGrant: (actor, username, name, allowed) =>
      store.write(async (transaction) => {
        const user = await requireSubject(transaction, actor, 'users.role', username);
        const permission = checkPermission(name);
        requirePermission(actor, permission);
        await refuseOwner(transaction, user);
        const grant = { userId: user.id, permission };
        if (allowed === null) await transaction.deleteGrant(grant);
        else await transaction.putGrant({ ...grant, allowed });
        if (allowed !== false) await endHandedOut(transaction, user.id);
        await journal(transaction, {
          ...{ at: clock.now(), actor, action: 'user.permission', subjectId: user.id },
          details: { username: user.username, permission, allowed },
          changes: [],
        });
      }),
  };
}

async function refuseOwner(lookup: AccessLookup, { role }: User): Promise<void> {
  const rank = (await findRole(lookup, role))?.rank ?? 0;
  if (rank < OWNER_RANK) return;
  throw new DirectoryError('invalid', 'Owners may do everything: give a lower role first.');
}
