/** Password modify (RFC 3062): a user changes its own local password, where that is switched on. */
import { isUtf8 } from 'node:buffer';
import type { ChangeOwnPassword } from '../../core/credentials/own-password.ts';
import { DirectoryError } from '../../core/errors.ts';
import { decodePasswordModify, encodeGeneratedPassword } from '../protocol/extended/password-modify.ts';
import type { ExtendedRequest } from '../protocol/messages.ts';
import { ResultCode } from '../protocol/result-codes.ts';
import type { Snapshot } from '../tree/snapshot.ts';
import { type Outcome, outcomeOf, refusal, SUCCESS } from './outcome.ts';
import type { Session } from './session.ts';

export interface PasswordModifyDependencies {
  snapshot(): Snapshot;
  /** null: switched off. */
  changeOwnPassword(): ChangeOwnPassword | null;
}

export async function passwordModify(
  { value }: ExtendedRequest,
  { identity, address }: Session,
  { snapshot, changeOwnPassword }: PasswordModifyDependencies,
): Promise<Outcome> {
  const change = changeOwnPassword();
  if (change === null)
    return refusal(ResultCode.unwillingToPerform, 'Passwords are not changed over LDAP here.');
  const request = decodePasswordModify(value);
  if (request === null) return refusal(ResultCode.protocolError, 'The request value is malformed.');
  if (identity.kind !== 'user' || !isSame(request.user, identity.id, snapshot())) return NOT_YOURS;
  const oldPassword = textOf(request.oldPassword);
  if (oldPassword === null) return refusal(ResultCode.unwillingToPerform, 'The old password is needed too.');
  const newPassword = textOf(request.newPassword);
  if (newPassword === null && request.newPassword !== null) {
    return refusal(ResultCode.constraintViolation, 'A password is text in UTF-8.');
  }
  try {
    const generated = await change({ userId: identity.id, oldPassword, newPassword, address });
    return generated === null ? SUCCESS : { ...SUCCESS, value: encodeGeneratedPassword(generated) };
  } catch (error) {
    return refused(error);
  }
}

const NOT_YOURS = refusal(
  ResultCode.insufficientAccessRights,
  'Only users change passwords here, and each only its own: bind as the user first.',
);

/** The name may be a DN, or an authzId (RFC 4513 section 5.2.1.8) by DN or username. */
function isSame(name: string | null, userId: string, snapshot: Snapshot): boolean {
  if (name === null || name === '') return true;
  try {
    const account = snapshot.dit.account(name.replace(/^(?:dn|u):/i, ''));
    return account?.kind === 'user' && snapshot.user(account)?.id === userId;
  } catch (error) {
    if (error instanceof DirectoryError) return false;
    throw error;
  }
}

function textOf(bytes: Buffer | null): string | null {
  return bytes !== null && isUtf8(bytes) ? bytes.toString() : null;
}

function refused(error: unknown): Outcome {
  if (!(error instanceof DirectoryError)) throw error;
  switch (error.code) {
    case 'unauthenticated':
      return refusal(ResultCode.invalidCredentials, error.message);
    case 'invalid':
      return refusal(ResultCode.constraintViolation, error.message);
    default:
      return outcomeOf(error);
  }
}
