/** Remembers for a short time which passwords were found right, so that an app that binds for each request costs one check. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { createBoundedMap } from './bounded-map.ts';

/** Beyond this many the one used longest ago is forgotten: some 2 MB. */
export const VERIFIED_ENTRIES_MAX = 10_000;
/** How long a password stays right that was checked here, where every change is known at once. */
export const VERIFIED_LOCALLY_MS = 5 * 60_000;
/**
 * The same for one checked upstream. An app that binds a hundred times a second asks upstream once a minute; for
 * that, a password changed or withdrawn upstream goes on opening its account for up to a minute.
 */
export const VERIFIED_REMOTELY_MS = 60_000;

const KEY_BYTES = 32;

/** What a verification stands on beside the password; when any of it changes, what was verified before counts no more. */
export type Facts = readonly (string | number | boolean | null)[];

export interface VerifiedCache {
  /**
   * Stands for these facts with this password. An HMAC under a key that never leaves the process: it gives nothing
   * away, and since nobody outside can compute one, looking it up need not take constant time.
   */
  fingerprint(facts: Facts, password: string): string;
  holds(fingerprint: string): boolean;
  add(fingerprint: string, lifetimeMs: number): void;
  /** Forgets everything, also what is added later under a fingerprint from before. */
  forget(): void;
}

export interface VerifiedCacheDependencies {
  readonly clock: Clock;
  /** As node:crypto's randomBytes. */
  readonly random: (bytes: number) => Buffer;
}

export function createVerifiedCache({ clock, random }: VerifiedCacheDependencies): VerifiedCache {
  const verified = createBoundedMap<{ readonly at: number; readonly lifetimeMs: number }>(
    VERIFIED_ENTRIES_MAX,
  );
  let key = newKey(random);

  return {
    fingerprint: (facts, password) =>
      createHmac('sha256', key)
        .update(JSON.stringify([...facts, password]))
        .digest('base64url'),
    holds(fingerprint) {
      const entry = verified.get(fingerprint);
      if (entry === undefined) return false;
      const age = clock.now().getTime() - entry.at;
      // A clock set back must not lengthen a life.
      const fresh = age >= 0 && age < entry.lifetimeMs;
      if (!fresh) verified.delete(fingerprint);
      return fresh;
    },
    add: (fingerprint, lifetimeMs) => verified.set(fingerprint, { at: clock.now().getTime(), lifetimeMs }),
    forget() {
      // Under a new key, what is being checked at this moment cannot be found either when it is added.
      key = newKey(random);
      verified.clear();
    },
  };
}

function newKey(random: (bytes: number) => Buffer): KeyObject {
  return createSecretKey(random(KEY_BYTES));
}
