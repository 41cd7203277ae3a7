/** What password policies say beside a bind: draft-behera-ldap-password-policy-10, and Netscape's controls before it. */
import { contentOf, elements } from './ber-elements.ts';

/** Values of the controls of an answer, by OID. */
export type Controls = ReadonlyMap<string, Buffer>;

export type PolicyTrouble = 'password-expired' | 'locked' | 'must-change';

/** Asked for with a bind, and answered under the same OID. */
export const PASSWORD_POLICY = '1.3.6.1.4.1.42.2.27.8.5.1';
/** Sent unasked by 389 Directory Server: the password has expired or must be changed. */
const NETSCAPE_PASSWORD_EXPIRED = '2.16.840.1.113730.3.4.4';

const SEQUENCE = 0x30;
const ERROR = 0x81;
/** PasswordPolicyResponseValue.error; the others are about changes of passwords. */
const ERRORS: Readonly<Record<number, PolicyTrouble>> = {
  0: 'password-expired',
  1: 'locked',
  2: 'must-change',
};

/** Throws MalformedAnswer where the control cannot be read. */
export function policyTrouble(controls: Controls): PolicyTrouble | null {
  const value = controls.get(PASSWORD_POLICY);
  if (value !== undefined && value.length > 0) {
    const error = elements(contentOf(elements(value)[0], SEQUENCE)).find(({ tag }) => tag === ERROR);
    return ERRORS[error?.content[0] ?? -1] ?? null;
  }
  return controls.has(NETSCAPE_PASSWORD_EXPIRED) ? 'must-change' : null;
}
