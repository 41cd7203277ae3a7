/** Extended operations (RFC 4511 section 4.12): those that are served; what else clients try is refused. */
import { encodeAuthorizationId } from '../protocol/extended/who-am-i.ts';
import type { ExtendedRequest } from '../protocol/messages.ts';
import { Oid } from '../protocol/oids.ts';
import { ResultCode } from '../protocol/result-codes.ts';
import type { Snapshot } from '../tree/snapshot.ts';
import type { Identity } from '../tree/view.ts';
import { type Outcome, refusal, SUCCESS } from './outcome.ts';
import { type PasswordModifyDependencies, passwordModify } from './password-modify.ts';
import type { Session } from './session.ts';

/** OIDs for the root DSE; the connection itself obeys cancel. Password modify is served where it is switched on. */
export const SERVED_EXTENSIONS: readonly string[] = [Oid.whoAmI, Oid.cancel];

export function extended(
  request: ExtendedRequest,
  session: Session,
  dependencies: PasswordModifyDependencies,
): Outcome | Promise<Outcome> {
  switch (request.oid) {
    case Oid.whoAmI:
      return whoAmI(request, session.identity, dependencies.snapshot());
    case Oid.passwordModify:
      return passwordModify(request, session, dependencies);
    case Oid.startTls:
      return { ...refusal(ResultCode.operationsError, 'TLS is already on.'), oid: request.oid };
    default:
      return refusal(ResultCode.protocolError, 'This extended operation is not served.');
  }
}

function whoAmI({ value }: ExtendedRequest, identity: Identity, snapshot: Snapshot): Outcome {
  return value === null
    ? { ...SUCCESS, value: encodeAuthorizationId(dnOf(identity, snapshot)) }
    : refusal(ResultCode.protocolError, '"Who am I?" has no request value.');
}

/** null: anonymous, or no longer listed. */
function dnOf(identity: Identity, { dit, references, applications }: Snapshot): string | null {
  switch (identity.kind) {
    case 'anonymous':
      return null;
    case 'admin':
      return dit.admin.dn;
    case 'application': {
      const application = applications.get(identity.id);
      return application === undefined ? null : dit.application(application.name).dn;
    }
    case 'user':
      return references.get(identity.id)?.dn ?? null;
  }
}
