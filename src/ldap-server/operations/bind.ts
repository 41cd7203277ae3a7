/** Bind (RFC 4511 section 4.2, RFC 4513 section 5.1): by name and password, the only method served. */
import { isUtf8 } from 'node:buffer';
import type { Clock } from '../../core/clock.ts';
import type { Account, Credentials, Verdict } from '../../core/credentials/verdict.ts';
import { DirectoryError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { isEnabled, type User } from '../../core/model/user.ts';
import type { BindRequest } from '../protocol/messages.ts';
import { ResultCode } from '../protocol/result-codes.ts';
import type { AccountName } from '../tree/dit.ts';
import type { Snapshot } from '../tree/snapshot.ts';
import type { Identity } from '../tree/view.ts';
import { type Outcome, outcomeOf, refusal, SUCCESS } from './outcome.ts';
import { makeAnonymous, type Session } from './session.ts';

export interface BindDependencies {
  readonly credentials: Credentials;
  /** Checks the password of the directory's own bind DN. */
  verifyBindPassword(password: string): Promise<boolean>;
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
      name: withoutSecondFactor(request.name),
      address: session.address,
      code: outcome.code,
      ms: clock.now().getTime() - begun,
    },
    outcome.code === ResultCode.success ? 'bind' : 'bind refused',
  );
  return outcome;
}

function withoutSecondFactor(name: string): string {
  return name.replace(/(totptoken *=)[^,;+]*/gi, '$1...');
}

async function authenticate(
  { version, name, authentication }: BindRequest,
  session: Session,
  dependencies: BindDependencies,
): Promise<Outcome> {
  if (version !== 3) return refusal(ResultCode.protocolError, 'Only LDAP version 3 is served.');
  if (authentication.type !== 'simple') {
    return refusal(ResultCode.authMethodNotSupported, 'Only simple binds, by DN and password, are served.');
  }
  const { password } = authentication;
  if (password.length === 0) {
    return name === ''
      ? SUCCESS
      : refusal(
          ResultCode.unwillingToPerform,
          'An unauthenticated bind (a name without a password) is refused.',
        );
  }
  const account = readName(name, dependencies.snapshot());
  if (account instanceof DirectoryError) return refusal(ResultCode.invalidDnSyntax, account.message);
  // Passwords are text (RFC 4513 section 5.1.3): nobody has one that is not.
  const text = isUtf8(password) && !password.includes(0) ? password.toString() : null;
  return account?.kind === 'admin'
    ? bindAdmin(text, session, dependencies)
    : bindUser(account, text, session, dependencies);
}

function readName(name: string, snapshot: Snapshot): AccountName | null | DirectoryError {
  try {
    return snapshot.dit.account(name);
  } catch (error) {
    if (error instanceof DirectoryError) return error;
    throw error;
  }
}

async function bindAdmin(
  password: string | null,
  session: Session,
  { verifyBindPassword }: BindDependencies,
): Promise<Outcome> {
  if (password === null || !(await verifyBindPassword(password))) return INVALID_CREDENTIALS;
  session.identity = { kind: 'admin' };
  return SUCCESS;
}

/** An unknown name goes the whole way too, so that it takes as long as a wrong password. */
async function bindUser(
  name: Extract<AccountName, { kind: 'user' }> | null,
  password: string | null,
  session: Session,
  { credentials, snapshot }: BindDependencies,
): Promise<Outcome> {
  const user = name === null ? null : snapshot().user(name);
  const account = user === null || password === null ? null : accountOf(user);
  const verdict = await credentials.verify(account, password ?? UNREADABLE);
  if (!verdict.ok) return refused(verdict);
  const identity: Identity | null = account && { kind: 'user', id: account.userId };
  // The account may have been switched off while its password was checked.
  if (identity === null || !snapshot().references.has(identity.id)) return INVALID_CREDENTIALS;
  session.identity = identity;
  return SUCCESS;
}

/** Stands for a password that is no text; it is checked against nobody. */
const UNREADABLE = 'unreadable';

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

function accountOf(user: User): Account {
  return {
    userId: user.id,
    username: user.username,
    enabled: isEnabled(user),
    passwordHash: user.passwordHash,
    origin: user.origin,
  };
}
