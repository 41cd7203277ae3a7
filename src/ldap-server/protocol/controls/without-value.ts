/** Controls that say all by their OID. */
import type { Control } from '../messages.ts';
import { Oid } from '../oids.ts';

/** ManageDsaIT (RFC 3296), do not use a copy (RFC 6171), password policy (draft-behera-ldap-password-policy). */
const WITHOUT_VALUE: ReadonlySet<string> = new Set([Oid.manageDsaIt, Oid.dontUseCopy, Oid.passwordPolicy]);

/**
 * Whether a request control breaks its specification by carrying a value, to be answered by protocolError. An empty
 * value passes: not every client library can leave one out.
 */
export function hasForbiddenValue({ oid, value }: Control): boolean {
  return WITHOUT_VALUE.has(oid) && value !== null && value.length > 0;
}
