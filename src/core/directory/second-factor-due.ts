/** Whether the settings demand a second factor of a role. */
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import type { ReadTransaction } from './store.ts';

export async function isSecondFactorDue(
  transaction: Pick<ReadTransaction, 'settings'>,
  role: string,
): Promise<boolean> {
  const { secondFactorRoles = DEFAULT_SETTINGS.secondFactorRoles } = await transaction.settings();
  return secondFactorRoles === 'all' || secondFactorRoles.includes(role);
}

/** Whether the OpenID provider still answers for the second factor of those who signed in there. */
export async function isSecondFactorElsewhere(
  transaction: Pick<ReadTransaction, 'settings'>,
): Promise<boolean> {
  return (await transaction.settings()).openId?.secondFactor === 'provider';
}
