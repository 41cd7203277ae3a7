/** Bind (RFC 4511 section 4.2, RFC 4513 section 5.1): by name and password, the only method served. */
import { isUtf8 } from 'node:buffer';
import type { SignInSeen } from '../../core/activity/activity.ts';
import type { Clock } from '../../core/clock.ts';
import type {
  Account,
  ProtectedCredentials,
  SignInContext,
  SignInDoor,
  SignInObservation,
  Verdict,
} from '../../core/credentials/verdict.ts';
import { DirectoryError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { DEFAULT_SECOND_FACTOR_RULE, SECOND_FACTOR_RULES } from '../../core/model/application.ts';
import { isEnabled, type User } from '../../core/model/user.ts';
import { parseDn } from '../../core/syntax/dn.ts';
import type { BindRequest } from '../protocol/messages.ts';
import { ResultCode } from '../protocol/result-codes.ts';
import type { AccountName, Dit } from '../tree/dit.ts';
import type { Snapshot } from '../tree/snapshot.ts';
import { reasonOf } from './bind-reason.ts';
import { type Outcome, outcomeOf, refusal, SUCCESS } from './outcome.ts';
import { secondFactorOf } from './second-factor.ts';
import { makeAnonymous, type Session } from './session.ts';
import type { Bindable, Standing, Standings } from './standing.ts';

export interface BindDependencies {
  readonly credentials: Pick<
    ProtectedCredentials,
    'verify' | 'verifyNewcomer' | 'verifySecret' | 'recall' | 'recallSecret'
  >;
  readonly standings: Standings;
  snapshot(): Snapshot;
  /** Resolves when the snapshot holds all that was committed before the call. */
  caughtUp(): Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of each bind as it went; must not throw. */
  readonly observeBind?: ((bind: SignInSeen) => void) | undefined;
}

/**
 * While it is under way and after it failed the connection is anonymous (RFC 4511 section 4.2.1). Answers at once where
 * the password need not be checked anew.
 */
export function bind(
  request: BindRequest,
  session: Session,
  dependencies: BindDependencies,
): Outcome | Promise<Outcome> {
  const begun = dependencies.clock.now().getTime();
  makeAnonymous(session);
  const claimed = readName(request.name, dependencies.snapshot().dit);
  let seen: SignInObservation | null = null;
  const observe = (signIn: SignInObservation): void => {
    seen = signIn;
  };
  const told = (outcome: Outcome): Outcome => {
    tell({ name: request.name, claimed, session, outcome, seen }, begun, dependencies);
    return outcome;
  };
  const outcome = authenticate(request, claimed, session, observe, dependencies);
  return outcome instanceof Promise ? outcome.catch(outcomeOf).then(told) : told(outcome);
}

/** What a name at a bind may turn out to be; see Dit.account. */
type Claimed = AccountName | null | DirectoryError;

interface Ended {
  readonly name: string;
  readonly claimed: Claimed;
  readonly session: Session;
  readonly outcome: Outcome;
  readonly seen: SignInObservation | null;
}

function tell(
  { name: given, claimed, session, outcome, seen }: Ended,
  begun: number,
  { clock, log, snapshot, standings, observeBind }: BindDependencies,
): void {
  const tree = snapshot();
  const { connection, address, through } = session;
  const { code } = outcome;
  const account = accountOf(claimed, session, outcome, tree);
  // People type passwords in the place of names: of a name that nobody bears only the place in the tree is told.
  const name = account === null ? `...${placeOf(given)}` : given.replace(SECOND_FACTOR, '$1...');
  const ms = clock.now().getTime() - begun;
  log.info(
    { name, connection, address, through, code, ms },
    code === ResultCode.success ? 'bind' : 'bind refused',
  );
  if (observeBind === undefined) return;
  const reason = reasonOf(
    { given, isName: !(claimed instanceof DirectoryError), account, session, outcome, seen },
    tree,
    standings,
  );
  const applicationId = account?.kind === 'application' ? account.id : null;
  const throughName = through === null ? null : (tree.applications.get(through)?.name ?? null);
  observeBind({ door: 'LDAP', name, address, reason, through: throughName, applicationId });
}

/** Whose name it is; null: nobody's. */
function accountOf(
  claimed: Claimed,
  { identity }: Session,
  { code }: Outcome,
  snapshot: Snapshot,
): Bindable | null {
  if (code === ResultCode.success && identity.kind !== 'anonymous') return identity;
  return claimed instanceof DirectoryError ? null : identify(claimed, snapshot);
}

/** What follows the first RDN; a password may hold a comma too, so that what is no DN is not told. */
function placeOf(name: string): string {
  const place = name.replace(FIRST_RDN, '');
  try {
    return parseDn(place.slice(1)).length === 0 ? '' : place;
  } catch {
    return '';
  }
}

const SECOND_FACTOR = /(totptoken *=)(?:\\.|[^\\,;+])*/gis;
const FIRST_RDN = /^(\\.|[^,\\])+/s;

function authenticate(
  { version, name, authentication }: BindRequest,
  claimed: Claimed,
  session: Session,
  observe: (signIn: SignInObservation) => void,
  dependencies: BindDependencies,
): Outcome | Promise<Outcome> {
  if (version !== 3) return refusal(ResultCode.protocolError, 'Only LDAP version 3 is served.');
  if (authentication.type !== 'simple') return NO_SASL;
  const { password } = authentication;
  if (password.length === 0) return name === '' ? SUCCESS : UNAUTHENTICATED;
  if (claimed instanceof DirectoryError) return refusal(ResultCode.invalidDnSyntax, claimed.message);
  const { dit } = dependencies.snapshot();
  const context = {
    address: session.address,
    name: spelling(claimed, dit) ?? name,
    secondFactor: secondFactorOf(name),
    observe,
  };
  // Passwords are text (RFC 4513 section 5.1.3): nobody has one that is not.
  return isUtf8(password) && !password.includes(0)
    ? prove(claimed, password.toString(), context, session, dependencies)
    : prove(null, UNREADABLE, context, session, dependencies);
}

const NO_SASL = refusal(
  ResultCode.authMethodNotSupported,
  'Only simple binds, by DN and password, are served; of SASL, EXTERNAL and PLAIN may come.',
);
const UNAUTHENTICATED = refusal(
  ResultCode.unwillingToPerform,
  'An unauthenticated bind (a name without a password) is refused.',
);

/** Stands for a password that is no text; it is checked against nobody. */
const UNREADABLE = 'unreadable';

function readName(name: string, dit: Dit): Claimed {
  try {
    return dit.account(name);
  } catch (error) {
    if (error instanceof DirectoryError) return error;
    throw error;
  }
}

/** One spelling for what means the same name, by which failures are counted: a user's holds no "=", others do. */
function spelling(claimed: AccountName | null, dit: Dit): string | null {
  switch (claimed?.kind) {
    case undefined:
      return null;
    case 'admin':
      return dit.admin.dn;
    case 'application':
      return dit.application(claimed.name).dn;
    case 'user':
      return claimed.value;
  }
}

type AnyDoor = Required<Omit<SignInContext, 'door'>>;

/** Who may not bind here goes the whole way too, so that it takes as long as a wrong password and counts as one. */
function prove(
  claimed: AccountName | null,
  password: string,
  context: AnyDoor,
  session: Session,
  dependencies: BindDependencies,
): Outcome | Promise<Outcome> {
  const { credentials, snapshot, standings } = dependencies;
  const account = identify(claimed, snapshot());
  const standing = account && standings.of(account, session);
  const proof = proofOf(account, standing, snapshot(), credentials);
  const { address, name, secondFactor, observe } = context;
  const asked =
    standing === null
      ? context
      : { address, name, secondFactor, observe, door: doorOf(standing, snapshot()) };
  const open = (until?: Date): Outcome => {
    if (account === null || standing === null) return INVALID_CREDENTIALS;
    const outcome = signedIn(account, standing, session, standings);
    session.until = until?.getTime() ?? null;
    return outcome;
  };
  if (proof.recall(password, asked)) return open();
  if (account === null && claimed?.kind === 'user' && claimed.by !== 'id') {
    return proveNewcomer(claimed, password, context, session, dependencies);
  }
  return proof
    .verify(password, asked)
    .then((verdict) => (verdict.ok ? open(verdict.until) : refused(verdict)));
}

async function proveNewcomer(
  claimed: AccountName,
  password: string,
  context: SignInContext,
  session: Session,
  { credentials, snapshot, standings, caughtUp }: BindDependencies,
): Promise<Outcome> {
  const verdict = await credentials.verifyNewcomer(password, context);
  if (!verdict.ok) return refused(verdict);
  await caughtUp();
  const created = identify(claimed, snapshot());
  const newcomer = created && standings.of(created, session);
  if (created === null || newcomer === null) return INVALID_CREDENTIALS;
  // Nobody has a second factor before the first sign-in.
  if (doorOf(newcomer, snapshot()).rule === 'required') return INVALID_CREDENTIALS;
  return signedIn(created, newcomer, session, standings);
}

const NO_APPLICATION = { kind: 'ldap', through: [], rule: DEFAULT_SECOND_FACTOR_RULE } as const;

/** The strictest rule of the applications through which somebody signs in. */
function doorOf({ through }: Standing, { applications }: Snapshot): Extract<SignInDoor, { kind: 'ldap' }> {
  if (through.length === 0) return NO_APPLICATION;
  const rules = new Set(through.map((id) => applications.get(id)?.secondFactor));
  const rule = SECOND_FACTOR_RULES.findLast((each) => rules.has(each)) ?? DEFAULT_SECOND_FACTOR_RULE;
  return { kind: 'ldap', through, rule };
}

function signedIn(account: Bindable, standing: Standing, session: Session, standings: Standings): Outcome {
  session.identity = account;
  session.passwordHash = standing.passwordHash;
  session.extraCredentials = standing.extraCredentials;
  // Password or rights may have changed while the password was checked.
  if (!standings.holds(session)) {
    makeAnonymous(session);
    return INVALID_CREDENTIALS;
  }
  if (account.kind === 'application') session.through = account.id;
  return SUCCESS;
}

function identify(claimed: AccountName | null, snapshot: Snapshot): Bindable | null {
  switch (claimed?.kind) {
    case undefined:
      return null;
    case 'admin':
      return { kind: 'admin' };
    case 'application': {
      const application = snapshot.application(claimed.name);
      return application && { kind: 'application', id: application.id };
    }
    case 'user': {
      const user = snapshot.user(claimed);
      return user && { kind: 'user', id: user.id };
    }
  }
}

/** How an account's password is checked. */
interface Proof {
  /** Whether it was found right a moment ago. */
  recall(password: string, context: SignInContext): boolean;
  verify(password: string, context: SignInContext): Promise<Verdict>;
}

function proofOf(
  account: Bindable | null,
  standing: Standing | null,
  snapshot: Snapshot,
  credentials: BindDependencies['credentials'],
): Proof {
  const hash = standing?.passwordHash ?? null;
  if (account !== null && account.kind !== 'user' && hash !== null) {
    const secret = { id: account.kind === 'admin' ? ADMIN_ID : account.id, hash };
    return {
      recall: (password, context) => credentials.recallSecret(secret, password, context),
      verify: (password, context) => credentials.verifySecret(secret, password, context),
    };
  }
  const user =
    account?.kind === 'user' && standing !== null
      ? snapshot.user({ kind: 'user', by: 'id', value: account.id })
      : null;
  const checked = user && checkable(user);
  return {
    recall: (password, context) => credentials.recall(checked, password, context),
    verify: (password, context) => credentials.verify(checked, password, context),
  };
}

function checkable(user: User): Account {
  const { id: userId, username, passwordHash, extraCredentials, secondFactor, origin, active } = user;
  const enabled = isEnabled({ active, origin });
  return { userId, username, enabled, passwordHash, extraCredentials, secondFactor, origin };
}

/** Tells the bind DN's password from those of applications, whose ids are UUIDs. */
const ADMIN_ID = 'admin';

const INVALID_CREDENTIALS = refusal(ResultCode.invalidCredentials, 'The name or the password is wrong.');

function refused(verdict: Extract<Verdict, { ok: false }>): Outcome {
  switch (verdict.reason) {
    case 'wrong':
    case 'second-factor':
      return INVALID_CREDENTIALS;
    case 'unavailable':
      return refusal(ResultCode.unavailable, verdict.message);
    case 'busy':
      return refusal(ResultCode.busy, verdict.message);
  }
}
