import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '../../../src/core/model/audit.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

let opened: TestDirectory;

beforeEach(async () => {
  opened = await openTestDirectory();
  const { users, groups } = opened.directory;
  for (const username of ['ann', 'ben', 'cid']) await users.add(ACTOR, { username });
  for (const name of ['old', 'new', 'inner']) await groups.add(ACTOR, { name });
  await groups.addMember(ACTOR, 'old', { name: 'ann', owner: true });
  await groups.addMember(ACTOR, 'old', { name: 'ben' });
  await groups.addMember(ACTOR, 'new', { name: 'ben', owner: true });
});

afterEach(() => opened.remove());

async function members(group: string): Promise<string[]> {
  const page = { after: null, limit: 100 };
  const found = await opened.directory.groups.members(ACTOR, group, page);
  return found.map(({ name, owner }) => (owner ? `${name} (owner)` : name)).sort();
}

function copy(ownersOnly = false, actor: Actor = ACTOR): Promise<number> {
  return opened.directory.groups.copyMembers(actor, 'old', 'new', { ownersOnly });
}

describe('copying members', () => {
  test('adds those who are missing, owners as owners, and leaves the others as they were', async () => {
    await opened.directory.groups.addMember(ACTOR, 'old', { name: 'inner', kind: 'group' });
    expect(await copy()).toBe(2);
    expect(await members('new')).toEqual(['ann (owner)', 'ben (owner)', 'inner']);
    expect(await members('old')).toEqual(['ann (owner)', 'ben', 'inner']);
    expect(await copy()).toBe(0);
  });

  test('copies owners alone where that is asked for', async () => {
    await opened.directory.groups.addMember(ACTOR, 'old', { name: 'cid' });
    expect(await copy(true)).toBe(1);
    expect(await members('new')).toEqual(['ann (owner)', 'ben (owner)']);
  });

  test('refuses to close a cycle, and adds nobody then', async () => {
    await opened.directory.groups.addMember(ACTOR, 'inner', { name: 'new', kind: 'group' });
    await opened.directory.groups.addMember(ACTOR, 'old', { name: 'inner', kind: 'group' });
    await expect(copy()).rejects.toMatchObject({ code: 'invalid', field: 'from' });
    expect(await members('new')).toEqual(['ben (owner)']);
  });

  test('is told to followers and audited, as one change', async () => {
    const delta = await opened.deltaOf(() => copy());
    expect(delta.memberships).toMatchObject([{ group: { name: 'new' }, membership: { owner: true } }]);
    expect((await opened.auditLines())[0]).toMatchObject({
      action: 'group.copy-members',
      details: { from: 'old', to: 'new', ownersOnly: false, added: 1 },
    });
  });
});

test('the groups of several users are told by user, in the order of names', async () => {
  const { users } = opened.directory;
  const [ann, ben] = [await users.byUsername(ACTOR, 'ann'), await users.byUsername(ACTOR, 'ben')];
  const groupsOf = await users.groupsOf(ACTOR, [ann, ben]);
  expect(groupsOf.get(ann.id)).toEqual([{ name: 'old', owner: true, fromSource: false }]);
  expect(groupsOf.get(ben.id)?.map(({ name }) => name)).toEqual(['new', 'old']);
});
