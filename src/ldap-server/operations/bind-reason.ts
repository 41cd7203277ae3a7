/** The true reason for which a bind went as it did; its client is told much less. */
import { obstacleTo, refusalOf, type SignInReason } from '../../core/activity/reasons.ts';
import type { SignInObservation } from '../../core/credentials/verdict.ts';
import { ResultCode } from '../protocol/result-codes.ts';
import type { Snapshot } from '../tree/snapshot.ts';
import type { Outcome } from './outcome.ts';
import type { Session } from './session.ts';
import type { Bindable, Standings } from './standing.ts';

export interface BindAttempt {
  /** As the client wrote the name. */
  readonly given: string;
  /** Whether it is a name at all. */
  readonly isName: boolean;
  /** Whose name it is; null: nobody's. */
  readonly account: Bindable | null;
  readonly session: Session;
  readonly outcome: Outcome;
  /** How the password was checked; null: it was not. */
  readonly seen: SignInObservation | null;
}

export function reasonOf(attempt: BindAttempt, snapshot: Snapshot, standings: Standings): SignInReason {
  const { given, isName, account, outcome, seen } = attempt;
  switch (outcome.code) {
    case ResultCode.success:
      return given === '' ? 'anonymous' : 'ok';
    case ResultCode.unavailable:
      // While a source is away, strangers are told that of every refusal.
      if (seen?.outcome === 'wrong' || seen?.outcome === 'throttled') break;
      return 'unavailable';
    case ResultCode.busy:
      return 'busy';
    case ResultCode.invalidCredentials:
      break;
    default:
      return isName ? 'not-served' : 'no-name';
  }
  if (seen?.outcome === 'throttled') return 'throttled';
  return (account && obstacle(attempt, account, snapshot, standings)) ?? refusalOf(account !== null, seen);
}

/** What keeps an account from being bound here, whatever the password; null: nothing does. */
function obstacle(
  { session, seen }: BindAttempt,
  account: Bindable,
  snapshot: Snapshot,
  standings: Standings,
): SignInReason | null {
  if (account.kind === 'user') {
    const user = snapshot.user({ kind: 'user', by: 'id', value: account.id });
    const own = user && obstacleTo(user, seen);
    if (own !== null) return own;
  }
  if (standings.of(account, session) !== null) return null;
  if (account.kind !== 'application') return 'not-seen-by-application';
  const isEnabled = snapshot.applications.get(account.id)?.enabled === true;
  return isEnabled ? 'application-address' : 'application-disabled';
}
