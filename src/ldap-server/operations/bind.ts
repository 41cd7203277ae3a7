/** Bind (RFC 4511 section 4.2, RFC 4513 section 5.1): by name and password, the only method served. */
import { isUtf8 } from 'node:buffer';
import type { Clock } from '../../core/clock.ts';
import type {
  Account,
  ProtectedCredentials,
  SignInContext,
  Verdict,
} from '../../core/credentials/verdict.ts';
import { DirectoryError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { isEnabled, type User } from '../../core/model/user.ts';
import { parseDn } from '../../core/syntax/dn.ts';
import type { BindRequest } from '../protocol/messages.ts';
import { ResultCode } from '../protocol/result-codes.ts';
import type { AccountName, Dit } from '../tree/dit.ts';
import type { Snapshot } from '../tree/snapshot.ts';
import { type Outcome, outcomeOf, refusal, SUCCESS } from './outcome.ts';
import { makeAnonymous, type Session } from './session.ts';
import type { Bindable, Standing, Standings } from './standing.ts';

export interface BindDependencies {
  readonly credentials: Pick<ProtectedCredentials, 'verify' | 'verifySecret'>;
  readonly standings: Standings;
  snapshot(): Snapshot;
  readonly clock: Clock;
  readonly log: Logger;
}

/** While it is under way and after it failed the connection is anonymous (RFC 4511 section 4.2.1). */
export async function bind(
  request: BindRequest,
  session: Session,
  dependencies: BindDependencies,
): Promise<Outcome> {
  const { clock, log } = dependencies;
  const begun = clock.now().getTime();
  makeAnonymous(session);
  const outcome = await authenticate(request, session, dependencies).catch(outcomeOf);
  log.info(
    {
      name: loggedName(request.name, dependencies.snapshot()),
      connection: session.connection,
      address: session.address,
      through: session.through,
      code: outcome.code,
      ms: clock.now().getTime() - begun,
    },
    outcome.code === ResultCode.success ? 'bind' : 'bind refused',
  );
  return outcome;
}

/** People type passwords in the place of names: of a name that nobody bears only the place in the tree is told. */
function loggedName(name: string, snapshot: Snapshot): string {
  const claimed = readName(name, snapshot.dit);
  const isKnown = !(claimed instanceof DirectoryError) && identify(claimed, snapshot) !== null;
  return isKnown ? name.replace(SECOND_FACTOR, '$1...') : `...${placeOf(name)}`;
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

async function authenticate(
  { version, name, authentication }: BindRequest,
  session: Session,
  dependencies: BindDependencies,
): Promise<Outcome> {
  if (version !== 3) return refusal(ResultCode.protocolError, 'Only LDAP version 3 is served.');
  if (authentication.type !== 'simple') return NO_SASL;
  const { password } = authentication;
  if (password.length === 0) return name === '' ? SUCCESS : UNAUTHENTICATED;
  const { dit } = dependencies.snapshot();
  const claimed = readName(name, dit);
  if (claimed instanceof DirectoryError) return refusal(ResultCode.invalidDnSyntax, claimed.message);
  const context = { address: session.address, name: spelling(claimed, dit) ?? name };
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

function readName(name: string, dit: Dit): AccountName | null | DirectoryError {
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

/** Who may not bind here goes the whole way too, so that it takes as long as a wrong password and counts as one. */
async function prove(
  claimed: AccountName | null,
  password: string,
  context: SignInContext,
  session: Session,
  dependencies: BindDependencies,
): Promise<Outcome> {
  const { credentials, snapshot, standings } = dependencies;
  const account = identify(claimed, snapshot());
  const standing = account && standings.of(account, session);
  if (account === null || standing === null) {
    const verdict = await credentials.verify(null, password, context);
    return verdict.ok ? INVALID_CREDENTIALS : refused(verdict);
  }
  const verdict = await verify(account, standing, password, context, dependencies);
  if (!verdict.ok) return refused(verdict);
  session.identity = account;
  session.passwordHash = standing.passwordHash;
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

async function verify(
  account: Bindable,
  { passwordHash }: Standing,
  password: string,
  context: SignInContext,
  { credentials, snapshot }: BindDependencies,
): Promise<Verdict> {
  if (account.kind === 'user') {
    const user = snapshot().user({ kind: 'user', by: 'id', value: account.id });
    return credentials.verify(user && checkable(user), password, context);
  }
  if (passwordHash === null) return credentials.verify(null, password, context);
  const id = account.kind === 'admin' ? ADMIN_ID : account.id;
  return credentials.verifySecret({ id, hash: passwordHash }, password, context);
}

function checkable({ id: userId, username, passwordHash, origin, active }: User): Account {
  return { userId, username, enabled: isEnabled({ active, origin }), passwordHash, origin };
}

/** Tells the bind DN's password from those of applications, whose ids are UUIDs. */
const ADMIN_ID = 'admin';

const INVALID_CREDENTIALS = refusal(ResultCode.invalidCredentials, 'The name or the password is wrong.');

function refused(verdict: Extract<Verdict, { ok: false }>): Outcome {
  switch (verdict.reason) {
    case 'wrong':
      return INVALID_CREDENTIALS;
    case 'unavailable':
      return refusal(ResultCode.unavailable, verdict.message);
    case 'busy':
      return refusal(ResultCode.busy, verdict.message);
  }
}
