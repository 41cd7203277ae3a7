import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRoster, type TestRoster } from '../support/roster.ts';

let roster: TestRoster;

beforeAll(async () => {
  roster = await startRoster();
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
    'Added user rroe to group staff.\n',
  );
  expect((await roster.cli(['groups', 'add-member', 'staff', 'jdoe', '--owner'])).stdout).toBe(
    'Added user jdoe to group staff as an owner.\n',
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
  expect((await roster.cli(['users', 'list', '--detailed'])).stdout).toMatch(
    /^rroe +rroe +user +invited +staff$/m,
  );
  expect(await roster.json('users', 'list', '--detailed')).toMatchObject([
    { username: 'admin', groups: [] },
    { username: 'jdoe', groups: [{ name: 'staff', owner: true }] },
    { username: 'rroe', groups: [{ name: 'staff', owner: false }] },
  ]);

  const cycle = await roster.cli(['groups', 'add-member', 'team', 'staff']);
  expect(cycle).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/^.*staff.*\n$/) });
});

test('a member that is added again stays what it was, and the sentence says what became of it', async () => {
  const said = async (...args: string[]) => (await roster.cli(['groups', ...args])).stdout;
  await said('add', 'crew');
  expect(await said('add-member', 'crew', 'jdoe')).toBe('Added user jdoe to group crew.\n');
  expect(await said('add-member', 'crew', 'jdoe')).toBe('jdoe is a member of crew already.\n');
  expect(await said('add-member', 'crew', 'jdoe', '--owner')).toBe('jdoe is now an owner of crew.\n');
  expect(await said('add-member', 'crew', 'jdoe')).toBe('jdoe is an owner of crew already.\n');
  expect(await said('add-member', 'crew', 'jdoe', '--no-owner')).toBe(
    'jdoe is no longer an owner of crew.\n',
  );
  await said('add', 'heirs');
  expect(await said('copy-members', 'crew', 'heirs')).toBe('Added 1 member of crew to heirs.\n');
  expect(await said('remove-member', 'Crew', 'jdoe')).toBe('Removed user jdoe from group crew.\n');
  expect((await roster.cli(['groups', 'remove-member', 'crew', 'jdoe'])).stderr).toBe(
    'jdoe is not a member of crew.\n',
  );
});

test('a name that a user and a group have asks which is meant', async () => {
  await roster.cli(['groups', 'add', 'rroe']);
  await roster.cli(['groups', 'add', 'both']);
  expect(await roster.cli(['groups', 'add-member', 'both', 'rroe'])).toEqual({
    status: 1,
    stdout: '',
    stderr: 'Both a user and a group are named "rroe": say which by --user or --group.\n',
  });
  expect((await roster.cli(['groups', 'add-member', 'both', 'rroe', '--group'])).stdout).toBe(
    'Added group rroe to group both.\n',
  );
});

test('a group is corrected and deleted', async () => {
  await roster.cli(['groups', 'add', 'brew']);
  expect((await roster.cli(['groups', 'edit', 'brew', '--name', 'tea', '--description', 'Hot'])).stdout).toBe(
    'Changed group tea.\n',
  );
  expect(await roster.json('groups', 'show', 'tea')).toMatchObject({ description: 'Hot' });
  expect((await roster.cli(['groups', 'list', '--search', 'AM'])).stdout).toMatch(/^NAME .*\nteam .*\n$/);
  expect(await roster.cli(['groups', 'delete', 'tea'])).toEqual({
    ...{ status: 2, stdout: '' },
    stderr: 'Group tea is deleted. Add --yes if that is what you want.\n',
  });
  expect((await roster.cli(['groups', 'delete', 'tea', '--yes'])).stdout).toBe('Deleted group tea.\n');
  expect(await roster.cli(['groups', 'show', 'tea'])).toMatchObject({ status: 1 });
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

test('a group has an address, a tag and metadata, which may be taken away', async () => {
  const given = ['--email', 'wiki@example.org', '--permissions', 'read-annotate', '--metadata', 'a=b'];
  expect(await roster.cli(['groups', 'add', 'wiki', ...given])).toMatchObject({ status: 0, stderr: '' });
  const shown = await roster.cli(['groups', 'show', 'wiki']);
  expect(shown.stdout).toMatch(/^E-mail +wiki@example\.org\nPermissions +read-annotate\nMetadata +a=b$/m);
  const refused = await roster.cli(['groups', 'edit', 'wiki', '--permissions', 'everything']);
  expect(refused).toMatchObject({ status: 1, stderr: expect.stringMatching(/one of private, read-only,/) });
  await roster.cli(['groups', 'edit', 'wiki', '--no-email', '--no-permissions', '--metadata', 'a=']);
  expect(await roster.json('groups', 'show', 'wiki')).toMatchObject({
    ...{ email: null, permissions: null, metadata: {} },
  });
});
