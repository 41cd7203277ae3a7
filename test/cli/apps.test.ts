import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRoster, type TestRoster } from '../support/roster.ts';

let roster: TestRoster;

beforeAll(async () => {
  roster = await startRoster();
  for (const name of ['staff', 'dev']) expect((await roster.cli(['groups', 'add', name])).status).toBe(0);
});

afterAll(() => roster.remove());

test('an application is added, and its password shown this once', async () => {
  const { status, stdout } = await roster.cli([
    ...['apps', 'add', 'Wiki', '--description', 'Our notes', '--group', 'staff', '--group', 'dev'],
    ...['--allow', '10.0.0.0/8', '--allow', '::1'],
  ]);
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: expect.stringMatching(
      /^Added application wiki\.\nBind DN +cn=wiki,ou=apps,dc=roster\nPassword +[\x21-\x7e]{20,64} \(shown this once\)\n$/,
    ),
  });
  expect((await roster.cli(['apps', 'show', 'wiki'])).stdout).toMatch(
    /^Name +wiki\nDescription +Our notes\nBind DN +cn=wiki,ou=apps,dc=roster\nSees +staff, dev\nFrom +10\.0\.0\.0\/8, ::1\nSecond factor +when-given\nState +enabled\n/,
  );
  const shown = await roster.json<object>('apps', 'show', 'wiki');
  expect(shown).toMatchObject({ name: 'wiki', everyone: false, allow: ['10.0.0.0/8', '::1'], enabled: true });
  expect(JSON.stringify(shown)).not.toMatch(/password/i);
});

test('an application is changed by what is given alone', async () => {
  await roster.cli(['apps', 'add', 'mail', '--password-stdin'], 'secret of mail\n');
  expect((await roster.cli(['apps', 'edit', 'mail', '--everyone', '--disable'])).stdout).toBe(
    'Changed application mail.\n',
  );
  expect(await roster.json('apps', 'show', 'mail')).toMatchObject({ everyone: true, enabled: false });
  await roster.cli([
    'apps',
    'edit',
    'mail',
    '--group',
    'dev',
    '--enable',
    '--allow',
    '192.0.2.1',
    '--name',
    'post',
  ]);
  const changed = await roster.json<{ groups: string[] }>('apps', 'show', 'post');
  expect(changed).toMatchObject({ everyone: false, enabled: true, allow: ['192.0.2.1'] });
  expect(changed.groups).toHaveLength(1);
  await roster.cli(['apps', 'edit', 'post', '--nobody', '--allow-anywhere']);
  expect(await roster.json('apps', 'show', 'post')).toMatchObject({ groups: [], allow: [] });
  expect((await roster.cli(['apps', 'list'])).stdout).toMatch(/^post +nobody +enabled$/m);
  expect((await roster.cli(['apps', 'delete', 'post', '--yes'])).stdout).toBe('Deleted application post.\n');
  expect(await roster.cli(['apps', 'show', 'post'])).toMatchObject({
    status: 1,
    stderr: 'There is no application named "post".\n',
  });
});

test('a password is read or made, and told to who did not choose it', async () => {
  await roster.cli(['apps', 'add', 'chat', '--password-stdin'], 'secret of chat\n');
  const chosen = await roster.cli(['apps', 'password', 'chat', '--password-stdin'], 'another secret\n');
  expect(chosen).toEqual({ status: 0, stdout: 'Set the password of application chat.\n', stderr: '' });
  const made = await roster.json('apps', 'password', 'chat');
  expect(made).toMatchObject({ name: 'chat', password: expect.stringMatching(/^[\x21-\x7e]{20,64}$/) });
});

test.each([
  ['nothing to change', ['edit', 'wiki'], 2, 'Say what to change; --help lists the options.'],
  [
    'both sights',
    ['edit', 'wiki', '--everyone', '--group', 'dev'],
    2,
    'Give either --group or --everyone, not both.',
  ],
  [
    'both states',
    ['edit', 'wiki', '--enable', '--disable'],
    2,
    'Give either --enable or --disable, not both.',
  ],
  ['an unknown group', ['edit', 'wiki', '--group', 'nil'], 1, 'There is no group named "nil".'],
  [
    'a wrong range',
    ['edit', 'wiki', '--allow', 'example.org'],
    1,
    '"example.org" is neither an address nor a range such as 10.0.0.0/8.',
  ],
])('%s is told in one sentence', async (_what, args, status, sentence) => {
  expect(await roster.cli(['apps', ...args])).toEqual({ status, stdout: '', stderr: `${sentence}\n` });
});
