import { afterEach, beforeEach, expect, it } from 'vitest';
import { ACTOR, importPeople, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

let test: TestDirectory;
beforeEach(async () => {
  test = await openTestDirectory();
});
afterEach(() => test.remove());

it('deletes users with their places in groups, and tells who they were', async () => {
  const { source, runId } = await importPeople(test, ['jdoe', 'rroe'], { staff: ['jdoe', 'rroe'] });
  await test.directory.groups.add(ACTOR, { name: 'local' });
  await test.directory.groups.addMember(ACTOR, 'local', { name: 'jdoe' });
  const at = test.clock.advance(1000);
  const items = [
    { kind: 'user', action: 'delete', name: 'jdoe', dn: 'uid=jdoe', changes: [], moreChanges: 0 },
  ] as const;
  const delta = await test.deltaOf(async () => {
    const step = { type: 'delete-user', id: 'id-of-jdoe' } as const;
    const counts = await test.directory.imports.apply(source, runId, [step], items);
    expect(counts).toMatchObject({ usersDeleted: 1, membersRemoved: 2, groupsDeleted: 0 });
  });
  expect(delta.users.get('id-of-jdoe')).toBeNull();
  expect(delta.groups.get('id-of-staff')).toMatchObject({
    group: { updatedAt: at },
    memberships: [{ memberId: 'id-of-rroe' }],
  });
  expect((await test.directory.groups.byName(ACTOR, 'local')).memberships).toEqual([]);
  const [line] = await test.auditLines();
  expect(line).toMatchObject({
    action: 'source.import',
    details: { usersDeleted: 1, deletedUsers: ['jdoe'] },
  });
  const stored = await test.directory.syncRuns.items(runId, { after: null, limit: 10 });
  expect(stored).toEqual([{ seq: expect.any(Number), ...items[0] }]);
});

it('deletes groups with their members', async () => {
  const { source, runId } = await importPeople(test, ['jdoe'], { staff: ['jdoe'] });
  const at = test.clock.advance(1000);
  const step = { type: 'delete-group', id: 'id-of-staff' } as const;
  expect(await test.directory.imports.apply(source, runId, [step])).toMatchObject({
    ...{ groupsDeleted: 1, membersRemoved: 1, usersUpdated: 0 },
  });
  await expect(test.directory.groups.byName(ACTOR, 'staff')).rejects.toMatchObject({ code: 'not-found' });
  expect((await test.directory.users.byUsername(ACTOR, 'jdoe')).updatedAt).toEqual(at);
});

it('deletes nobody who has been given a role, nor anybody of another source', async () => {
  const { source, runId } = await importPeople(test, ['jdoe']);
  const local = await test.directory.users.add(ACTOR, { username: 'local' });
  const jdoe = await test.directory.users.byUsername(ACTOR, 'jdoe');
  await test.store.write((it) => it.updateUsers([{ ...jdoe, role: 'admin' }]));
  for (const { id } of [jdoe, local]) {
    const deleting = test.directory.imports.apply(source, runId, [{ type: 'delete-user', id }]);
    await expect(deleting).rejects.toMatchObject({ name: 'DirectoryError' });
  }
  expect(await test.directory.users.byUsername(ACTOR, 'local')).toEqual(local);
});

it('has nothing to do for who is gone already', async () => {
  const { source, runId } = await importPeople(test, []);
  const counts = await test.directory.imports.apply(source, runId, [{ type: 'delete-user', id: 'nobody' }]);
  expect(counts).toMatchObject({ usersDeleted: 0, membersRemoved: 0 });
});
