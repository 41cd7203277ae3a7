/** Tries again, after a while, what failed for a reason that passes. */
import { setTimeout as pause } from 'node:timers/promises';
import { DirectoryError } from '../core/errors.ts';
import type { PresetName } from '../core/model/source.ts';
import { LDAP, Refusal } from './failure.ts';
import { ConnectionLost } from './ldap/connection.ts';

/** Resolves after `ms`; rejects when `signal` aborts. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<unknown>;

export const wait: Wait = (ms, signal) => pause(ms, undefined, { signal });

/** Before the second, third and fourth attempt. */
export const RETRY_DELAYS_MS: readonly number[] = [1_000, 4_000, 15_000];

export interface Retries {
  readonly isTransient: (error: unknown) => boolean;
  readonly wait: Wait;
  readonly signal: AbortSignal;
  /** Told before each further attempt. */
  readonly retrying: (error: unknown, delayMs: number) => void;
}

/** The result of the first attempt that succeeds; rejects as the last one did, or with what is not transient. */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  { isTransient, wait: waitFor, signal, retrying }: Retries,
): Promise<Result> {
  for (const delayMs of RETRY_DELAYS_MS) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted || !isTransient(error)) throw error;
      retrying(error, delayMs);
      await waitFor(delayMs, signal).catch(() => signal.throwIfAborted());
    }
  }
  return attempt();
}

const NETWORK_CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'],
]);
const RESULT_CODES = new Set<number>([
  ...[LDAP.timeLimitExceeded, LDAP.adminLimitExceeded, LDAP.busy, LDAP.unavailable, LDAP.other],
]);

/**
 * Whether asking again may help: the network, or a server that is overloaded. What is wrong with the source itself
 * stays wrong, and a search that was cut by a size limit would be cut again.
 */
export function isTransient(error: unknown, preset: PresetName): boolean {
  if (!(error instanceof DirectoryError) || error.code !== 'unavailable') return false;
  const { cause } = error;
  if (cause instanceof ConnectionLost) return true;
  // Okta says operationsError where its own API behind it failed.
  if (cause instanceof Refusal) {
    return RESULT_CODES.has(cause.code) || (preset === 'okta' && cause.code === LDAP.operationsError);
  }
  return cause instanceof Error && 'code' in cause && NETWORK_CODES.has(String(cause.code));
}
