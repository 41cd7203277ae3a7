/** How DNs of members are compared, which a directory may spell otherwise than the entries that they name. */
import { keyOfDn } from '../core/syntax/dn.ts';
import { valid } from './plan-steps.ts';

/** One key for every spelling of a DN: case, blanks, escapes. What is no DN is its own key. */
export function memberKey(dn: string): string {
  return valid(dn, keyOfDn) ?? dn;
}
