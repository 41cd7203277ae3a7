/** Seals secrets that must be kept readable (bind passwords of sources), so that the database alone does not give them away. */
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { DirectoryError } from '../errors.ts';

export const SECRET_KEY_BYTES = 32;
const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Sealed text: `v1.` and the base64url of nonce, tag and ciphertext. */
const VERSION = 'v1.';

export interface SecretBox {
  /** Opens only together with the same `boundTo`, so that a sealed text cannot be moved to another row. */
  seal(text: string, boundTo: string): string;
  /** Throws DirectoryError 'unavailable' where the key is another one, or the text was altered or moved. */
  open(sealed: string, boundTo: string): string;
}

/** Throws DirectoryError 'invalid' where the key does not have 32 bytes. */
export function createSecretBox(key: Buffer): SecretBox {
  if (key.length !== SECRET_KEY_BYTES) {
    throw new DirectoryError(
      'invalid',
      `The secret key must have ${SECRET_KEY_BYTES} bytes, not ${key.length}: mend ROSTER_SECRET_KEY_FILE or secret.key in the data directory.`,
    );
  }
  const secret = createSecretKey(key);
  return {
    seal(text, boundTo) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, secret, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(boundTo));
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return VERSION + Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString('base64url');
    },
    open(sealed, boundTo) {
      try {
        const { nonce, tag, ciphertext } = partsOf(sealed);
        const decipher = createDecipheriv(ALGORITHM, secret, nonce, { authTagLength: TAG_BYTES });
        decipher.setAAD(Buffer.from(boundTo));
        decipher.setAuthTag(tag);
        return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new DirectoryError(
          'unavailable',
          "This server's secret key differs from the one that sealed this secret: restore the key in ROSTER_SECRET_KEY_FILE or secret.key in the data directory, or enter the secret anew.",
          { cause },
        );
      }
    },
  };
}

function partsOf(sealed: string): { nonce: Buffer; tag: Buffer; ciphertext: Buffer } {
  if (!sealed.startsWith(VERSION)) throw new Error('The sealed text has an unknown version.');
  const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url');
  return {
    nonce: bytes.subarray(0, NONCE_BYTES),
    tag: bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES),
    ciphertext: bytes.subarray(NONCE_BYTES + TAG_BYTES),
  };
}
