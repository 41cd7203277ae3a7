/** Extended operations (RFC 4511 section 4.12): "Who am I?" (RFC 4532); what else clients try is refused. */
import type { ExtendedRequest } from '../protocol/messages.ts';
import { Oid } from '../protocol/oids.ts';
import { ResultCode } from '../protocol/result-codes.ts';
import type { Snapshot } from '../tree/snapshot.ts';
import type { Identity } from '../tree/view.ts';
import { type Outcome, refusal, SUCCESS } from './outcome.ts';

export function extended({ oid, value }: ExtendedRequest, identity: Identity, snapshot: Snapshot): Outcome {
  switch (oid) {
    case Oid.whoAmI:
      return value === null
        ? { ...SUCCESS, value: Buffer.from(authorizationId(identity, snapshot)) }
        : refusal(ResultCode.protocolError, '"Who am I?" has no request value.');
    case Oid.startTls:
      return { ...refusal(ResultCode.operationsError, 'TLS is already on.'), oid };
    case Oid.passwordModify:
      return refusal(ResultCode.unwillingToPerform, 'Passwords are not changed over LDAP here.');
    default:
      return refusal(ResultCode.protocolError, 'This extended operation is not served.');
  }
}

/** RFC 4513 section 5.2.1.8; empty for an anonymous connection. */
function authorizationId(identity: Identity, snapshot: Snapshot): string {
  switch (identity.kind) {
    case 'anonymous':
      return '';
    case 'admin':
      return `dn:${snapshot.dit.admin.dn}`;
    case 'user': {
      const reference = snapshot.references.get(identity.id);
      return reference === undefined ? '' : `dn:${reference.dn}`;
    }
  }
}
