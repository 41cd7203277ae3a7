import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOBODY } from '../../support/actors.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

let test: TestDirectory;

/** everybody holds staff and guests; staff holds developers; jane is in developers and guests, every fifth in staff too. */
beforeAll(async () => {
  test = await openTestDirectory();
  const { users, groups } = test.directory;
  for (const name of ['everybody', 'staff', 'guests', 'developers']) await groups.add(ACTOR, { name });
  await groups.addMember(ACTOR, 'everybody', { name: 'staff' });
  await groups.addMember(ACTOR, 'everybody', { name: 'guests' });
  await groups.addMember(ACTOR, 'staff', { name: 'developers' });
  for (let number = 0; number < 25; number++) {
    const username = `person${number}`;
    await users.add(ACTOR, { username });
    await groups.addMember(ACTOR, 'developers', { name: username });
    if (number % 5 === 0) await groups.addMember(ACTOR, 'staff', { name: username });
  }
  await users.add(ACTOR, { username: 'jane' });
  await groups.addMember(ACTOR, 'developers', { name: 'jane' });
  await groups.addMember(ACTOR, 'guests', { name: 'jane' });
});

afterAll(() => test.remove());

describe('the groups of a user through others', () => {
  it('are those above the direct ones, each with the group that leads there', async () => {
    const { users, nesting } = test.directory;
    const through = await nesting.groupsThrough(ACTOR, await users.byUsername(ACTOR, 'jane'));
    expect(through).toHaveLength(2);
    expect(through[0]).toEqual({ name: 'everybody', through: expect.stringMatching(/^(guests|staff)$/) });
    expect(through[1]).toEqual({ name: 'staff', through: 'developers' });
  });

  it('are shown to oneself and to those who may see groups', async () => {
    const { users, nesting } = test.directory;
    const jane = await users.byUsername(ACTOR, 'jane');
    await expect(nesting.groupsThrough(NOBODY, jane)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('tell no names of private organizations to who may see groups alone', async () => {
    const { users, groups, organizations, nesting } = test.directory;
    await organizations.add(ACTOR, { slug: 'secret' });
    await organizations.add(ACTOR, { slug: 'hidden' });
    await users.add(ACTOR, { username: 'joe' });
    await groups.add(ACTOR, { name: 'open' });
    await organizations.addMember(ACTOR, 'secret', { name: 'joe', kind: 'user' });
    await groups.addMember(ACTOR, 'open', { name: 'secret', kind: 'group' });
    await organizations.addMember(ACTOR, 'hidden', { name: 'open', kind: 'group' });
    const joe = await users.byUsername(ACTOR, 'joe');
    const permissions = new Set(['groups.read'] as const);
    const reader = { ...NOBODY, authority: { ...NOBODY.authority, permissions } };
    const page = { after: null, limit: 10 };
    expect(await nesting.groupsThrough(reader, joe)).toEqual([
      { name: 'open', through: 'a private organization' },
    ]);
    const { people } = await nesting.people(reader, 'open', page);
    expect(people.map(({ through }) => through)).toEqual([['a private organization']]);
    expect(await nesting.groupsThrough(ACTOR, joe)).toEqual([
      { name: 'hidden', through: 'open' },
      { name: 'open', through: 'secret' },
    ]);
  });
});

describe('the people of a group', () => {
  it.each([1, 2, 7, 26, 100])(
    'are listed once each, %i at a time, with the groups that they are in',
    async (limit) => {
      const { nesting } = test.directory;
      const seen = new Map<string, readonly string[]>();
      let after: string | null = null;
      do {
        const page = await nesting.people(ACTOR, 'everybody', { after, limit });
        for (const { user, through } of page.people) {
          expect(seen.has(user.username)).toBe(false);
          seen.set(user.username, through.toSorted());
        }
        after = page.next;
      } while (after !== null);
      expect(seen.size).toBe(26);
      expect(seen.get('jane')).toEqual(['developers', 'guests']);
      expect(seen.get('person5')).toEqual(['developers', 'staff']);
      expect(seen.get('person6')).toEqual(['developers']);
    },
  );

  it('are for those who may see groups', async () => {
    const people = test.directory.nesting.people(NOBODY, 'everybody', { after: null, limit: 10 });
    await expect(people).rejects.toMatchObject({ code: 'forbidden' });
  });
});
