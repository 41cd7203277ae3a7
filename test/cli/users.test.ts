import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aJpeg, aPng } from '../support/pictures.ts';
import { newRoster, startRoster, type TestRoster } from '../support/roster.ts';
import { ED25519, ED25519_FINGERPRINT } from '../support/ssh-keys.ts';

let roster: TestRoster;

beforeAll(async () => {
  roster = await startRoster();
});

afterAll(() => roster.remove());

test('a user is added with a password from standard input, shown and listed, without secrets', async () => {
  const added = await roster.program(
    ['users', 'add', 'jdoe', '--email', 'jdoe@example.org', '--name', 'Jane Doe', '--password-stdin'],
    'correct horse\n',
  );
  expect(added).toEqual({ status: 0, stdout: 'Added user jdoe.\n', stderr: '' });

  const shown = await roster.cli(['users', 'show', 'JDoe']);
  expect(shown.stdout).toMatch(/^Username +jdoe\nName +Jane Doe\nE-mail +jdoe@example\.org\n/);
  const json = await roster.json<Record<string, unknown>>('users', 'show', 'jdoe');
  expect(json).toMatchObject({ username: 'jdoe', displayName: 'Jane Doe', enabled: true, hasPassword: true });
  expect(JSON.stringify(json)).not.toContain('$2b$');

  expect((await roster.cli(['users', 'list'])).stdout).toMatch(
    /^USERNAME +NAME +E-MAIL +ROLE +STATE +SOURCE\nadmin +Administrator +owner +enabled\njdoe +Jane Doe +jdoe@example\.org +user +enabled\n$/,
  );
  expect((await roster.cli(['users', 'list', '--search', 'DOE jane'])).stdout).toMatch(
    /^USERNAME .*\njdoe +Jane Doe .*\n$/,
  );
  expect((await roster.cli(['users', 'list', '--search', 'no-such'])).stdout).toBe(
    'There are no such users.\n',
  );
  const { attributes, ...listed } = json;
  expect(attributes).toEqual({});
  expect(await roster.json('users', 'list')).toEqual([
    expect.objectContaining({ username: 'admin' }),
    listed,
  ]);
});

test('a user may be added without a password, and get one later', async () => {
  expect((await roster.cli(['users', 'add', 'later'])).stdout).toBe(
    'Added user later, without a password.\n',
  );
  expect(await roster.cli(['users', 'password', 'later', '--password-stdin'], 'battery staple')).toEqual({
    status: 0,
    stdout: 'Set the password of user later.\n',
    stderr: '',
  });
  expect(await roster.json('users', 'show', 'later')).toMatchObject({ hasPassword: true });
});

test('adding changes the user who has the e-mail address, where that is asked for', async () => {
  const add = (...more: string[]) =>
    roster.cli(['users', 'add', 'greta', '--email', 'Greta@example.org', '--confirm', ...more]);
  expect((await add('--update')).stdout).toBe('Added user greta, without a password.\n');
  expect((await add('--name', 'Greta')).status).toBe(1);
  const changed = ['users', 'add', 'other', '--email', 'greta@EXAMPLE.org', '--role', 'admin'];
  expect(
    (await roster.cli([...changed, '--update', '--password-stdin'], 'wren over the harbour\n')).stdout,
  ).toBe('Changed user greta.\n');
  expect(await roster.json('users', 'show', 'greta')).toMatchObject({
    ...{ email: 'greta@EXAMPLE.org', role: 'admin', confirmed: true, hasPassword: true },
  });
  expect((await roster.cli(['users', 'show', 'other'])).status).toBe(1);
  expect(await roster.cli(['users', 'add', 'other', '--update'])).toMatchObject({ status: 2, stdout: '' });
  expect((await roster.cli(['users', 'delete', 'greta', '--yes'])).status).toBe(0);
});

test('pictures in attributes are read from files and written into files', async () => {
  const path = (name: string) => join(roster.folder, name);
  await roster.cli(['attributes', 'add', 'badge', '--type', 'image']);
  await roster.cli(['attributes', 'add', 'logo', '--type', 'image', '--of', 'group']);
  await writeFile(path('badge.png'), aPng());
  await writeFile(path('none.txt'), 'text');
  const add = ['users', 'add', 'petra', '--attribute-file', 'badge=badge.png'];
  expect(await roster.cli(add)).toMatchObject({ status: 0, stderr: '' });
  await roster.cli(['groups', 'add', 'chess', '--attribute-file', 'logo=badge.png']);
  for (const [attribute, holder] of [
    ['badge', 'petra'],
    ['logo', 'chess'],
  ] as const) {
    const write = ['attributes', 'image', attribute, holder, '--output', `${holder}.png`];
    expect((await roster.cli(write)).stdout).toMatch(/^Wrote \d+ bytes of image\/png into /);
    expect(await readFile(path(`${holder}.png`))).toEqual(aPng());
    expect(await roster.cli(write)).toMatchObject({ status: 1, stderr: expect.stringMatching(/EEXIST/) });
  }
  expect((await roster.cli(['users', 'show', 'petra'])).stdout).toMatch(
    /^badge +image\/png;bytes=\d+;sha256=/m,
  );
  const edit = ['users', 'edit', 'petra'];
  expect(await roster.cli([...edit, '--attribute-file', 'badge=none.txt'])).toMatchObject({
    ...{ status: 1, stderr: expect.stringMatching(/which this is not/) },
  });
  expect((await roster.cli([...edit, '--attribute-file', 'badge=missing.png'])).status).toBe(2);
  expect((await roster.cli([...edit, '--attribute', 'badge='])).status).toBe(0);
  expect((await roster.cli(['attributes', 'image', 'badge', 'petra', '--output', 'x.png'])).status).toBe(1);
  for (const args of [
    ['users', 'delete', 'petra', '--yes'],
    ['groups', 'delete', 'chess', '--yes'],
    ['attributes', 'delete', 'badge'],
  ]) {
    expect((await roster.cli(args)).status).toBe(0);
  }
});

test.each([
  ['a name that breaks the rules', ['users', 'add', 'x y'], '', 1, /^A username may hold only .*\n$/],
  ['a reserved name', ['users', 'add', 'postmaster'], '', 1, /^The name "postmaster" is reserved.*\n$/],
  ['somebody who is not there', ['users', 'show', 'nobody'], '', 1, /^.*nobody.*\n$/],
  [
    'a password that is too short',
    ['users', 'add', 'short', '--password-stdin'],
    'short',
    1,
    /^A password has .*\n$/,
  ],
  [
    'no password at all',
    ['users', 'password', 'later'],
    '',
    2,
    /^Give the new password by --password-stdin.*\n$/,
  ],
  [
    'an empty standard input',
    ['users', 'add', 'x', '--password-stdin'],
    '\n',
    2,
    /^Standard input holds no.*\n$/,
  ],
  [
    'an endless standard input',
    ['users', 'add', 'x', '--password-stdin'],
    'x'.repeat(5000),
    2,
    /^.*too long.*\n$/,
  ],
  [
    'a verb that is not there',
    ['users', 'lst'],
    '',
    2,
    /^Unknown command 'lst' \(Did you mean list\?\) See roster users --help\.\n$/,
  ],
  [
    'a password of two lines',
    ['users', 'password', 'later', '--password-stdin'],
    'battery staple\nhorse\n',
    2,
    /^The password must be one line\.\n$/,
  ],
  ['an edit of nothing', ['users', 'edit', 'later'], '', 2, /^Say what to change; .*\n$/],
  [
    'the last owner',
    ['users', 'delete', 'admin', '--yes'],
    '',
    1,
    /^admin is the last owner and cannot be deleted\.\n$/,
  ],
  [
    'an option that is not there',
    ['users', 'add', 'x', '--password', 'secret'],
    '',
    2,
    /^Unknown option '--password'/,
  ],
  ['a missing name', ['users', 'add'], '', 2, /^Missing required argument 'username'\.\n$/],
])('%s is told, with the status', async (_name, args, input, status, sentence) => {
  const result = await roster.cli(args, input);
  expect(result).toEqual({ status, stdout: '', stderr: expect.stringMatching(sentence) });
});

test('a user is corrected, disabled, enabled and deleted', async () => {
  await roster.cli(['users', 'add', 'rroe', '--email', 'rroe@example.org']);
  const said = async (...args: string[]) => (await roster.cli(['users', ...args])).stdout;
  expect(await said('edit', 'rroe', '--username', 'richard', '--no-email', '--name', 'Richard Roe')).toBe(
    'Changed user richard.\n',
  );
  expect(await roster.json('users', 'show', 'richard')).toMatchObject({
    username: 'richard',
    email: null,
    displayName: 'Richard Roe',
  });
  expect(await said('disable', 'Richard')).toBe('Disabled user richard.\n');
  expect(await said('show', 'richard')).toMatch(/^State +disabled$/m);
  expect(await said('enable', 'richard')).toBe('Enabled user richard.\n');
  expect(await said('delete', 'richard', '--yes')).toBe('Deleted user richard.\n');
  expect(await roster.cli(['users', 'show', 'richard'])).toMatchObject({ status: 1 });
});

test('in a folder without a Roster nothing is made, and the sentence says where to go', async () => {
  const nowhere = await newRoster();
  const { status, stdout, stderr } = await nowhere.cli(['users', 'list']);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toBe(
    `There is no Roster in ${nowhere.folder}/data: run this where the server runs, or set ROSTER_DATA_DIR.\n`,
  );
  expect(await readdir(nowhere.folder)).toEqual([]);
  await nowhere.remove();
});

test('the version is the one of the package', async () => {
  expect((await roster.program(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('help is no failure', async () => {
  expect(await roster.program(['users', '--help'])).toMatchObject({ status: 0, stderr: '' });
});

test('a profile is given by options, from files and key by key, shown and taken away', async () => {
  const [avatar, key] = [join(roster.folder, 'jane.jpg'), join(roster.folder, 'id_ed25519.pub')];
  await writeFile(avatar, aJpeg(3000));
  await writeFile(key, `# her laptop\n${ED25519} jane@laptop\n\n`);
  const named = ['--language', 'de-ch', '--employee-number', '7', '--title', 'Dr.', '--phone', '+41 44 1'];
  const listed = [
    '--affiliation',
    'CERN',
    '--affiliation',
    'ETH',
    '--metadata',
    'room=1=2',
    '--metadata',
    'a=b',
  ];
  const files = ['--avatar-file', avatar, '--ssh-key-file', key];
  const all = [...named, ...listed, ...files, '--email', 'jane@example.org', '--confirm'];
  expect((await roster.cli(['users', 'add', 'jane', ...all])).status).toBe(0);
  expect(await roster.json('users', 'show', 'jane')).toMatchObject({
    ...{ language: 'de-CH', employeeNumber: '7', title: 'Dr.', phone: '+41 44 1', confirmed: true },
    ...{ affiliations: ['CERN', 'ETH'], sshPublicKeys: [`${ED25519} jane@laptop`] },
    ...{ hasAvatar: true, avatarBytes: 3000, metadata: { a: 'b', room: '1=2' } },
  });
  const shown = await roster.cli(['users', 'show', 'jane']);
  expect(shown.stdout).toContain(ED25519_FINGERPRINT);
  expect(shown.stdout).toMatch(/^Picture +JPEG, 3000 bytes$/m);

  const removals = ['--no-affiliation', '--no-ssh-key-file', '--no-avatar-file', '--language', ''];
  expect(await roster.cli(['users', 'edit', 'jane', ...removals, '--metadata', 'a='])).toMatchObject({
    status: 0,
  });
  expect(await roster.json('users', 'show', 'jane')).toMatchObject({
    ...{ language: '', affiliations: [], sshPublicKeys: [], hasAvatar: false, metadata: { room: '1=2' } },
  });
});

test('an address is confirmed, until it becomes another one', async () => {
  await roster.cli(['users', 'add', 'unsure', '--email', 'unsure@example.org']);
  expect(await roster.cli(['users', 'confirm', 'unsure'])).toMatchObject({
    stdout: 'Confirmed the e-mail address of user unsure.\n',
  });
  expect(await roster.json('users', 'show', 'unsure')).toMatchObject({ confirmed: true });
  await roster.cli(['users', 'edit', 'unsure', '--email', 'other@example.org']);
  expect(await roster.json('users', 'show', 'unsure')).toMatchObject({ confirmed: false });
});

test.each([
  [
    'a picture that is none',
    ['--avatar-file', import.meta.filename],
    1,
    /^An avatar is a JPEG picture, which/,
  ],
  [
    'a file that is not there',
    ['--avatar-file', '/nowhere.jpg'],
    2,
    /^The file of --avatar-file cannot be read/,
  ],
  [
    'a file of too many lines',
    ['--ssh-key-file', import.meta.filename],
    1,
    /^sshPublicKeys holds at most 20 values, not/,
  ],
  ['metadata without a key', ['--metadata', 'x'], 2, /Write it as key=value/],
  ['a language that is none', ['--language', 'German!'], 1, /^"German!" is not a language tag/],
])('%s is refused in one sentence', async (_what, options, status, sentence) => {
  const refused = await roster.cli(['users', 'edit', 'admin', ...options]);
  expect(refused).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(sentence) });
});
