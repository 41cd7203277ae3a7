import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../../src/core/model/audit.ts';
import { asUser } from '../../support/actors.ts';
import { ACTOR, importPeople, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

let test: TestDirectory;

beforeEach(async () => {
  test = await openTestDirectory();
});

afterEach(() => test.remove());

async function userOf(username: string, role = 'user'): Promise<Actor> {
  await test.directory.users.add(ACTOR, { username, role, email: `${username}@example.org` });
  return asUser(test, username);
}

async function linesOf(action: string) {
  return (await test.auditLines()).filter((line) => line.action === action);
}

describe('users themselves', () => {
  it('see and change their own profile, but not who they are to others', async () => {
    const { users } = test.directory;
    const jane = await userOf('jane');
    expect(await users.byUsername(jane, 'JANE')).toMatchObject({ username: 'jane' });
    const changes = { displayName: 'Jane Doe', phone: '+49 30 1234', mobile: '+49 30 5678' };
    expect(await users.edit(jane, 'jane', changes)).toMatchObject({ displayName: 'Jane Doe' });
    expect(await linesOf('user.edit')).toMatchObject([
      { actor: { name: 'jane', userId: jane.authority.userId, address: '192.0.2.1' } },
    ]);
    const foreign = [
      { username: 'root' },
      { confirmed: true },
      { employeeNumber: '1' },
      { affiliations: ['board'] },
      { metadata: { maxStorageMB: '9' } },
      { displayName: 'Jane', role: 'owner' },
    ];
    for (const wish of foreign) {
      await expect(users.edit(jane, 'jane', wish), JSON.stringify(wish)).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
  });

  it('lose the confirmation of the address with another address', async () => {
    const { users } = test.directory;
    const jane = await userOf('jane');
    await users.edit(ACTOR, 'jane', { confirmed: true });
    const proven = { ...jane, authority: { ...jane.authority, proven: true } };
    expect(await users.edit(proven, 'jane', { email: 'new@example.org' })).toMatchObject({
      confirmed: false,
    });
  });

  it('change an own address only by giving the password once more', async () => {
    const { users } = test.directory;
    const jane = await userOf('jane');
    for (const change of [
      { email: 'new@example.org' },
      { email: null },
      { fallbackEmail: 'new@example.org' },
    ]) {
      await expect(users.edit(jane, 'jane', change), JSON.stringify(change)).rejects.toMatchObject({
        ...{ code: 'invalid', field: 'currentPassword' },
      });
    }
    const { email } = await users.byUsername(ACTOR, 'jane');
    await users.edit(jane, 'jane', { email, displayName: 'Jane' });
  });

  it('change nothing where profiles are locked; managers still do', async () => {
    const { users, settings } = test.directory;
    const jane = await userOf('jane');
    await settings.seed(ACTOR, {
      settings: { allow: [], bindPasswordHash: 'hash' },
      owner: { username: 'admin', passwordHash: 'hash' },
    });
    await settings.change(ACTOR, { profilesLocked: true });
    await expect(users.edit(jane, 'jane', { displayName: 'J' })).rejects.toThrow(/locked/);
    const manager = await userOf('manager', 'user-manager');
    expect(await users.edit(manager, 'jane', { displayName: 'J' })).toMatchObject({ displayName: 'J' });
  });

  it('learn nothing about others: who is there and who is not is answered alike', async () => {
    const { users, groups } = test.directory;
    const jane = await userOf('jane');
    await userOf('bob');
    await groups.add(ACTOR, { name: 'staff' });
    for (const name of ['bob', 'nobody-at-all']) {
      await expect(users.byUsername(jane, name)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(users.edit(jane, name, { displayName: 'x' })).rejects.toMatchObject({ code: 'forbidden' });
      await expect(users.delete(jane, name)).rejects.toMatchObject({ code: 'forbidden' });
    }
    for (const name of ['staff', 'no-such-group']) {
      await expect(groups.byName(jane, name)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(groups.addMember(jane, name, { name: 'jane' })).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
  });

  it('manage the members of the groups that they own, and of no other', async () => {
    const { groups } = test.directory;
    const jane = await userOf('jane');
    await userOf('bob');
    for (const name of ['staff', 'crew']) await groups.add(ACTOR, { name });
    await groups.addMember(ACTOR, 'staff', { name: 'jane', owner: true });
    await groups.addMember(ACTOR, 'crew', { name: 'jane' });
    await groups.addMember(jane, 'staff', { name: 'bob' });
    expect((await groups.byName(jane, 'staff')).memberships).toHaveLength(2);
    await groups.removeMember(jane, 'staff', { name: 'bob' });
    await expect(groups.addMember(jane, 'crew', { name: 'bob' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(groups.edit(jane, 'staff', { description: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(groups.delete(jane, 'staff')).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('of whatever role set their own password by the old one only, and change no role of their own', async () => {
    const { users } = test.directory;
    await userOf('other', 'owner');
    for (const role of ['owner', 'admin', 'user-manager']) {
      const actor = await userOf(`a-${role}`, role);
      const set = users.setPassword(actor, `a-${role}`, 'correct horse battery');
      await expect(set, role).rejects.toMatchObject({ code: 'forbidden' });
      const edit = users.edit(actor, `a-${role}`, { role: 'owner' });
      await expect(edit, role).rejects.toMatchObject({ code: 'forbidden' });
    }
  });
});

describe('rights', () => {
  it('beside the role protect their holder from those who do not have them', async () => {
    const { users, roles } = test.directory;
    const manager = await userOf('manager', 'user-manager');
    await userOf('jane');
    await roles.setGrant(ACTOR, 'jane', 'settings.edit', true);
    for (const wish of [
      () => users.setPassword(manager, 'jane', 'correct horse battery'),
      () => users.edit(manager, 'jane', { email: 'mine@example.org' }),
      () => users.setEnabled(manager, 'jane', false),
      () => users.delete(manager, 'jane'),
    ]) {
      await expect(wish()).rejects.toMatchObject({ code: 'forbidden' });
    }
    await roles.setGrant(ACTOR, 'jane', 'settings.edit', null);
    await users.setPassword(manager, 'jane', 'correct horse battery');
  });

  it('are given and taken away one by one', async () => {
    const { users, roles } = test.directory;
    await userOf('jane', 'user-manager');
    await roles.setGrant(ACTOR, 'jane', 'audit.read', true);
    await roles.setGrant(ACTOR, 'jane', 'users.delete', false);
    const jane = await asUser(test, 'jane');
    expect(jane.authority.permissions.has('audit.read')).toBe(true);
    expect(jane.authority.permissions.has('users.delete')).toBe(false);
    expect(await roles.grantsOf(ACTOR, 'jane')).toMatchObject([
      { permission: 'audit.read', allowed: true },
      { permission: 'users.delete', allowed: false },
    ]);
    await expect(users.delete(jane, 'jane')).rejects.toMatchObject({ code: 'forbidden' });
    expect(await linesOf('user.permission')).toHaveLength(2);
    await expect(roles.setGrant(ACTOR, 'jane', 'fly', true)).rejects.toMatchObject({
      code: 'invalid',
      field: 'permissions',
    });
  });

  it('of owners are not cut', async () => {
    await userOf('boss', 'owner');
    await expect(test.directory.roles.setGrant(ACTOR, 'boss', 'backup', false)).rejects.toMatchObject({
      code: 'invalid',
    });
  });

  it('are given by nobody who does not have them', async () => {
    const { roles } = test.directory;
    await userOf('jane');
    const admin = await userOf('admin-a', 'admin');
    await expect(roles.setGrant(admin, 'jane', 'backup', true)).rejects.toMatchObject({ code: 'forbidden' });
    await roles.setGrant(admin, 'jane', 'audit.read', true);
  });

  it('of a role that is not there are those of everybody', async () => {
    await userOf('jane', 'admin');
    await test.store.write(async (transaction) => {
      const [jane] = await transaction.usersByUsernames(['jane']);
      if (jane !== undefined) await transaction.updateUsers([{ ...jane, role: 'gone' }]);
    });
    const { authority } = await asUser(test, 'jane');
    expect([...authority.permissions]).toEqual(['self', 'groups.own']);
    expect(authority.rank).toBe(0);
  });
});

describe('the last owner', () => {
  it('is neither disabled, deleted nor given a lower role, not even from the console', async () => {
    const { users } = test.directory;
    await userOf('boss', 'owner');
    const second = await userOf('second', 'owner');
    // Who has no password yet cannot sign in.
    await expect(users.edit(second, 'boss', { role: 'admin' })).rejects.toMatchObject({ code: 'conflict' });
    await users.setOwnPassword(second, 'correct horse battery');
    await users.edit(second, 'boss', { role: 'admin' });
    await expect(users.edit(ACTOR, 'second', { role: 'user' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(users.setEnabled(ACTOR, 'second', false)).rejects.toMatchObject({ code: 'conflict' });
    await expect(users.delete(ACTOR, 'second')).rejects.toMatchObject({ code: 'conflict' });
    await users.edit(ACTOR, 'second', { role: 'owner', displayName: 'The Boss' });
  });

  it('is nobody whose password is checked elsewhere', async () => {
    const { source } = await importPeople(test, ['jdoe']);
    const { users, links } = test.directory;
    await expect(users.edit(ACTOR, 'jdoe', { role: 'owner' })).rejects.toThrow(/unlink/);
    expect(await users.edit(ACTOR, 'jdoe', { role: 'admin' })).toMatchObject({ role: 'admin' });
    // As an admin, he is out of the reach of other admins, also by another source for the password.
    const admin = await userOf('admin-a', 'admin');
    const entry = { externalId: 'mine', dn: 'uid=mine' };
    await expect(links.link(admin, 'jdoe', source, entry)).rejects.toMatchObject({ code: 'forbidden' });
  });
});
