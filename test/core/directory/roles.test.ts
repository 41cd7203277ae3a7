import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asUser } from '../../support/actors.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

let test: TestDirectory;

beforeEach(async () => {
  test = await openTestDirectory();
});

afterEach(() => test.remove());

describe('roles', () => {
  it('are listed with the built-in ones, the highest first', async () => {
    const { roles } = test.directory;
    await roles.add(ACTOR, { name: 'Helpdesk', rank: 50, permissions: ['users.read', 'users.password'] });
    expect((await roles.list(ACTOR)).map(({ name }) => name)).toEqual([
      ...['owner', 'admin', 'mail-manager', 'user-manager', 'helpdesk', 'user'],
    ]);
    expect(await roles.byName(ACTOR, 'HELPDESK')).toEqual({
      ...{ name: 'helpdesk', description: '', rank: 50, builtIn: false },
      permissions: ['self', 'groups.own', 'users.read', 'users.password'],
    });
  });

  it('give their users what they permit, at once when they change', async () => {
    const { roles, users } = test.directory;
    await roles.add(ACTOR, { name: 'helpdesk', permissions: ['users.read', 'users.password'] });
    await users.add(ACTOR, { username: 'jane', role: 'helpdesk' });
    await users.add(ACTOR, { username: 'bob' });
    const jane = await asUser(test, 'jane');
    expect(await users.setPassword(jane, 'bob', 'correct horse battery')).toMatchObject({ username: 'bob' });
    await expect(users.delete(jane, 'bob')).rejects.toMatchObject({ code: 'forbidden' });
    await roles.edit(ACTOR, 'helpdesk', { permissions: ['users.read'] });
    await expect(
      users.setPassword(await asUser(test, 'jane'), 'bob', 'correct horse battery'),
    ).rejects.toMatchObject({ code: 'forbidden' });
    const actions = (await test.auditLines()).map(({ action }) => action);
    expect(actions.filter((action) => action.startsWith('role.'))).toEqual(['role.edit', 'role.add']);
  });

  it('that are built in stay, and so does one that somebody has', async () => {
    const { roles, users } = test.directory;
    for (const name of ['owner', 'Admin', 'user']) {
      await expect(roles.edit(ACTOR, name, { rank: 1 })).rejects.toMatchObject({ code: 'forbidden' });
      await expect(roles.delete(ACTOR, name)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(roles.add(ACTOR, { name })).rejects.toMatchObject({ code: 'conflict', field: 'name' });
    }
    await roles.add(ACTOR, { name: 'helpdesk' });
    await users.add(ACTOR, { username: 'jane', role: 'helpdesk' });
    await expect(roles.delete(ACTOR, 'helpdesk')).rejects.toMatchObject({ code: 'conflict' });
    await users.edit(ACTOR, 'jane', { role: 'user' });
    await roles.delete(ACTOR, 'helpdesk');
    await expect(users.edit(ACTOR, 'jane', { role: 'helpdesk' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('stand between user and admin, and know only permissions that there are', async () => {
    const { roles } = test.directory;
    for (const rank of [0, 300, 1.5, Number.NaN]) {
      await expect(roles.add(ACTOR, { name: 'x', rank })).rejects.toMatchObject({
        ...{ code: 'invalid', field: 'rank' },
      });
    }
    await expect(roles.add(ACTOR, { name: 'x', permissions: ['toString'] })).rejects.toMatchObject({
      ...{ code: 'invalid', field: 'permissions' },
    });
    await expect(roles.add(ACTOR, { name: 'x y' })).rejects.toMatchObject({ code: 'invalid', field: 'name' });
  });

  it('are raised by nobody to or above himself', async () => {
    const { roles, users } = test.directory;
    const permissions = ['roles.edit', 'users.role', 'users.read'];
    await roles.add(ACTOR, { name: 'chief', rank: 150, permissions });
    await roles.add(ACTOR, { name: 'helper', rank: 10, permissions: ['users.read'] });
    await roles.add(ACTOR, { name: 'auditor', rank: 10, permissions: ['audit.read'] });
    await users.add(ACTOR, { username: 'chief', role: 'chief' });
    await users.add(ACTOR, { username: 'jane' });
    const chief = await asUser(test, 'chief');
    for (const wish of [
      () => roles.edit(chief, 'chief', { permissions: [...permissions, 'backup'] }),
      () => roles.edit(chief, 'helper', { rank: 150 }),
      () => roles.edit(chief, 'helper', { permissions: ['audit.read'] }),
      () => roles.edit(chief, 'auditor', { description: 'x' }),
      () => roles.delete(chief, 'auditor'),
      () => roles.add(chief, { name: 'other', rank: 200 }),
      () => users.edit(chief, 'jane', { role: 'auditor' }),
      () => users.edit(chief, 'jane', { role: 'admin' }),
      () => users.edit(chief, 'jane', { role: 'user-manager' }),
    ]) {
      await expect(wish()).rejects.toMatchObject({ code: 'forbidden' });
    }
    await roles.edit(chief, 'helper', { rank: 149, permissions: ['users.read', 'users.role'] });
    expect(await users.edit(chief, 'jane', { role: 'helper' })).toMatchObject({ role: 'helper' });
  });
});
