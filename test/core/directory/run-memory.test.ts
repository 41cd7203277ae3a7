import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRunMemory } from '../../../src/core/directory/run-memory.ts';
import {
  ACTOR,
  addMembers,
  importPeople,
  openTestDirectory,
  type TestDirectory,
} from '../../support/directory.ts';

let test: TestDirectory;
beforeEach(async () => {
  test = await openTestDirectory();
});
afterEach(() => test.remove());

it('what a run has created is known to it until somebody else changes the directory, or another run asks', async () => {
  const memory = createRunMemory();
  const created = { users: new Set(['ann']), groups: new Set(['staff']) };
  const recall = async (runId: string, seq: number) => {
    const { users, groups } = await memory.recall({ lastSequence: async () => seq }, runId);
    return [...users, ...groups];
  };
  expect(await recall('run', 7)).toEqual([]);
  memory.keep('run', 8, created);
  expect(await recall('run', 8)).toEqual(['ann', 'staff']);
  expect(await recall('run', 9)).toEqual([]);
  memory.keep('run', 9, created);
  expect(await recall('other', 9)).toEqual([]);
});

it('leaves out whom somebody deletes between two transactions of a run', async () => {
  const { source, runId } = await importPeople(test, ['ann', 'bob'], { staff: [] });
  await test.directory.links.unlink(ACTOR, 'bob', null);
  await test.directory.users.delete(ACTOR, 'bob');
  const counts = await test.directory.imports.apply(source, runId, [
    addMembers('id-of-staff', ['ann', 'bob']),
  ]);
  expect(counts.membersAdded).toBe(1);
});

it('counts nobody whom somebody has put into a new group between two transactions of a run', async () => {
  const { source, runId } = await importPeople(test, ['ann', 'bob'], { staff: [] });
  await test.directory.groups.addMember(ACTOR, 'staff', { name: 'ann' });
  const counts = await test.directory.imports.apply(source, runId, [
    addMembers('id-of-staff', ['ann', 'bob']),
  ]);
  expect(counts.membersAdded).toBe(1);
  const { memberships } = await test.directory.groups.byName(ACTOR, 'staff');
  expect(memberships).toHaveLength(2);
});

it('adds members to the groups and people of earlier transactions', async () => {
  const { source, runId } = await importPeople(test, ['ann', 'bob'], { staff: ['ann'] });
  const counts = await test.directory.imports.apply(source, runId, [addMembers('id-of-staff', ['bob'])]);
  expect(counts.membersAdded).toBe(1);
  expect((await test.directory.groups.byName(ACTOR, 'staff')).memberships).toHaveLength(2);
});
