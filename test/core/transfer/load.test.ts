import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPasswords } from '../../../src/core/credentials/passwords.ts';
import { createJournal } from '../../../src/core/directory/journal.ts';
import { newId } from '../../../src/core/ids.ts';
import { createLoad, type Load } from '../../../src/core/transfer/load.ts';
import { asUser } from '../../support/actors.ts';
import { ACTOR, importPeople, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

const passwords = createPasswords({ cost: 4, concurrent: 2, queueMax: 100 });

let test_: TestDirectory;
let load: Load;
let made = 0;

beforeEach(async () => {
  made = 0;
  test_ = await openTestDirectory();
  load = createLoad({
    ...{ store: test_.store, clock: test_.clock, newId, passwords },
    newPassword: () => `made-up-${++made}`,
    journal: createJournal(newId),
  });
});

afterEach(() => test_.remove());

const PEOPLE = `
- email: jane@example.org
  username: jdoe
  full_name: Jane Doe
  affiliations: [Example University, Institute of Examples]
  active: true
  confirmed: true
  password: a password of hers
  roles: [user-manager]
  allow: [audit.read]
- email: kim@example.org
  active: false
`;

const user = (username: string) => test_.directory.users.byUsername(ACTOR, username);

test('people get what the file says of them, and a password where it says none', async () => {
  expect(await load(ACTOR, PEOPLE)).toEqual({
    ...{ created: 2, updated: 0, unchanged: 0 },
    passwords: [{ username: 'kim', password: 'made-up-1' }],
  });
  const jane = await user('jdoe');
  expect(jane).toMatchObject({
    ...{
      email: 'jane@example.org',
      displayName: 'Jane Doe',
      role: 'user-manager',
      active: true,
      confirmed: true,
    },
    profile: { affiliations: ['Example University', 'Institute of Examples'] },
  });
  expect(await passwords.verify('a password of hers', jane.passwordHash ?? '')).toBe(true);
  const kim = await user('kim');
  expect(kim).toMatchObject({ active: false, role: 'user', displayName: 'kim', confirmed: false });
  expect(await passwords.verify('made-up-1', kim.passwordHash ?? '')).toBe(true);
  expect(await test_.directory.roles.grantsOf(ACTOR, 'jdoe')).toMatchObject([
    { permission: 'audit.read', allowed: true },
  ]);
});

test('a second time changes nothing, not even a password that was changed meanwhile', async () => {
  await load(ACTOR, PEOPLE);
  await test_.directory.users.setPassword(ACTOR, 'jdoe', 'another password');
  const before = [await user('jdoe'), await user('kim')];
  const lines = (await test_.auditLines()).length;
  expect(await load(ACTOR, PEOPLE)).toEqual({ created: 0, updated: 0, unchanged: 2, passwords: [] });
  expect([await user('jdoe'), await user('kim')]).toEqual(before);
  expect((await test_.auditLines()).length).toBe(lines);
});

test('what another file says is changed, and what it leaves out stays', async () => {
  await load(ACTOR, PEOPLE);
  const loaded = await load(
    ACTOR,
    '- {username: JDOE, full_name: Jane Roe}\n- {email: KIM@example.org, active: true}',
  );
  expect(loaded).toMatchObject({ created: 0, updated: 2 });
  expect(await user('jdoe')).toMatchObject({ displayName: 'Jane Roe', role: 'user-manager' });
  expect(await user('kim')).toMatchObject({ active: true, email: 'KIM@example.org' });
});

test('followers are told of everybody', async () => {
  const delta = await test_.deltaOf(() => load(ACTOR, PEOPLE));
  expect([...delta.users.values()].map((each) => each?.username).sort()).toEqual(['jdoe', 'kim']);
});

test('a mapping by e-mail address is taken too, and an empty file is nobody', async () => {
  expect(await load(ACTOR, 'jane@example.org:\n  roles: admin\nkim@example.org:\n')).toMatchObject({
    created: 2,
  });
  expect(await user('jane')).toMatchObject({ role: 'admin' });
  for (const nobody of ['', '# nobody yet\n', '[]', '---\n']) {
    expect(await load(ACTOR, nobody)).toEqual({ created: 0, updated: 0, unchanged: 0, passwords: [] });
  }
});

test('the password of the installation goes before that of the file, for the first owner', async () => {
  const file = '- {username: admin, roles: [owner], password: in the file}\n- {username: kim, roles: owner}';
  expect(await load(ACTOR, file, 'of the installation')).toMatchObject({ passwords: [{ username: 'kim' }] });
  expect(await passwords.verify('of the installation', (await user('admin')).passwordHash ?? '')).toBe(true);
});

test('each problem is named with line and column, and nothing is changed', async () => {
  await test_.directory.users.add(ACTOR, { username: 'taken', email: 'taken@example.org' });
  const file = [
    '- email: jane@example.org',
    '  roles: [king]',
    '- username: "j doe"',
    '- username: kim',
    '  allow: [audit.read, fly]',
    '- username: lee',
    '  email: TAKEN@example.org',
    '- username: max',
    '- username: MAX',
    '- username: admin',
    '- username: fine',
  ].join('\n');
  await expect(load(ACTOR, file)).rejects.toMatchObject({
    code: 'invalid',
    message: [
      'line 2, column 10: There is no role named "king".',
      'line 3, column 13: A username may hold only letters a to z, digits, "." and "-": "j doe" does not fit.',
      'line 5, column 10: There is no permission named "fly".',
      'line 7, column 10: The address TAKEN@example.org belongs to user taken already.',
      'line 9, column 13: The user max is in the file twice.',
      'line 10, column 13: The name "admin" is reserved; choose another.',
    ].join('\n'),
  });
  await expect(user('fine')).rejects.toMatchObject({ code: 'not-found' });
});

test.each([
  ['- a: [', /^line 1, column \d+: This is not YAML \([a-z ]+\)\.$/m],
  ['just a text', /^line 1: A list of at most 10000 people is needed/],
  ['- email: a@b\n  phone: 1', /^line 2, column 3: What may stand here is email, username/],
  ['- email: a@b\n  active: maybe', /^line 2, column 11: "active" must be true or false\.$/],
  ['- email: a@b\n  roles: [user, admin]', /^line 2, column 10: A user has one role\.$/],
  ['- email: a@b\n  email: c@d', /^line 2, column 3: This is not YAML \(duplicate key\)\.$/],
  ['- just a text', /^line 1, column 3: A person is a mapping/],
  ['- full_name: Nobody', /^line 1, column 3: A username or an e-mail address is needed\.$/],
  ['- username: kim\n  password: short', /^line 2, column 13: A password has at least 8 characters\.$/],
  ['- &a {email: a@b}\n- *a', /^line 2, column 3: A person is a mapping/],
  ['- {username: kim, roles: owner, allow: audit.read}', /^line 1, column 40: Owners may do everything/],
])('%j is refused with the place of what is wrong', async (file, message) => {
  await expect(load(ACTOR, file)).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringMatching(message),
  });
});

test('a password never stands in a message', async () => {
  const file = '- {email: a@b, password: "hush hush, hush\n- ]';
  const error = await load(ACTOR, file).catch((reason: unknown) => reason);
  expect(String(error)).toMatch(/line/);
  expect(String(error)).not.toMatch(/hush/);
});

test('the names of people from a source stay its own', async () => {
  await importPeople(test_, ['ann']);
  await expect(load(ACTOR, '- {username: ann, full_name: Another}')).rejects.toMatchObject({
    message: expect.stringMatching(/^line 1, column \d+: The user ann comes from a source/),
  });
  expect(await load(ACTOR, '- {username: ann, roles: user-manager}')).toMatchObject({
    updated: 1,
    passwords: [],
  });
});

test('the last owner stays, whoever else is demoted in the same file', async () => {
  await load(ACTOR, '- {username: ann, roles: owner}\n- {username: ben, roles: owner}');
  const file = '- {username: ann, roles: user}\n- {username: ben, active: false}';
  await expect(load(ACTOR, file)).rejects.toMatchObject({
    message: 'No owner would be left who can sign in.',
  });
  expect(await load(ACTOR, '- {username: ann, roles: user}')).toMatchObject({ updated: 1 });
});

test('nobody raises anybody above himself by a file', async () => {
  await load(
    ACTOR,
    '- {username: boss, roles: owner}\n- {username: ann, roles: admin}\n- {username: ben, roles: admin}',
  );
  const ann = await asUser(test_, 'ann');
  for (const file of [
    '- {username: new, roles: owner}',
    '- {username: ben, full_name: Mine}',
    '- {username: boss, active: false}',
    '- {username: ann, roles: user}',
  ]) {
    await expect(load(ann, file)).rejects.toMatchObject({ code: 'invalid' });
  }
  expect(await load(ann, '- {username: cid, roles: user-manager}')).toMatchObject({ created: 1 });
});

test('whoever is disabled by a file loses the sessions', async () => {
  await load(ACTOR, '- {username: boss, roles: owner}\n- {username: ann}');
  const { id } = await user('ann');
  await test_.store.write((transaction) => {
    const at = test_.clock.now();
    return transaction.insertSession({
      ...{
        id: 's',
        userId: id,
        kind: 'api',
        secretHash: 'h',
        previousHash: null,
        secondFactorElsewhere: false,
        createdAt: at,
        lastSeenAt: at,
      },
      ...{ expiresAt: test_.clock.advance(1000), address: null, userAgent: '' },
    });
  });
  await load(ACTOR, '- {username: ann, active: false}');
  expect(await test_.store.read((transaction) => transaction.sessionsOf(id))).toEqual([]);
});
