import { expect, test } from 'vitest';
import { LDAP, Refusal } from '../../src/connector/failure.ts';
import { ConnectionLost } from '../../src/connector/ldap/connection.ts';
import { isTransient, RETRY_DELAYS_MS, type Wait, withRetries } from '../../src/connector/retry.ts';
import { DirectoryError } from '../../src/core/errors.ts';

/** Attempts that fail with these errors, then succeed; and what was waited for. */
function attempts(errors: readonly Error[]) {
  const waited: number[] = [];
  const left = [...errors];
  const wait: Wait = async (ms) => {
    waited.push(ms);
  };
  const attempt = async () => {
    const error = left.shift();
    if (error !== undefined) throw error;
    return 'done';
  };
  const options = { isTransient: (error: unknown) => error === PASSING, wait, retrying() {} };
  return {
    waited,
    run: (signal = new AbortController().signal) => withRetries(attempt, { ...options, signal }),
  };
}

const PASSING = new Error('passing');
const LASTING = new Error('lasting');

test('what passes is tried again after one, four and fifteen seconds', async () => {
  const { run, waited } = attempts([PASSING, PASSING, PASSING]);
  expect(await run()).toBe('done');
  expect(waited).toEqual([1000, 4000, 15_000]);
});

test('after three further attempts it gives up, with the last error', async () => {
  const { run, waited } = attempts([PASSING, PASSING, PASSING, PASSING]);
  await expect(run()).rejects.toBe(PASSING);
  expect(waited).toEqual(RETRY_DELAYS_MS);
});

test('what does not pass is not tried again', async () => {
  const { run, waited } = attempts([PASSING, LASTING]);
  await expect(run()).rejects.toBe(LASTING);
  expect(waited).toEqual([1000]);
});

test('who stops does not wait', async () => {
  const controller = new AbortController();
  const stopped = new Error('stopped');
  const wait: Wait = (_ms, signal) => {
    controller.abort(stopped);
    return Promise.reject(signal.reason);
  };
  const options = { isTransient: () => true, wait, signal: controller.signal, retrying() {} };
  await expect(withRetries(() => Promise.reject(PASSING), options)).rejects.toBe(stopped);
});

function refusal(code: number): DirectoryError {
  const cause = new Refusal({ code, message: '', cookie: null, policy: null });
  return new DirectoryError('unavailable', 'The server refused.', { cause });
}

test.each([LDAP.timeLimitExceeded, LDAP.adminLimitExceeded, LDAP.busy, LDAP.unavailable, LDAP.other])(
  'result code %i passes',
  (code) => {
    expect(isTransient(refusal(code), 'openldap')).toBe(true);
  },
);

test.each([2, 4, 8, 12, 13, 32, 34, 49, 50, 53])('result code %i does not', (code) => {
  expect(isTransient(refusal(code), 'openldap')).toBe(false);
});

test('an operationsError passes at Okta, and nowhere else', () => {
  expect(isTransient(refusal(LDAP.operationsError), 'okta')).toBe(true);
  expect(isTransient(refusal(LDAP.operationsError), 'openldap')).toBe(false);
});

test('a connection that broke passes, and so does a network that is away; a wrong certificate or name does not', () => {
  const caused = (cause: Error) => new DirectoryError('unavailable', 'It is away.', { cause });
  const coded = (code: string) => caused(Object.assign(new Error(code), { code }));
  expect(isTransient(caused(new ConnectionLost('closed the connection')), 'openldap')).toBe(true);
  expect(
    ['ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN'].map((code) => isTransient(coded(code), 'openldap')),
  ).toEqual([true, true, true]);
  expect(['ENOTFOUND', 'EPROTO'].map((code) => isTransient(coded(code), 'openldap'))).toEqual([false, false]);
  expect(isTransient(new DirectoryError('invalid', 'The base does not exist.'), 'openldap')).toBe(false);
});
