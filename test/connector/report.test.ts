import { expect, test } from 'vitest';
import { summaryOf } from '../../src/connector/report.ts';
import { NO_COUNTERS, type SyncCounters } from '../../src/core/model/sync-run.ts';

test.each<[Partial<SyncCounters>, string]>([
  [{ usersCreated: 1000, groupsCreated: 50, membersAdded: 649 }, 'Imported 1000 users and 50 groups.'],
  [{ usersCreated: 1 }, 'Imported 1 user.'],
  [{}, 'Nothing changed.'],
  [{ problems: 2 }, 'Nothing changed.'],
  [{ usersUpdated: 1, membersAdded: 2 }, '2 memberships added, 1 user updated.'],
  [{ usersCreated: 2, usersDisabled: 1 }, '2 users created, 1 user suspended.'],
  [{ membersAdded: 3 }, '3 memberships added.'],
])('%o reads %s', (counters, sentence) => {
  expect(summaryOf(outcome(counters))).toBe(sentence);
});

test('a source that lists nobody is said so', () => {
  expect(summaryOf({ ...outcome({}), counters: NO_COUNTERS })).toMatch(
    /Nothing changed. The source lists nobody: check/,
  );
});

test('members that were ignored and warnings follow', () => {
  const told = summaryOf({ ...outcome({}), ignoredMembers: 1, warnings: ['No ids.'] });
  expect(told).toBe('Nothing changed. 1 member of a group is ignored, being no import here. No ids.');
});

function outcome(counters: Partial<SyncCounters>) {
  return { counters: { ...NO_COUNTERS, usersSeen: 1000, ...counters }, warnings: [], ignoredMembers: 0 };
}
