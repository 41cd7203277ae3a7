import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { newRoster, type TestRoster } from '../support/roster.ts';

let roster: TestRoster;

afterEach(() => roster?.remove());

/** A Roster with this users.yaml, not started yet. */
async function withUsersFile(text: string, env: Record<string, string> = {}): Promise<TestRoster> {
  roster = await newRoster(env);
  await mkdir(join(roster.folder, 'data'), { mode: 0o700 });
  await writeFile(join(roster.folder, 'data', 'users.yaml'), text);
  return roster;
}

const usernames = async () =>
  (await roster.json<{ username: string }[]>('users', 'list')).map(({ username }) => username);

test('the first start adds the people of users.yaml and prints the passwords that it made up', async () => {
  const file =
    '- {email: jane@example.org, username: jdoe, roles: owner}\n- {email: kim@example.org, password: ""}\n';
  await withUsersFile(file, { ROSTER_OWNER_PASSWORD: 'of the installation' });
  await roster.start();
  expect(roster.output).not.toMatch(/No owner/);
  expect(await usernames()).toEqual(['jdoe', 'kim']);
  const password = /Password of user kim +(\S+)/.exec(roster.output)?.[1] ?? '';
  expect(password.length).toBeGreaterThan(15);
  expect(roster.output).not.toMatch(/Password of user (jdoe|admin)/);
  const who = async (name: string, secret: string) =>
    (await roster.ldap('ldapwhoami', [], { dn: `uid=${name},ou=users,dc=roster`, password: secret })).status;
  expect(await who('jdoe', 'of the installation')).toBe(0);
  expect(await who('kim', password)).toBe(0);
  expect((await roster.cli(['load', join('data', 'users.yaml')])).stdout).toBe(
    'Added 0 users, changed 0, left 2 as they were.\n',
  );
});

test('with an empty users.yaml nobody is there, and the start says how to get in', async () => {
  await withUsersFile('# nobody\n');
  await roster.start();
  expect(roster.output).toMatch(/There are no users.*roster users add <name> --role owner/);
  expect(await usernames()).toEqual([]);
});

test('a flaw in users.yaml keeps the first start from happening, and the next one finds nothing done', async () => {
  await withUsersFile('- {username: jdoe, roles: king}\n');
  await expect(roster.start()).rejects.toThrow(/line 1, column 27: There is no role named "king"\./);
  await writeFile(join(roster.folder, 'data', 'users.yaml'), '- {username: kim}\n');
  await roster.start();
  expect(roster.output).toMatch(/No owner can sign in\. .*roster users edit <name> --role owner/);
  expect(await usernames()).toEqual(['kim']);
});

test('people are imported and exported', async () => {
  roster = await newRoster();
  await roster.start();
  const inFolder = (name: string) => join(roster.folder, name);
  await writeFile(inFolder('people.csv'), 'username,email\njdoe,jane@example.org\nnot fine,\n');
  expect(await roster.cli(['import', 'people.csv'])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^line 3, column "username": .*\nNothing was changed: 1 problem\.\n$/),
  });
  await writeFile(inFolder('people.csv'), 'username,email\njdoe,jane@example.org\n');
  expect(await roster.cli(['import', 'people.csv', '--preview'])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Would add 1 user/),
  });
  expect((await roster.cli(['import', 'people.csv'])).stdout).toMatch(/^Added 1 user,/);
  expect((await roster.cli(['import', 'people'])).status).toBe(2);
  expect((await roster.cli(['export', '--format', 'csv'])).stdout).toMatch(
    /^id,username.*\n.*\n[\w-]+,jdoe,jane@example.org/,
  );
  expect((await roster.cli(['export', '--format', 'json', '--output', 'all.json'])).status).toBe(0);
  expect(JSON.parse(await readFile(inFolder('all.json'), 'utf8'))).toMatchObject({ version: 1 });
});

test('an export of everything is imported again', async () => {
  roster = await newRoster();
  await roster.start();
  await roster.cli(['users', 'add', 'jdoe']);
  await roster.cli(['groups', 'add', 'staff']);
  await roster.cli(['organizations', 'add', 'acme', '--owner', 'jdoe']);
  await roster.cli(['groups', 'add-member', 'staff', 'jdoe', '--owner']);
  expect((await roster.cli(['export', '--format', 'json', '--output', 'all.json'])).status).toBe(0);
  const again = await roster.cli(['import', 'all.json', '--preview']);
  expect(again).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Would add 0 users, .* leave 2 /),
  });
  for (const args of [
    ...[
      ['users', 'delete', 'jdoe', '--yes'],
      ['groups', 'delete', 'staff', '--yes'],
      ['organizations', 'delete', 'acme', '--yes'],
    ],
  ]) {
    expect((await roster.cli(args)).status).toBe(0);
  }
  expect((await roster.cli(['import', 'all.json', '--update', '--preview'])).stdout).toBe(
    'Would add 1 user, change 0, leave 1 as they were.\nOf groups: 1 added, 0 changed, 0 as they were.\n' +
      'Of organizations: 1 added, 0 changed, 0 as they were.\nOf memberships: 2 added, 0 changed, 0 as they were.\n',
  );
  await writeFile(join(roster.folder, 'groups.json'), '{"groups": [{"name": "choir"}]}');
  expect((await roster.cli(['import', 'groups.json'])).stdout).toBe(
    'Of groups: 1 added, 0 changed, 0 as they were.\n',
  );
  expect((await roster.cli(['backup', 'all.json'])).stderr).toBe(
    'all.json is there already; --replace writes over it.\n',
  );
  expect((await roster.cli(['import', 'all.json', '--update'])).status).toBe(0);
  expect(await roster.json('groups', 'show', 'staff')).toMatchObject({
    members: [{ name: 'jdoe', owner: true }],
  });
  expect(await roster.json('organizations', 'show', 'acme')).toMatchObject({ owners: ['jdoe'] });
});

test('the whole is backed up while the server runs, and restored when it has stopped', async () => {
  roster = await newRoster();
  await roster.start();
  expect((await roster.cli(['backup', 'all.backup'])).stdout).toBe(
    'Backed up 1 user and 0 groups into all.backup.\n',
  );
  expect(await roster.cli(['restore', 'all.backup', '--yes'])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/stop all servers/),
  });
  await roster.stop();
  expect(
    (await roster.cli(['users', 'add', 'jdoe', '--password-stdin'], 'a password of hers\n')).status,
  ).toBe(0);
  expect(await roster.cli(['restore', 'all.backup'])).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/Add --yes/),
  });
  expect((await roster.cli(['restore', 'all.backup', '--yes'])).stdout).toMatch(
    /^Restored 1 user and 0 groups, of 20/,
  );
  expect(await usernames()).toEqual(['admin']);
});
