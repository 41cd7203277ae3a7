import { expect, test } from 'vitest';
import { createPace, PACE_WAIT_MS_MAX } from '../../src/connector/pace.ts';
import { verdictOf } from '../../src/connector/sign-in-refusal.ts';

const answer = (code: number, message = '') => verdictOf({ code, message, cookie: null, policy: null });

test.each([
  ['52e', undefined],
  ['525', 'unknown'],
  ['530', 'not-now'],
  ['531', 'not-now'],
  ['532', 'password-expired'],
  ['533', 'disabled'],
  ['701', 'account-expired'],
  ['773', 'must-change'],
  ['775', 'locked'],
  ['9999', undefined],
])('data %s of Active Directory is told apart', (data, why) => {
  const message = `80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data ${data}, v2580`;
  const verdict = answer(49, message);
  expect(verdict).toEqual({ ok: false, reason: 'wrong', ...(why !== undefined && { why }) });
});

test.each([
  [0, '', { ok: true }],
  [49, '', { ok: false, reason: 'wrong' }],
  [48, '', { ok: false, reason: 'wrong' }],
  [32, '', { ok: false, reason: 'wrong' }],
  [53, 'Account inactivated. Contact system administrator.', { reason: 'wrong', why: 'disabled' }],
  [19, 'Exceed password retry limit. Please try later.', { reason: 'wrong', why: 'locked' }],
  [53, 'unwilling', { reason: 'unavailable' }],
  [11, '', { reason: 'busy' }],
  [51, '', { reason: 'busy' }],
  [52, '', { reason: 'unavailable' }],
  [8, 'stronger', { reason: 'unavailable' }],
])('result code %i, saying %j, is %j', (code, message, verdict) => {
  expect(answer(code, message)).toMatchObject(verdict);
});

test('no more binds go in a second than the provider takes, in turn, and who would wait too long is told so', async () => {
  let now = 1_000;
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  const pace = createPace({ now: () => now, wait });
  const { signal } = new AbortController();
  for (let bind = 0; bind < 9; bind += 1) await pace.turn('okta', 4, signal);
  expect(waits).toEqual([1050, 1050, 1050, 1050, 2100]);
  now += 10_000;
  await pace.turn('okta', 4, signal);
  expect(waits).toHaveLength(5);
  await pace.turn('other', 0, signal);
  const crowd = Array.from({ length: 100 }, () => pace.turn('okta', 4, signal));
  const outcomes = await Promise.allSettled(crowd);
  expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'busy' } });
  expect(Math.max(...waits)).toBeLessThanOrEqual(PACE_WAIT_MS_MAX);
});
