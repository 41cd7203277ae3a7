import { beforeEach, describe, expect, test } from 'vitest';
import { NO_AUTHORITY } from '../../../src/core/access/authority.ts';
import {
  type Activity,
  createActivity,
  LINES_MAX,
  SEARCHES_PER_SECOND_MAX,
  type SignInSeen,
} from '../../../src/core/activity/activity.ts';
import { INTERVAL_MS, INTERVALS } from '../../../src/core/activity/counts.ts';
import { ACTOR } from '../../support/directory.ts';

const ALL = { kind: null, failedOnly: false, text: '', limit: 10_000 };
const NOBODY = { ...ACTOR, authority: NO_AUTHORITY };

let now: Date;
let activity: Activity;

beforeEach(() => {
  now = new Date('2030-01-01T00:00:00Z');
  activity = createActivity({ clock: { now: () => now } });
});

function pass(ms: number): void {
  now = new Date(now.getTime() + ms);
}

function signIn(changes: Partial<SignInSeen> = {}): void {
  activity.signIn({
    ...{ door: 'LDAP', name: 'jdoe', address: '192.0.2.7', through: null, applicationId: null, reason: 'ok' },
    ...changes,
  });
}

function search(name: string, ok = true): void {
  activity.search(ok, () => ({ name, subject: '(uid=?)', address: '192.0.2.7', ok, reason: 'Found.' }));
}

describe('what is kept', () => {
  test('is bounded by kind, so that a flood of one does not push out another', () => {
    signIn({ name: 'rare' });
    for (let flood = 0; flood < 5 * LINES_MAX; flood++) {
      pass(1000);
      search(`search ${flood}`);
    }
    const lines = activity.list(ACTOR, ALL);
    expect(lines).toHaveLength(LINES_MAX + 1);
    expect(lines.some(({ name }) => name === 'rare')).toBe(true);
    expect(lines[0]?.name).toBe(`search ${5 * LINES_MAX - 1}`);
  });

  test('describes a bounded number of searches in a second, and counts failed ones apart', () => {
    let described = 0;
    const describeOne = () => {
      described += 1;
      return { name: 'app', subject: '', address: '192.0.2.7', ok: true, reason: '' };
    };
    for (let flood = 0; flood < 1000; flood++) activity.search(true, describeOne);
    expect(described).toBe(SEARCHES_PER_SECOND_MAX);
    search('failed', false);
    expect(activity.list(ACTOR, { ...ALL, failedOnly: true }).map(({ name }) => name)).toEqual(['failed']);
  });

  test('holds nothing at length, whatever clients write', () => {
    signIn({ name: 'x'.repeat(1_000_000) });
    expect(activity.list(ACTOR, ALL)[0]?.name.length).toBeLessThan(1000);
    expect(activity.clients(ACTOR)[0]?.name.length).toBeLessThan(1000);
  });

  test('is found by kind, by failure and by a part of name, address or application', () => {
    signIn({ name: 'jdoe', through: 'wiki' });
    signIn({ name: 'other', reason: 'wrong-password' });
    search('jdoe');
    const found = (query: Partial<typeof ALL>) =>
      activity.list(ACTOR, { ...ALL, ...query }).map(({ name, kind }) => `${kind} of ${name}`);
    expect(found({ text: 'JDOE' })).toEqual(['search of jdoe', 'sign-in of jdoe']);
    expect(found({ text: 'wiki' })).toEqual(['sign-in of jdoe']);
    expect(found({ failedOnly: true })).toEqual(['sign-in of other']);
    expect(found({ limit: 1 })).toEqual(['search of jdoe']);
  });

  test('is told to nobody who may not read the audit', () => {
    expect(() => activity.list(NOBODY, ALL)).toThrow(/may not/);
    expect(() => activity.counts(NOBODY)).toThrow(/may not/);
    expect(() => activity.clients(NOBODY)).toThrow(/may not/);
  });
});

test('sign-ins are counted by quarters of an hour for one day; binds without a name are none', () => {
  signIn();
  signIn({ reason: 'anonymous' });
  pass(INTERVAL_MS);
  signIn({ reason: 'throttled' });
  expect(activity.counts(ACTOR)).toHaveLength(INTERVALS);
  expect(activity.counts(ACTOR).slice(-2)).toMatchObject([
    { ok: 1, failed: 0 },
    { ok: 0, failed: 1 },
  ]);
  pass(INTERVALS * INTERVAL_MS);
  signIn();
  expect(activity.counts(ACTOR).reduce((sum, { ok, failed }) => sum + ok + failed, 0)).toBe(1);
});

describe('clients', () => {
  test('are those that signed in over LDAP, the newest first, each address once', () => {
    signIn({ address: '192.0.2.1', name: 'one' });
    signIn({ address: '192.0.2.2', name: 'two' });
    signIn({ address: '192.0.2.1', name: 'three', through: 'wiki' });
    signIn({ address: '192.0.2.3', reason: 'wrong-password' });
    signIn({ address: '192.0.2.4', door: 'web' });
    expect(activity.clients(ACTOR).map(({ address, name }) => `${name} at ${address}`)).toEqual([
      'wiki at 192.0.2.1',
      'two at 192.0.2.2',
    ]);
  });

  test('are remembered in bounded number, and applications with their last sign-in', () => {
    for (let number = 0; number < 3000; number++) signIn({ address: `10.0.${number >> 8}.${number & 255}` });
    expect(activity.clients(ACTOR)).toHaveLength(1000);
    expect(activity.lastUse('app')).toBeNull();
    signIn({ name: 'wiki', applicationId: 'app' });
    expect(activity.lastUse('app')).toEqual(now);
  });
});
