import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUILT_IN_ROLES } from '../../../src/core/access/permissions.ts';
import type { Actor } from '../../../src/core/model/audit.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

const NOTHING = { members: 0, groups: 0, applications: 0 };
const PAGE = { after: null, limit: 10, search: '' };

let test: TestDirectory;
beforeEach(async () => {
  test = await openTestDirectory();
});
afterEach(() => test.remove());

/** A user who acts by himself. */
async function person(username: string, role: 'user' | 'user-manager' = 'user'): Promise<Actor> {
  const { id } = await test.directory.users.add(ACTOR, { username, role });
  const { rank, permissions } = BUILT_IN_ROLES[role];
  const authority = { userId: id, rank, permissions: new Set(permissions) };
  return { door: 'http', name: username, address: null, authority };
}

async function slugsSeenBy(actor: Actor): Promise<readonly string[]> {
  return (await test.directory.organizations.find(actor, PAGE)).map(({ name }) => name);
}

describe('an organization', () => {
  it('has a slug, a name, an owner and a visibility, which change', async () => {
    const { organizations } = test.directory;
    await person('jdoe');
    await organizations.add(ACTOR, { slug: 'Acme', name: 'Acme Inc.', owner: 'JDoe' });
    await organizations.edit(ACTOR, 'acme', { slug: 'acme-inc', visibility: 'public', description: 'Tools' });
    expect(await organizations.bySlug(ACTOR, 'acme-inc')).toMatchObject({
      ...{ organization: { name: 'acme-inc', displayName: 'Acme Inc.', organization: 'public' } },
      ...{ owners: ['jdoe'], members: 1, groups: 0, applications: 0 },
    });
    const actions = (await test.auditLines()).map(({ action }) => action);
    expect(actions.slice(0, 2)).toEqual(['organization.edit', 'organization.add']);
  });

  it('shares its names with groups, and is none of their list', async () => {
    const { groups, organizations } = test.directory;
    await groups.add(ACTOR, { name: 'staff' });
    await expect(organizations.add(ACTOR, { slug: 'STAFF' })).rejects.toMatchObject({
      ...{ code: 'conflict', field: 'slug' },
    });
    await organizations.add(ACTOR, { slug: 'acme' });
    await expect(groups.add(ACTOR, { name: 'acme' })).rejects.toMatchObject({ code: 'conflict' });
    expect((await groups.list(ACTOR, PAGE)).map(({ name }) => name)).toEqual(['staff']);
    expect((await groups.find(ACTOR, PAGE)).map(({ name }) => name)).toEqual(['staff']);
    expect(await slugsSeenBy(ACTOR)).toEqual(['acme']);
  });

  it.each(['', 'two words', 'a/b', 'x'.repeat(200), 'users'])('refuses the slug %j', async (slug) => {
    const added = test.directory.organizations.add(ACTOR, { slug });
    await expect(added).rejects.toMatchObject({ code: 'invalid', field: 'slug' });
  });

  it('is changed and deleted as an organization alone', async () => {
    const { groups, organizations } = test.directory;
    await organizations.add(ACTOR, { slug: 'acme' });
    await groups.add(ACTOR, { name: 'staff' });
    const refused = { code: 'not-found' };
    await expect(groups.edit(ACTOR, 'acme', { description: 'x' })).rejects.toMatchObject(refused);
    await expect(groups.delete(ACTOR, 'acme')).rejects.toMatchObject(refused);
    await expect(organizations.edit(ACTOR, 'staff', { name: 'x' })).rejects.toMatchObject(refused);
    await expect(organizations.delete(ACTOR, 'staff', NOTHING)).rejects.toMatchObject(refused);
  });
});

describe('deleting an organization', () => {
  it('asks by saying what goes with it, and leaves its members', async () => {
    const { applications, groups, organizations, users } = test.directory;
    await person('jdoe');
    await organizations.add(ACTOR, { slug: 'acme', owner: 'jdoe' });
    await groups.add(ACTOR, { name: 'staff' });
    await groups.addMember(ACTOR, 'staff', { name: 'acme', kind: 'group' });
    const password = 'correct horse battery staple';
    await applications.add(ACTOR, { name: 'wiki', password, groups: ['acme'] });
    await expect(organizations.delete(ACTOR, 'acme', NOTHING)).rejects.toMatchObject({
      code: 'conflict',
      message:
        'With acme, 1 member loses it, 1 group that it is in, 1 application that it opens. To delete it all the same, say these numbers: members, groups, applications.',
    });
    const uses = { members: 1, groups: 1, applications: 1 };
    const delta = await test.deltaOf(() => organizations.delete(ACTOR, 'acme', uses));
    expect([...delta.groups.values()]).toContain(null);
    expect(delta.users.size).toBe(1);
    expect(await users.byUsername(ACTOR, 'jdoe')).toMatchObject({ active: true });
    expect((await groups.byName(ACTOR, 'staff')).memberships).toEqual([]);
  });
});

describe('who is not in an organization', () => {
  it('sees it where it is public, and else not even that it is there', async () => {
    const { groups, organizations } = test.directory;
    const [jane, kim] = [await person('jane'), await person('kim')];
    await organizations.add(ACTOR, { slug: 'acme', owner: 'jane' });
    await organizations.add(ACTOR, { slug: 'globex', visibility: 'public' });
    expect([await slugsSeenBy(jane), await slugsSeenBy(kim)]).toEqual([['acme', 'globex'], ['globex']]);
    const hidden = organizations.bySlug(kim, 'acme');
    const absent = organizations.bySlug(kim, 'nobody');
    await expect(hidden).rejects.toMatchObject({
      code: 'not-found',
      message: `There is no organization named "acme".`,
    });
    await expect(absent).rejects.toMatchObject({ code: 'not-found' });
    await expect(organizations.members(kim, 'acme', PAGE)).rejects.toMatchObject({ code: 'not-found' });
    await expect(organizations.members(kim, 'globex', PAGE)).rejects.toMatchObject({ code: 'forbidden' });
    const asGroup = (name: string) => groups.members(kim, name, PAGE).catch(({ message }: Error) => message);
    expect(await asGroup('acme')).toBe(await asGroup('nobody'));
    expect((await organizations.ofUser(jane, 'jane')).map(({ name }) => name)).toEqual(['acme']);
    await expect(organizations.ofUser(kim, 'jane')).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('changes nothing of it, not even as a manager of groups', async () => {
    const { groups, organizations } = test.directory;
    const manager = await person('morgan', 'user-manager');
    await organizations.add(ACTOR, { slug: 'acme', visibility: 'public' });
    const member = { name: 'morgan', kind: 'user' as const };
    const forbidden = { code: 'forbidden' };
    await expect(organizations.add(manager, { slug: 'globex' })).rejects.toMatchObject(forbidden);
    await expect(organizations.edit(manager, 'acme', { name: 'x' })).rejects.toMatchObject(forbidden);
    await expect(organizations.delete(manager, 'acme', NOTHING)).rejects.toMatchObject(forbidden);
    await expect(organizations.addMember(manager, 'acme', member)).rejects.toMatchObject(forbidden);
    await expect(groups.addMember(manager, 'acme', member)).rejects.toMatchObject(forbidden);
  });
});

describe('the owner of an organization', () => {
  it('manages its members and nothing else of it', async () => {
    const { organizations, users } = test.directory;
    const jane = await person('jane');
    await person('kim');
    await organizations.add(ACTOR, { slug: 'acme', owner: 'jane' });
    await organizations.addMember(jane, 'acme', { name: 'kim', kind: 'user' });
    const members = await organizations.members(jane, 'acme', PAGE);
    expect(members.map(({ name, owner }) => [name, owner])).toEqual(
      expect.arrayContaining([
        ['jane', true],
        ['kim', false],
      ]),
    );
    await organizations.removeMember(jane, 'acme', { name: 'kim', kind: 'user' });
    await expect(organizations.edit(jane, 'acme', { name: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    const jdoe = await users.byUsername(ACTOR, 'jane');
    expect((await users.groupsOf(ACTOR, [jdoe])).get(jdoe.id)).toEqual([]);
  });
});
