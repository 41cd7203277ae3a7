/** A second factor that travels beside a name, as `uid=jdoe+totpToken=123456,...`. */
import { parseDn } from '../../core/syntax/dn.ts';
import { foldAttribute } from '../../core/syntax/folding.ts';

const TYPE = 'totptoken';

/** null where the name, a DN or none, carries none. */
export function secondFactorOf(name: string): string | null {
  // Nearly no bind has one: parsing a name twice is for those that have.
  if (!name.toLowerCase().includes(TYPE)) return null;
  try {
    const [rdn = []] = parseDn(name);
    return rdn.find(({ type }) => foldAttribute(type) === TYPE)?.value.trim() || null;
  } catch {
    return null;
  }
}
