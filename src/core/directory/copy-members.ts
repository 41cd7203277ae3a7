/** Makes the members of one group members of another. */
import type { Clock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import { cycleSentence, type Group, type Membership, subgroupsOf, wouldCycle } from '../model/group.ts';
import type { Groups } from './directory.ts';
import { requireManaged } from './group-rights.ts';
import { changeOf, type Journal, membershipChange } from './journal.ts';
import type { Store, WriteTransaction } from './store.ts';

export interface CopyMembersDependencies {
  readonly store: Pick<Store, 'write'>;
  readonly clock: Clock;
  readonly journal: Journal;
}

export function createCopyMembers({ store, clock, journal }: CopyMembersDependencies): Groups['copyMembers'] {
  return (actor, from, to, { ownersOnly }) =>
    store.write(async (transaction) => {
      const origin = await requireManaged(transaction, actor, from, 'groups.read');
      const target = await requireManaged(transaction, actor, to);
      const added = await missingMembers(transaction, origin, target, ownersOnly);
      await refuseCycle(transaction, target, added);
      const at = clock.now();
      await transaction.putMemberships(added);
      await transaction.updateGroups([{ ...target, updatedAt: at }]);
      const users = added.filter(({ memberKind }) => memberKind === 'user').map(({ memberId }) => memberId);
      await transaction.touchUsers(users, at);
      await journal(transaction, {
        at,
        actor,
        action: 'group.copy-members',
        subjectId: target.id,
        details: { from: origin.name, to: target.name, ownersOnly, added: added.length },
        changes: [
          ...added.map(({ memberId }) => membershipChange(target.id, memberId)),
          ...users.map((id) => changeOf('user', id)),
        ],
      });
      return added.length;
    });
}

/** Owners stay owners. */
async function missingMembers(
  transaction: WriteTransaction,
  origin: Group,
  target: Group,
  ownersOnly: boolean,
): Promise<readonly Membership[]> {
  const present = await transaction.memberships([target.id]);
  const known = new Set(present.map(({ memberId }) => memberId));
  return (await transaction.memberships([origin.id]))
    .filter(({ memberId, owner }) => !known.has(memberId) && (owner || !ownersOnly))
    .map((membership) => ({ ...membership, groupId: target.id, fromSource: false }));
}

async function refuseCycle(
  transaction: WriteTransaction,
  target: Group,
  added: readonly Membership[],
): Promise<void> {
  const groups = added.filter(({ memberKind }) => memberKind === 'group').map(({ memberId }) => memberId);
  if (groups.length === 0) return;
  const subgroups = subgroupsOf(await transaction.nestings());
  const closing = groups.find((id) => wouldCycle(target.id, id, subgroups));
  const [group] = closing === undefined ? [] : await transaction.groupsByIds([closing]);
  if (group === undefined) return;
  throw new DirectoryError('invalid', cycleSentence(target.name, group.name), { field: 'from' });
}
