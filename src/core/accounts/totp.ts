/** Time-based one-time passwords (RFC 6238) and the codes that stand in for them. */
import { createHash } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { SecretBox } from '../credentials/secrets.ts';
import { RECOVERY_CODES, type Totp } from '../model/extra-credentials.ts';

const ISSUER = 'Roster';
const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;
/** Steps before and after the present one whose codes are good (RFC 6238 section 5.2). */
const WINDOW_STEPS = 1;
const CODE = /^\d{6}$/;

/** As node:crypto's randomBytes. */
export type RandomBytes = (size: number) => Buffer;

export interface NewTotp {
  readonly totp: Totp;
  /** base32, for who types it. */
  readonly secret: string;
  /** otpauth://..., for who scans it. */
  readonly uri: string;
}

/** Not confirmed, and without recovery codes. */
export function newTotp(userId: string, username: string, box: SecretBox, random: RandomBytes): NewTotp {
  const secret = new Secret({ buffer: new Uint8Array(random(SECRET_BYTES)).buffer }).base32;
  const sealedSecret = box.seal(secret, boundTo(userId));
  return {
    totp: { sealedSecret, confirmedAt: null, lastStep: 0, recoveryHashes: [] },
    secret,
    uri: generatorOf(secret, username).toString(),
  };
}

/** What is left when the code was used; null: the code is wrong, or was used before. */
export function useCode(
  userId: string,
  totp: Totp,
  given: string,
  now: Date,
  box: Pick<SecretBox, 'open'>,
): Totp | null {
  const code = given.replaceAll(/[\s-]/g, '').toLowerCase();
  if (!CODE.test(code)) return useRecoveryCode(totp, code);
  const generator = generatorOf(box.open(totp.sealedSecret, boundTo(userId)), '');
  const timestamp = now.getTime();
  const delta = generator.validate({ token: code, timestamp, window: WINDOW_STEPS });
  if (delta === null) return null;
  const step = generator.counter({ timestamp }) + delta;
  return step > totp.lastStep ? { ...totp, lastStep: step } : null;
}

function useRecoveryCode(totp: Totp, code: string): Totp | null {
  const used = hashOf(code);
  const recoveryHashes = totp.recoveryHashes.filter((hash) => hash !== used);
  return recoveryHashes.length === totp.recoveryHashes.length ? null : { ...totp, recoveryHashes };
}

export interface RecoveryCodes {
  /** To be shown once, as xxxx-xxxx-xxxx-xxxx. */
  readonly codes: readonly string[];
  readonly hashes: readonly string[];
}

/** 32 letters and digits that are not mistaken for one another. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
const RECOVERY_CODE_LENGTH = 16;

/** Of 80 random bits each, which a fast hash protects well enough. */
export function newRecoveryCodes(random: RandomBytes): RecoveryCodes {
  const codes = Array.from({ length: RECOVERY_CODES }, () =>
    Array.from(random(RECOVERY_CODE_LENGTH), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join(''),
  );
  return { codes: codes.map((code) => code.replace(/(.{4})(?=.)/g, '$1-')), hashes: codes.map(hashOf) };
}

function generatorOf(secret: string, label: string): TOTP {
  return new TOTP({ issuer: ISSUER, label, secret, period: PERIOD_SECONDS });
}

function boundTo(userId: string): string {
  return `second factor of ${userId}`;
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('base64url');
}
