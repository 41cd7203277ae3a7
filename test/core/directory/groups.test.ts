import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACTOR, importPeople, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

let test: TestDirectory;
beforeEach(async () => {
  test = await openTestDirectory();
});
afterEach(() => test.remove());

describe('adding a group', () => {
  it('keeps its name in lower case and shows it under that name where no other is given', async () => {
    const { groups } = test.directory;
    const delta = await test.deltaOf(() => groups.add(ACTOR, { name: 'Staff' }));
    const { group, memberships } = await groups.byName(ACTOR, 'STAFF');
    expect(group).toMatchObject({ name: 'staff', displayName: 'staff', description: '', origin: null });
    expect(memberships).toEqual([]);
    expect([...delta.groups.keys()]).toEqual([group.id]);
    expect(await test.auditLines()).toMatchObject([{ action: 'group.add', subjectId: group.id }]);
  });

  it('refuses names that are taken, reserved or ill-formed', async () => {
    const { groups } = test.directory;
    await groups.add(ACTOR, { name: 'staff' });
    await expect(groups.add(ACTOR, { name: 'Staff' })).rejects.toMatchObject({
      code: 'conflict',
      field: 'name',
      message: 'The group name staff is taken already.',
    });
    await expect(groups.add(ACTOR, { name: 'users' })).rejects.toMatchObject({ code: 'invalid' });
    await expect(groups.add(ACTOR, { name: 'all staff' })).rejects.toMatchObject({ code: 'invalid' });
    expect(await groups.list(ACTOR, { after: null, limit: 10 })).toHaveLength(1);
  });
});

describe('editing a group', () => {
  it('changes what is given', async () => {
    const { groups } = test.directory;
    const before = await groups.add(ACTOR, { name: 'staff', description: 'All' });
    const at = test.clock.advance(1000);
    const delta = await test.deltaOf(() => groups.edit(ACTOR, 'Staff', { name: 'Crew', displayName: '' }));
    const group = { ...before, name: 'crew', displayName: 'crew', updatedAt: at };
    expect((await groups.byName(ACTOR, 'crew')).group).toEqual(group);
    expect(delta.groups).toEqual(new Map([[group.id, { group, memberships: [] }]]));
  });

  it('refuses a name that is taken, and groups of a source', async () => {
    await importPeople(test, [], { staff: [] });
    const { groups } = test.directory;
    await groups.add(ACTOR, { name: 'crew' });
    await expect(groups.edit(ACTOR, 'crew', { name: 'staff' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(groups.edit(ACTOR, 'staff', { description: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
      message: 'The group staff comes from the source corp: change it there.',
    });
    await expect(groups.delete(ACTOR, 'staff')).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('deleting a group', () => {
  it('leaves its members, and the groups that it was in', async () => {
    const { users, groups } = test.directory;
    const jdoe = await users.add(ACTOR, { username: 'jdoe' });
    const staff = await groups.add(ACTOR, { name: 'staff' });
    const all = await groups.add(ACTOR, { name: 'all' });
    await groups.addMember(ACTOR, 'staff', { name: 'jdoe' });
    await groups.addMember(ACTOR, 'all', { name: 'staff' });
    const at = test.clock.advance(1000);
    const delta = await test.deltaOf(() => groups.delete(ACTOR, 'staff'));
    expect(delta.groups).toEqual(new Map([[staff.id, null]]));
    expect(delta.users).toEqual(new Map([[jdoe.id, { ...jdoe, updatedAt: at }]]));
    expect(await groups.byName(ACTOR, 'all')).toEqual({ group: { ...all, updatedAt: at }, memberships: [] });
  });
});

describe('removing a member', () => {
  it('moves updatedAt of both, and tells followers', async () => {
    const { users, groups } = test.directory;
    const jdoe = await users.add(ACTOR, { username: 'jdoe' });
    const staff = await groups.add(ACTOR, { name: 'staff' });
    await groups.addMember(ACTOR, 'staff', { name: 'jdoe', owner: true });
    const at = test.clock.advance(1000);
    const delta = await test.deltaOf(() => groups.removeMember(ACTOR, 'Staff', { name: 'JDoe' }));
    const group = { ...staff, updatedAt: at };
    expect(delta.memberships).toEqual([{ group, memberId: jdoe.id, membership: null }]);
    expect(delta.users).toEqual(new Map([[jdoe.id, { ...jdoe, updatedAt: at }]]));
    await expect(groups.removeMember(ACTOR, 'staff', { name: 'jdoe' })).rejects.toMatchObject({
      code: 'not-found',
      message: 'jdoe is not a member of staff.',
    });
  });

  it('refuses a membership that its source made', async () => {
    await importPeople(test, ['jdoe'], { staff: ['jdoe'] });
    await expect(test.directory.groups.removeMember(ACTOR, 'staff', { name: 'jdoe' })).rejects.toMatchObject({
      code: 'forbidden',
      message: 'jdoe is in staff because the source corp says so: remove it there.',
    });
  });
});

describe('adding a member', () => {
  it('moves updatedAt of the group and of the user, and tells followers of both', async () => {
    const { users, groups } = test.directory;
    const jdoe = await users.add(ACTOR, { username: 'jdoe' });
    const staff = await groups.add(ACTOR, { name: 'staff' });
    const at = test.clock.advance(1000);
    const delta = await test.deltaOf(() => groups.addMember(ACTOR, 'Staff', { name: 'JDoe' }));
    const membership = {
      groupId: staff.id,
      memberId: jdoe.id,
      memberKind: 'user',
      owner: false,
      fromSource: false,
    };
    const group = { ...staff, updatedAt: at };
    expect(await groups.byName(ACTOR, 'staff')).toEqual({ group, memberships: [membership] });
    expect(delta.memberships).toEqual([{ group, memberId: jdoe.id, membership }]);
    expect(delta.groups.size).toBe(0);
    expect(delta.users).toEqual(new Map([[jdoe.id, { ...jdoe, updatedAt: at }]]));
    expect(await test.auditLines()).toContainEqual(
      expect.objectContaining({
        action: 'group.add-member',
        subjectId: staff.id,
        details: { group: 'staff', member: 'jdoe', kind: 'user', owner: false },
      }),
    );
  });

  it('takes a group where no user has the name, and asks for the kind where both have it', async () => {
    const { users, groups } = test.directory;
    for (const name of ['staff', 'team', 'both']) await groups.add(ACTOR, { name });
    await users.add(ACTOR, { username: 'both' });
    const delta = await test.deltaOf(() => groups.addMember(ACTOR, 'staff', { name: 'team' }));
    expect(delta.memberships).toMatchObject([{ membership: { memberKind: 'group' } }]);
    await expect(groups.addMember(ACTOR, 'staff', { name: 'both' })).rejects.toMatchObject({
      code: 'conflict',
      field: 'kind',
    });
    for (const kind of ['user', 'group'] as const) {
      const added = await groups.addMember(ACTOR, 'staff', { name: 'Both', kind });
      expect(added).toMatchObject({ memberKind: kind, name: 'both', before: null });
    }
  });

  it('makes an owner of a member, keeps the owner that is added again, and leaves no line where nothing changes', async () => {
    const { users, groups } = test.directory;
    await users.add(ACTOR, { username: 'jdoe' });
    await groups.add(ACTOR, { name: 'staff' });
    await groups.addMember(ACTOR, 'staff', { name: 'jdoe' });
    expect(await groups.addMember(ACTOR, 'staff', { name: 'jdoe', owner: true })).toMatchObject({
      owner: true,
    });
    const before = await test.auditLines();
    expect(await groups.addMember(ACTOR, 'staff', { name: 'jdoe' })).toMatchObject({ owner: true });
    expect(await test.auditLines()).toEqual(before);
    expect(await groups.addMember(ACTOR, 'staff', { name: 'jdoe', owner: false })).toMatchObject({
      owner: false,
    });
  });

  it('refuses nestings that close a cycle, at any distance', async () => {
    const { groups } = test.directory;
    for (const name of ['staff', 'team', 'crew']) await groups.add(ACTOR, { name });
    await groups.addMember(ACTOR, 'staff', { name: 'team' });
    await groups.addMember(ACTOR, 'team', { name: 'crew' });
    await expect(groups.addMember(ACTOR, 'team', { name: 'staff' })).rejects.toMatchObject({
      code: 'invalid',
      message: 'staff cannot be a member of team: team is already in staff.',
    });
    await expect(groups.addMember(ACTOR, 'crew', { name: 'staff' })).rejects.toMatchObject({
      message: 'staff cannot be a member of crew: crew is already in staff.',
    });
    await expect(groups.addMember(ACTOR, 'staff', { name: 'staff' })).rejects.toMatchObject({
      message: 'staff cannot be a member of itself.',
    });
    await groups.addMember(ACTOR, 'staff', { name: 'crew' });
  });

  it('refuses names that nobody has, and groups as owners', async () => {
    const { groups } = test.directory;
    await groups.add(ACTOR, { name: 'staff' });
    await groups.add(ACTOR, { name: 'team' });
    await expect(groups.addMember(ACTOR, 'crew', { name: 'team' })).rejects.toMatchObject({
      code: 'not-found',
      message: 'There is no group named "crew".',
    });
    await expect(groups.addMember(ACTOR, 'staff', { name: 'jdoe' })).rejects.toMatchObject({
      code: 'not-found',
      message: 'There is no user and no group named "jdoe".',
    });
    await expect(groups.addMember(ACTOR, 'staff', { name: 'team', owner: true })).rejects.toMatchObject({
      code: 'invalid',
      field: 'owner',
      message: 'Only users can own a group: team is a group.',
    });
  });

  it('takes a membership that a sync made into the hands of people', async () => {
    const { groups } = test.directory;
    await importPeople(test, ['jdoe'], { staff: ['jdoe'] });
    expect((await groups.byName(ACTOR, 'staff')).memberships).toMatchObject([{ fromSource: true }]);
    await groups.addMember(ACTOR, 'staff', { name: 'jdoe' });
    expect((await groups.byName(ACTOR, 'staff')).memberships).toMatchObject([{ fromSource: false }]);
  });
});
