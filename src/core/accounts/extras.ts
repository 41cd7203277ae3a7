/** Changes what opens an account beside its password, in the transaction that asks. */
import type { ReadTransaction, WriteTransaction } from '../directory/store.ts';
import { type ExtraCredentials, noExtras } from '../model/extra-credentials.ts';
import type { User } from '../model/user.ts';

export async function extrasOf(
  lookup: Pick<ReadTransaction, 'extraCredentials'>,
  userId: string,
): Promise<ExtraCredentials> {
  return (await lookup.extraCredentials(userId)) ?? noExtras(userId);
}

/**
 * Counts the change at the user, whom the caller tells the change feed of: what servers remember of earlier sign-ins
 * is of no use to them then, and connections over LDAP end.
 */
export async function changeExtras(
  transaction: Pick<WriteTransaction, 'extraCredentials' | 'putExtraCredentials' | 'updateUsers'>,
  user: User,
  change: (before: ExtraCredentials) => Partial<ExtraCredentials>,
): Promise<void> {
  const before = await extrasOf(transaction, user.id);
  const after = { ...before, ...change(before) };
  await transaction.putExtraCredentials(after);
  const secondFactor = after.totp !== null && after.totp.confirmedAt !== null;
  await transaction.updateUsers([{ ...user, secondFactor, extraCredentials: user.extraCredentials + 1 }]);
}
