import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRoster, type TestRoster } from '../support/roster.ts';

let roster: TestRoster;

beforeAll(async () => {
  roster = await startRoster();
});

afterAll(() => roster.remove());

const done = async (...args: string[]) => {
  const { status, stdout, stderr } = await roster.cli(args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
};

test('roles are added, shown, changed, given and deleted', async () => {
  expect(
    await done(
      'roles',
      'add',
      'helpdesk',
      '--rank',
      '50',
      '--permission',
      'users.read',
      '--description',
      'First aid',
    ),
  ).toBe('Added role helpdesk.\n');
  expect(await done('roles', 'list')).toMatch(
    /^NAME +RANK +BUILT IN +DESCRIPTION\nowner +400 +yes .*\nadmin +300[\s\S]*\nhelpdesk +50 +First aid\nuser +0 /,
  );
  expect(await roster.json('roles', 'show', 'helpdesk')).toEqual({
    ...{ name: 'helpdesk', description: 'First aid', rank: 50, builtIn: false },
    permissions: ['self', 'groups.own', 'users.read'],
  });
  expect(await done('users', 'add', 'jdoe', '--role', 'helpdesk')).toMatch(/^Added user jdoe/);
  expect(await roster.cli(['roles', 'delete', 'helpdesk', '--yes'])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/have the role/),
  });
  expect(await done('users', 'edit', 'jdoe', '--role', 'admin')).toBe('Changed user jdoe.\n');
  expect(await roster.json('users', 'show', 'jdoe')).toMatchObject({ role: 'admin' });
  expect(await done('roles', 'edit', 'helpdesk', '--rank', '60')).toBe('Changed role helpdesk.\n');
  expect(await done('roles', 'delete', 'helpdesk', '--yes')).toBe('Deleted role helpdesk.\n');
  expect(await done('roles', 'permissions')).toMatch(/\nbackup +back up and restore/);
});

test('what cannot be is refused with a sentence', async () => {
  const refusals = [
    [['roles', 'add', 'x', '--permission', 'fly'], 1, 'There is no permission named "fly".\n'],
    [['roles', 'add', 'x', '--rank', 'high'], 2, /whole number/],
    [['roles', 'edit', 'owner', '--rank', '1'], 1, 'The role owner is built in and stays as it is.\n'],
    [['roles', 'edit', 'owner'], 2, /what to change/],
    [['users', 'edit', 'admin', '--role', 'user'], 1, /last owner/],
    [['users', 'edit', 'admin', '--role', 'king'], 1, 'There is no role named "king".\n'],
    [['audit', 'list', '--since', 'yesterday'], 2, /date/],
    [['audit', 'list', '--limit', '0'], 2, /limit/],
    [['settings', 'set', 'audit-days', '1'], 1, /30 to 3650/],
  ] as const;
  for (const [args, status, sentence] of refusals) {
    const outcome = await roster.cli(args);
    expect(outcome, args.join(' ')).toMatchObject({ status, stdout: '' });
    expect(outcome.stderr).toMatch(sentence);
  }
});

test('single permissions are given, taken away and left to the role', async () => {
  await done('users', 'add', 'rroe');
  expect(await done('users', 'allow', 'rroe', 'audit.read')).toBe('Allowed audit.read to user rroe.\n');
  expect(await done('users', 'deny', 'rroe', 'self')).toBe('Denied self to user rroe.\n');
  expect(await done('users', 'allow', 'rroe', 'audit.read', '--reset')).toBe(
    'Left audit.read of user rroe to the role.\n',
  );
});

test('the audit is listed by what was done, by whom and to whom', async () => {
  await done('users', 'add', 'bob');
  await done('users', 'disable', 'bob');
  expect(await roster.json('audit', 'list', '--user', 'bob')).toMatchObject([
    { action: 'user.disable', actor: { door: 'cli', name: 'console' }, details: { username: 'bob' } },
    { action: 'user.add' },
  ]);
  expect(
    await roster.json('audit', 'list', '--action', 'user.disable', '--since', '1d', '--limit', '1'),
  ).toHaveLength(1);
  expect(await done('audit', 'list', '--actor', 'nobody-at-all')).toBe('There are no such lines.\n');
  expect(await done('audit', 'list', '--limit', '2')).toMatch(
    /^TIME +ACTOR +DOOR +ADDRESS +ACTION +DETAILS\n20.* console +cli +user\.disable +username="bob"/,
  );
});

test('the settings of profiles and of the audit are set and listed', async () => {
  expect(await done('settings', 'set', 'profiles-locked', 'on')).toBe('Set profiles-locked to on.\n');
  expect(await done('settings', 'set', 'audit-days', '90')).toBe('Set audit-days to 90.\n');
  expect(await roster.json('settings', 'list')).toMatchObject({ profilesLocked: true, auditDays: 90 });
});
