/** Which hashes of passwords are taken from elsewhere. */
import { DirectoryError } from '../errors.ts';

const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const COST_MIN = 4;
/** A sign-in costs twice as much with each: this one about a second. */
const COST_MAX = 14;

/** Throws DirectoryError 'invalid' (field `passwordHash`), without the hash. */
export function checkBcryptHash(text: string): string {
  const cost = Number(BCRYPT.exec(text)?.[1] ?? 0);
  if (cost >= COST_MIN && cost <= COST_MAX) return text;
  throw new DirectoryError(
    'invalid',
    `A password hash is bcrypt ($2a$, $2b$ or $2y$) with a cost of ${COST_MIN} to ${COST_MAX}.`,
    { field: 'passwordHash' },
  );
}
