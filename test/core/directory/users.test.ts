import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ACTOR,
  AUDITED,
  importPeople,
  openTestDirectory,
  type TestDirectory,
  updateUser,
} from '../../support/directory.ts';

let test: TestDirectory;
beforeEach(async () => {
  test = await openTestDirectory();
});
afterEach(() => test.remove());

describe('adding a user', () => {
  it('keeps names in lower case, and takes the display name from the given and family names', async () => {
    const { users } = test.directory;
    const jdoe = await users.add(ACTOR, {
      username: 'JDoe',
      email: ' Jane.Doe@Example.org ',
      givenName: 'Jane',
      familyName: 'Doe',
      password: 'correct horse',
    });
    expect(jdoe).toMatchObject({
      username: 'jdoe',
      email: 'Jane.Doe@Example.org',
      displayName: 'Jane Doe',
      role: 'user',
      active: true,
      origin: null,
      passwordHash: expect.stringMatching(/^\$2b\$/),
      passwordChangedAt: test.clock.now(),
      createdAt: test.clock.now(),
      updatedAt: test.clock.now(),
    });
    expect(await users.byUsername(ACTOR, 'jDOE')).toEqual(jdoe);
  });

  it('gives users and groups numbers out of one count, and none of them again', async () => {
    const { users, groups } = test.directory;
    const numbers = [await users.add(ACTOR, { username: 'a' }), await groups.add(ACTOR, { name: 'a' })];
    await users.delete(ACTOR, 'a');
    await groups.delete(ACTOR, 'a');
    await importPeople(test, ['b', 'c'], { b: [], c: [] });
    for (const name of ['b', 'c']) {
      numbers.push(await users.byUsername(ACTOR, name), (await groups.byName(ACTOR, name)).group);
    }
    numbers.push(await users.add(ACTOR, { username: 'd' }));
    const given = numbers.map(({ posixNumber }) => posixNumber).sort();
    expect(given).toEqual([10_000, 10_001, 10_002, 10_003, 10_004, 10_005, 10_006]);
  });

  it('falls back to the username for the display name, and leaves the rest empty', async () => {
    const user = await test.directory.users.add(ACTOR, { username: 'jdoe' });
    expect(user).toMatchObject({
      displayName: 'jdoe',
      email: null,
      otherEmails: [],
      passwordHash: null,
      passwordChangedAt: null,
    });
  });

  it.each([
    [
      'a name that is taken',
      { username: 'JDOE' },
      'conflict',
      'username',
      'The username jdoe is taken already.',
    ],
    [
      'an address that is taken, in any case',
      { username: 'other', email: 'JANE@example.org' },
      'conflict',
      'email',
      'The address JANE@example.org belongs to user jdoe already.',
    ],
    [
      'a reserved name',
      { username: 'admin' },
      'invalid',
      'username',
      'The name "admin" is reserved; choose another.',
    ],
    [
      'a short password',
      { username: 'other', password: 'short' },
      'invalid',
      'password',
      'at least 8 characters',
    ],
    [
      'a display name of two lines',
      { username: 'other', displayName: 'a\nb' },
      'invalid',
      'displayName',
      'line',
    ],
  ])('refuses %s, and leaves no trace', async (_, input, code, field, message) => {
    const { users } = test.directory;
    await users.add(ACTOR, { username: 'jdoe', email: 'jane@example.org' });
    const before = await test.auditLines();
    await expect(users.add(ACTOR, input)).rejects.toMatchObject({
      code,
      field,
      message: expect.stringContaining(message),
    });
    expect(await test.auditLines()).toEqual(before);
    expect(await users.list(ACTOR, { after: null, limit: 10 })).toHaveLength(1);
  });

  it('lets one of two at once have the name', async () => {
    const other = await test.another();
    const outcomes = await Promise.allSettled(
      [test.directory, other].map(({ users }) => users.add(ACTOR, { username: 'jdoe' })),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'conflict' },
    });
  });

  it('leaves one audit line without the password, and one change', async () => {
    const input = { username: 'jdoe', email: 'jane@example.org', password: 'correct horse' };
    const delta = await test.deltaOf(() => test.directory.users.add(ACTOR, input));
    const [jdoe] = await test.directory.users.list(ACTOR, { after: null, limit: 10 });
    expect(delta.users).toEqual(new Map([[jdoe?.id, jdoe]]));
    const lines = await test.auditLines();
    expect(lines).toEqual([
      {
        id: expect.any(String),
        at: test.clock.now(),
        actor: AUDITED,
        action: 'user.add',
        subjectId: jdoe?.id,
        details: {
          username: 'jdoe',
          email: 'jane@example.org',
          displayName: 'jdoe',
          givenName: '',
          familyName: '',
          confirmed: false,
          avatar: null,
          metadata: [],
          role: 'user',
          password: true,
        },
      },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/correct horse|\$2b\$/);
  });
});

describe('setting a password', () => {
  it('replaces the hash, says when, and keeps the secret out of the audit line', async () => {
    const { users } = test.directory;
    const before = await users.add(ACTOR, { username: 'jdoe', password: 'correct horse' });
    const at = test.clock.advance(1000);
    const delta = await test.deltaOf(() => users.setPassword(ACTOR, 'JDoe', 'battery staple'));
    const after = await users.byUsername(ACTOR, 'jdoe');
    expect(after).toEqual({
      ...before,
      passwordHash: after.passwordHash,
      passwordChangedAt: at,
      updatedAt: at,
      ownUpdatedAt: at,
    });
    expect(after.passwordHash).not.toBe(before.passwordHash);
    expect(delta.users.get(before.id)).toEqual(after);
    const lines = await test.auditLines();
    expect(lines.map(({ action }) => action)).toContain('user.password');
    expect(JSON.stringify(lines)).not.toMatch(/battery staple|\$2b\$/);
  });

  it('refuses an imported user, and names the source that checks the password', async () => {
    await importPeople(test, ['jdoe']);
    await expect(test.directory.users.setPassword(ACTOR, 'jdoe', 'correct horse')).rejects.toMatchObject({
      code: 'forbidden',
      message: 'The password of jdoe is checked by the source corp: change it there.',
    });
  });

  it('refuses a name that nobody has', async () => {
    await expect(test.directory.users.setPassword(ACTOR, 'nobody', 'correct horse')).rejects.toMatchObject({
      code: 'not-found',
      message: 'There is no user named "nobody".',
    });
  });
});

describe('editing a user', () => {
  it('changes what is given, tells followers, and leaves one audit line', async () => {
    const { users } = test.directory;
    const before = await users.add(ACTOR, { username: 'jdoe', email: 'jane@example.org' });
    const at = test.clock.advance(1000);
    const changes = { username: 'Jane', email: null, displayName: ' Jane Doe ' };
    const delta = await test.deltaOf(() => users.edit(ACTOR, 'JDoe', changes));
    const after = {
      ...before,
      ...{ username: 'jane', email: null, displayName: 'Jane Doe', updatedAt: at, ownUpdatedAt: at },
    };
    expect(await users.byUsername(ACTOR, 'jane')).toEqual(after);
    expect(delta.users).toEqual(new Map([[before.id, after]]));
    expect((await test.auditLines()).map(({ action, details }) => ({ action, details }))).toContainEqual({
      action: 'user.edit',
      details: {
        username: 'jdoe',
        changes: { username: 'jane', email: null, displayName: 'Jane Doe' },
      },
    });
  });

  it('lets who bears a reserved name keep it, and its own address', async () => {
    await seedOwner();
    const { users } = test.directory;
    await users.edit(ACTOR, 'admin', { email: 'admin@example.org' });
    const same = { username: 'Admin', email: 'ADMIN@example.org', displayName: 'Root' };
    expect(await users.edit(ACTOR, 'admin', same)).toMatchObject({ username: 'admin', displayName: 'Root' });
  });

  it.each([
    [{ username: 'other' }, 'conflict', 'username'],
    [{ username: 'postmaster' }, 'invalid', 'username'],
    [{ email: 'OTHER@example.org' }, 'conflict', 'email'],
  ])('refuses %o', async (changes, code, field) => {
    const { users } = test.directory;
    await users.add(ACTOR, { username: 'other', email: 'other@example.org' });
    const before = await users.add(ACTOR, { username: 'jdoe' });
    await expect(users.edit(ACTOR, 'jdoe', changes)).rejects.toMatchObject({ code, field });
    expect(await users.byUsername(ACTOR, 'jdoe')).toEqual(before);
  });

  it('refuses an imported user, and names the source', async () => {
    await importPeople(test, ['jdoe']);
    await expect(test.directory.users.edit(ACTOR, 'jdoe', { displayName: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
      message: 'Names and addresses of jdoe come from the source corp: change it there.',
    });
  });
});

describe('disabling and enabling', () => {
  it('works on anybody, imported people too', async () => {
    await importPeople(test, ['jdoe']);
    const { users } = test.directory;
    expect(await users.setEnabled(ACTOR, 'jdoe', false)).toMatchObject({ active: false });
    expect(await users.setEnabled(ACTOR, 'jdoe', true)).toMatchObject({ active: true });
    const actions = (await test.auditLines()).map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(['user.disable', 'user.enable']));
  });
});

describe('deleting a user', () => {
  it('takes it out of its groups, and tells followers', async () => {
    const { users, groups } = test.directory;
    const jdoe = await users.add(ACTOR, { username: 'jdoe' });
    const staff = await groups.add(ACTOR, { name: 'staff' });
    await groups.addMember(ACTOR, 'staff', { name: 'jdoe' });
    const at = test.clock.advance(1000);
    const delta = await test.deltaOf(() => users.delete(ACTOR, 'jdoe'));
    const group = { ...staff, updatedAt: at };
    expect(await groups.byName(ACTOR, 'staff')).toEqual({ group, memberships: [] });
    expect(delta.users).toEqual(new Map([[jdoe.id, null]]));
    expect(delta.memberships).toEqual([{ group, memberId: jdoe.id, membership: null }]);
    await expect(users.byUsername(ACTOR, 'jdoe')).rejects.toMatchObject({ code: 'not-found' });
    expect((await test.auditLines()).map(({ action }) => action)).toContain('user.delete');
  });

  it('refuses who is listed by a source, and takes who is gone there', async () => {
    const { source, runId } = await importPeople(test, ['jdoe']);
    const { users, imports } = test.directory;
    await expect(users.delete(ACTOR, 'jdoe')).rejects.toMatchObject({
      code: 'forbidden',
      message: 'jdoe is imported from the source corp and would come back: delete it there first.',
    });
    await imports.apply(source, runId, [updateUser('id-of-jdoe', 'jdoe', { suspended: true })]);
    expect(await users.delete(ACTOR, 'jdoe')).toMatchObject({ username: 'jdoe' });
  });
});

describe('the last owner', () => {
  it('can be neither deleted nor disabled', async () => {
    await seedOwner();
    const { users } = test.directory;
    const sentence = (verb: string) => ({
      code: 'conflict',
      message: `admin is the last owner and cannot be ${verb}.`,
    });
    await expect(users.delete(ACTOR, 'admin')).rejects.toMatchObject(sentence('deleted'));
    await expect(users.setEnabled(ACTOR, 'admin', false)).rejects.toMatchObject(sentence('disabled'));
    expect(await users.byUsername(ACTOR, 'admin')).toMatchObject({ active: true });
  });

  it('is nobody while another owner can sign in', async () => {
    await seedOwner();
    const { users } = test.directory;
    await users.add(ACTOR, { username: 'jdoe', role: 'owner' });
    await expect(users.delete(ACTOR, 'admin')).rejects.toMatchObject({ code: 'conflict' });
    await users.setPassword(ACTOR, 'jdoe', 'correct horse battery');
    await users.setEnabled(ACTOR, 'jdoe', false);
    await expect(users.delete(ACTOR, 'admin')).rejects.toMatchObject({ code: 'conflict' });
    await users.setEnabled(ACTOR, 'jdoe', true);
    expect(await users.delete(ACTOR, 'admin')).toMatchObject({ username: 'admin' });
  });
});

async function seedOwner(): Promise<void> {
  await test.directory.settings.seed(ACTOR, {
    settings: { allow: [], bindPasswordHash: '$2b$04$bind' },
    owner: { username: 'admin', passwordHash: '$2b$04$owner' },
  });
}

describe('listing users', () => {
  it('goes page by page in the order of names', async () => {
    const { users } = test.directory;
    for (const username of ['carol', 'alice', 'bob']) await users.add(ACTOR, { username });
    const names = async (after: string | null) =>
      (await users.list(ACTOR, { after, limit: 2 })).map(({ username }) => username);
    expect(await names(null)).toEqual(['alice', 'bob']);
    expect(await names('bob')).toEqual(['carol']);
  });

  it.each([0, 1001, 1.5, Number.NaN])('refuses a page of %d', async (limit) => {
    await expect(test.directory.users.list(ACTOR, { after: null, limit })).rejects.toMatchObject({
      code: 'invalid',
      field: 'limit',
    });
  });
});
