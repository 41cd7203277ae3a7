import { afterAll, beforeAll, expect, test } from 'vitest';
import { newRoster, type TestRoster } from '../support/roster.ts';

let roster: TestRoster;

beforeAll(async () => {
  roster = await newRoster();
  for (const name of ['jdoe', 'rroe']) expect((await roster.cli(['users', 'add', name])).status).toBe(0);
});

afterAll(() => roster.remove());

test('groups are added, given members and owners, and shown', async () => {
  expect(await roster.cli(['groups', 'add', 'staff', '--display-name', 'The Staff'])).toEqual({
    status: 0,
    stdout: 'Added group staff.\n',
    stderr: '',
  });
  await roster.cli(['groups', 'add', 'team', '--description', 'A part of it']);
  expect((await roster.cli(['groups', 'add-member', 'staff', 'rroe'])).stdout).toBe(
    'Added rroe to group staff.\n',
  );
  expect((await roster.cli(['groups', 'add-member', 'staff', 'jdoe', '--owner'])).stdout).toBe(
    'Added jdoe to group staff as an owner.\n',
  );
  expect(await roster.cli(['groups', 'add-member', 'staff', 'team'])).toMatchObject({ status: 0 });

  expect(await roster.json('groups', 'show', 'staff')).toMatchObject({
    displayName: 'The Staff',
    members: [
      { name: 'jdoe', memberKind: 'user', owner: true },
      { name: 'rroe', memberKind: 'user', owner: false },
      { name: 'team', memberKind: 'group', owner: false },
    ],
  });
  expect((await roster.cli(['groups', 'show', 'staff'])).stdout).toMatch(
    /^Name +staff\n[\s\S]*\n\nMEMBER +KIND +ROLE +ADDED\njdoe +user +owner\nrroe +user\nteam +group\n$/,
  );
  expect(await roster.json('groups', 'list')).toMatchObject([{ name: 'staff' }, { name: 'team' }]);

  const cycle = await roster.cli(['groups', 'add-member', 'team', 'staff']);
  expect(cycle).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/^.*staff.*\n$/) });
});

test.each([
  ['an unknown group', ['groups', 'show', 'nowhere'], /nowhere/],
  ['an unknown member', ['groups', 'add-member', 'staff', 'nobody'], /nobody/],
  ['a reserved name', ['groups', 'add', 'admins'], /reserved/],
])('%s is told in one sentence', async (_name, args, sentence) => {
  const { status, stdout, stderr } = await roster.cli(args);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(sentence);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
