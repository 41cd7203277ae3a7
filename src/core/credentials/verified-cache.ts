/** Remembers for a short time which passwords were found right, so that an app that binds for each request costs one check. */
import { hash } from 'node:crypto';
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
   * Stands for these facts with this password. A hash under keys that never leave the process, nested as an HMAC is:
   * it gives nothing away, and since nobody outside can compute one, looking it up need not take constant time.
   */
  fingerprint(facts: Facts, password: string): string;
  holds(fingerprint: string): boolean;
  /** For how long it will; 0: it does not. */
  leftMs(fingerprint: string): number;
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
  let keys = newKeys(random);

  function leftMs(fingerprint: string): number {
    const entry = verified.get(fingerprint);
    if (entry === undefined) return 0;
    const age = clock.now().getTime() - entry.at;
    // A clock set back must not lengthen a life.
    if (age >= 0 && age < entry.lifetimeMs) return entry.lifetimeMs - age;
    verified.delete(fingerprint);
    return 0;
  }

  return {
    // In one call each: createHmac takes three times as long, and an app binds for each of its requests.
    fingerprint(facts, password) {
      const inner = hash('sha256', keys.inner + JSON.stringify([...facts, password]), 'base64url');
      return hash('sha256', keys.outer + inner, 'base64url');
    },
    holds: (fingerprint) => leftMs(fingerprint) > 0,
    leftMs,
    add: (fingerprint, lifetimeMs) => verified.set(fingerprint, { at: clock.now().getTime(), lifetimeMs }),
    forget() {
      // Under new keys, what is being checked at this moment cannot be found either when it is added.
      keys = newKeys(random);
      verified.clear();
    },
  };
}

function newKeys(random: (bytes: number) => Buffer): { readonly inner: string; readonly outer: string } {
  const newKey = (): string => random(KEY_BYTES).toString('base64url');
  return { inner: newKey(), outer: newKey() };
}
