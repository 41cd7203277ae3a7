/** Why a sign-in went as it did, for administrators: the true reason, which outside nobody is told. */
import type { SignInObservation, UpstreamRefusal } from '../credentials/verdict.ts';
import { isEnabled, type User } from '../model/user.ts';

export type SignInReason =
  | 'ok'
  | 'second-factor-needed'
  | 'anonymous'
  | 'unknown-name'
  | 'no-name'
  | 'wrong-password'
  | 'wrong-second-factor'
  | 'throttled'
  | 'disabled'
  | 'suspended'
  | 'no-password'
  | 'not-seen-by-application'
  | 'application-disabled'
  | 'application-address'
  | 'unavailable'
  | 'busy'
  | 'not-served'
  | 'authority-refused'
  | 'openid-refused'
  | `source-${UpstreamRefusal}`;

/** What happened, and where something can be mended, how; a whole sentence for people who run the directory. */
export const SIGN_IN_SENTENCES: Readonly<Record<SignInReason, string>> = {
  ok: 'Signed in.',
  'second-factor-needed': 'The password was right; the code of the second factor was asked for.',
  anonymous: 'Bound without a name: nothing but the root entry can be read so.',
  'unknown-name':
    'Nobody here has that name. Names that nobody has are not shown, since people type passwords in their place.',
  'no-name': 'What was given as the name is neither a username, an e-mail address nor a DN.',
  'wrong-password': 'The password is wrong.',
  'wrong-second-factor': 'The password was right, but the code of the second factor was wrong or missing.',
  throttled:
    'Refused unseen: too many sign-ins of this account or from this network have failed. It passes by itself.',
  disabled: 'The account is switched off.',
  suspended: 'The account is suspended: its source does not list it any more.',
  'no-password': 'The account has no password yet: set one, or send an invitation.',
  'not-seen-by-application':
    'The application does not see this person: add the person to one of the groups of the application.',
  'application-disabled': 'The application is switched off.',
  'application-address': 'The application may not bind from this address: see its own allow-list.',
  unavailable: 'The source that checks this password did not answer.',
  busy: 'Too many sign-ins were under way at the time.',
  'not-served': 'The way of signing in is not served here: a DN with a password, over LDAP version 3, is.',
  'openid-refused':
    'Signed in at the OpenID provider, or tried to, and was not let in: the page told the person why.',
  'authority-refused':
    'The external authority refused the name or the password, or what it says does not fit.',
  'source-unknown': 'The source does not know this account any more.',
  'source-disabled': 'The source says that the account is switched off there.',
  'source-locked': 'The source says that the account is locked there.',
  'source-password-expired': 'The source says that the password has expired there.',
  'source-must-change': 'The source wants the password to be changed there first.',
  'source-account-expired': 'The source says that the account has expired there.',
  'source-not-now': 'The source does not let this account sign in at this time or from here.',
  'source-second-factor': 'The source wants a second factor that was not given, or was wrong.',
};

/** Those that nobody has to look into. */
export function isSuccess(reason: SignInReason): boolean {
  return reason === 'ok' || reason === 'second-factor-needed' || reason === 'anonymous';
}

/** What keeps a user from signing in, whatever the password; null: nothing does. */
export function obstacleOf(
  user: Pick<User, 'active' | 'origin' | 'passwordHash'>,
): 'disabled' | 'suspended' | 'no-password' | null {
  if (!user.active) return 'disabled';
  if (!isEnabled(user)) return 'suspended';
  return user.passwordHash === null && user.origin === null ? 'no-password' : null;
}

/** What keeps a user from signing in, but for a password that an external authority was asked about in place of one here. */
export function obstacleTo(user: User, seen: SignInObservation | null): ReturnType<typeof obstacleOf> {
  const obstacle = obstacleOf(user);
  const isAsked = seen?.why === 'authority' || seen?.outcome === 'unavailable' || seen?.outcome === 'busy';
  return obstacle === 'no-password' && isAsked ? null : obstacle;
}

/** Why a password that was looked at did not open an account; `seen` null: it was not looked at. */
export function refusalOf(isKnown: boolean, seen: SignInObservation | null): SignInReason {
  if (seen?.outcome === 'throttled' || seen?.outcome === 'unavailable' || seen?.outcome === 'busy') {
    return seen.outcome;
  }
  if (seen?.why === 'authority') return 'authority-refused';
  if (seen?.why === 'own-second-factor') return 'wrong-second-factor';
  if (seen?.why !== undefined && (isKnown || seen.why !== 'unknown')) return `source-${seen.why}`;
  return isKnown ? 'wrong-password' : 'unknown-name';
}
