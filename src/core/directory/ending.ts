/** What ends with a new password, or with the right to sign in: sessions, tokens, and what opens the account beside the password. */
import { isImpersonated } from '../model/session.ts';
import type { WriteTransaction } from './store.ts';

type Ends = Pick<WriteTransaction, 'sessionsOf' | 'deleteSessions'>;

/** All sessions of a user but the one of the id `except`; tells how many. */
export async function endSessions(transaction: Ends, userId: string, except?: string): Promise<number> {
  const ids = (await transaction.sessionsOf(userId)).map(({ id }) => id).filter((id) => id !== except);
  await transaction.deleteSessions(ids);
  return ids.length;
}

/** All sessions and tokens of a user, and all that opens the account beside its password; the second factor stays. */
export async function endAccess(
  transaction: Ends &
    Pick<WriteTransaction, 'tokensOf' | 'deleteTokens' | 'extraCredentials' | 'putExtraCredentials'>,
  userId: string,
): Promise<void> {
  await endSessions(transaction, userId);
  await transaction.deleteTokens((await transaction.tokensOf(userId)).map(({ id }) => id));
  const extras = await transaction.extraCredentials(userId);
  if (extras !== null)
    await transaction.putExtraCredentials({ ...extras, temporary: null, appPasswords: [], link: null });
}

/**
 * What others were handed that opens the account, and the sessions opened by it: whoever may have it was above the
 * user, and need not be once the user may do more.
 */
export async function endHandedOut(
  transaction: Ends & Pick<WriteTransaction, 'extraCredentials' | 'putExtraCredentials'>,
  userId: string,
): Promise<void> {
  const opened = (await transaction.sessionsOf(userId)).filter(isImpersonated);
  await transaction.deleteSessions(opened.map(({ id }) => id));
  const extras = await transaction.extraCredentials(userId);
  if (extras !== null && (extras.temporary !== null || extras.link !== null))
    await transaction.putExtraCredentials({ ...extras, temporary: null, link: null });
}
