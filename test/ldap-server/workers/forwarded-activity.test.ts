import { expect, test } from 'vitest';
import { SYSTEM_AUTHORITY } from '../../../src/core/access/authority.ts';
import { createActivity, LINES_MAX, type SignInSeen } from '../../../src/core/activity/activity.ts';
import { createForwardedActivity, takeOver } from '../../../src/ldap-server/workers/forwarded-activity.ts';
import { createHeldClock } from '../../support/held-clock.ts';

const ACTOR = { door: 'cli', name: 'tester', address: null, authority: SYSTEM_AUTHORITY } as const;
const SEEN: SignInSeen = {
  ...{ door: 'LDAP', name: 'jdoe', address: '192.0.2.1', through: null, applicationId: null, reason: 'ok' },
};

test('what happens in a worker is shown as if it had happened here', () => {
  const clock = createHeldClock();
  const [forwarded, activity] = [createForwardedActivity({ clock }), createActivity({ clock })];
  const search = {
    name: 'jdoe',
    subject: 'sub of dc=roster',
    address: '192.0.2.1',
    ok: false,
    reason: 'No.',
  };
  forwarded.signIn(SEEN);
  forwarded.search(false, () => search);
  forwarded.connection('198.51.100.7', 'Not allowed.');
  const happened = forwarded.take();
  if (happened !== null) takeOver(structuredClone(happened), activity);
  expect(forwarded.take()).toBeNull();
  const lines = activity.list(ACTOR, { kind: null, failedOnly: false, text: '', limit: 10 });
  expect(lines.map(({ kind, reason }) => [kind, reason])).toEqual([
    ['connection', 'Not allowed.'],
    ['search', 'No.'],
    ['sign-in', 'Signed in.'],
  ]);
});

test('of a flood of sign-ins some are shown, and all are counted', () => {
  const clock = createHeldClock();
  const [forwarded, activity] = [createForwardedActivity({ clock }), createActivity({ clock })];
  for (let count = 0; count < 2 * LINES_MAX; count += 1) forwarded.signIn(SEEN);
  const happened = forwarded.take();
  expect(happened?.signIns).toHaveLength(LINES_MAX);
  if (happened !== null) takeOver(happened, activity);
  expect(activity.counts(ACTOR).at(-1)).toMatchObject({ ok: 2 * LINES_MAX, failed: 0 });
});
