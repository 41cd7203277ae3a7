/** Local passwords: their rules, and bcrypt off the event loop, a few at a time. */
import bcrypt from 'bcrypt';
import pLimit from 'p-limit';
import { DirectoryError } from '../errors.ts';

/** Characters that a new password has at least. */
export const PASSWORD_LENGTH_MIN = 8;
/** bcrypt reads no further than this; what it would ignore is refused. */
export const PASSWORD_BYTES_MAX = 72;
const GENERATED_PASSWORD_LENGTH = 32;
/** Letters and digits that are not mistaken for one another, and that no shell reads as its own. */
const GENERATED_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789';

/** Work factor of bcrypt: 12 costs about 0.2 s. */
const BCRYPT_COST = 12;
const CONCURRENT_HASHES_MAX = 2;
/** Waiting longer than some ten seconds helps nobody: about 100 hashes at cost 12. */
const WAITING_HASHES_MAX = 100;

export interface Passwords {
  /** bcrypt of a new password. Throws DirectoryError 'invalid' (field `password`) or 'busy'. */
  hash(password: string): Promise<string>;
  /** A password that no hash can stand for is simply wrong, at the same cost. Throws DirectoryError 'busy'. */
  verify(password: string, hash: string): Promise<boolean>;
  /** Costs what verify costs, for accounts that are not there. Throws DirectoryError 'busy'. */
  verifyNobody(password: string): Promise<void>;
}

export interface PasswordsOptions {
  readonly cost: number;
  /** Hashes computed at a time; each takes a thread of libuv's pool. */
  readonly concurrent: number;
  /** Hashes that may wait for their turn. */
  readonly queueMax: number;
}

const DEFAULT_OPTIONS: PasswordsOptions = {
  cost: BCRYPT_COST,
  concurrent: CONCURRENT_HASHES_MAX,
  queueMax: WAITING_HASHES_MAX,
};

export function createPasswords(options: PasswordsOptions = DEFAULT_OPTIONS): Passwords {
  const limit = pLimit(options.concurrent);
  const nobody = `$2b$${String(options.cost).padStart(2, '0')}$${'.'.repeat(53)}`;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (limit.activeCount + limit.pendingCount >= options.concurrent + options.queueMax) {
      throw new DirectoryError(
        'busy',
        'Too many passwords are being checked at the moment; try again shortly.',
      );
    }
    return limit(work);
  }

  async function verify(password: string, hash: string): Promise<boolean> {
    const text = password.normalize('NFC');
    const usable = flawOf(text) === null;
    const matches = await inTurn(() => bcrypt.compare(usable ? text : '', withKnownPrefix(hash)));
    return usable && matches;
  }

  return {
    async hash(password) {
      const text = password.normalize('NFC');
      refuseUnfit(text);
      return inTurn(() => bcrypt.hash(text, options.cost));
    },
    verify,
    async verifyNobody(password) {
      await verify(password, nobody);
    },
  };
}

/** A random integer from 0 to below `limit`, as node:crypto's randomInt. */
export type RandomInt = (limit: number) => number;

/** A password of 32 letters and digits: 186 bits. */
export function generatePassword(random: RandomInt): string {
  const characters = Array.from({ length: GENERATED_PASSWORD_LENGTH }, () =>
    GENERATED_ALPHABET.charAt(random(GENERATED_ALPHABET.length)),
  );
  return characters.join('');
}

function refuseUnfit(text: string): void {
  const flaw = Array.from(text).length < PASSWORD_LENGTH_MIN ? 'short' : flawOf(text);
  if (flaw !== null) throw new DirectoryError('invalid', FLAWS[flaw], { field: 'password' });
}

const FLAWS = {
  short: `A password has at least ${PASSWORD_LENGTH_MIN} characters.`,
  long: `A password has at most ${PASSWORD_BYTES_MAX} bytes of UTF-8: choose a shorter one.`,
  nul: 'A password must not hold a NUL character.',
} as const;

function flawOf(text: string): 'long' | 'nul' | null {
  if (text.includes('\0')) return 'nul';
  return Buffer.byteLength(text) > PASSWORD_BYTES_MAX ? 'long' : null;
}

/** `$2y$` is what PHP and Apache call `$2b$`; the library knows only the latter. */
function withKnownPrefix(hash: string): string {
  return hash.startsWith('$2y$') ? `$2b$${hash.slice(4)}` : hash;
}
