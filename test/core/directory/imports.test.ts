import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImportStep } from '../../../src/core/directory/imports.ts';
import { noExtras } from '../../../src/core/model/extra-credentials.ts';
import { EMPTY_PROFILE } from '../../../src/core/model/profile.ts';
import {
  ACTOR,
  addMembers,
  createGroup,
  createUser,
  importPeople,
  NEW_SOURCE,
  openTestDirectory,
  type TestDirectory,
  updateGroup,
  updateUser,
} from '../../support/directory.ts';

let test: TestDirectory;
beforeEach(async () => {
  test = await openTestDirectory();
});
afterEach(() => test.remove());

describe('importing users', () => {
  it('creates them without password, as ordinary users that remember where they come from', async () => {
    const { source } = await importPeople(test, ['jdoe']);
    expect(await test.directory.users.byUsername(ACTOR, 'jdoe')).toEqual({
      id: 'id-of-jdoe',
      posixNumber: 10_000,
      username: 'jdoe',
      email: 'jdoe@example.org',
      otherEmails: [],
      displayName: 'jdoe',
      givenName: '',
      familyName: '',
      confirmed: true,
      profile: EMPTY_PROFILE,
      avatar: null,
      attributes: {},
      metadata: {},
      role: 'user',
      active: true,
      passwordHash: null,
      passwordChangedAt: null,
      extraCredentials: 0,
      secondFactor: false,
      origin: {
        sourceId: source.id,
        externalId: 'external-jdoe',
        dn: 'uid=jdoe,dc=example,dc=org',
        suspendedSince: null,
      },
      createdAt: test.clock.now(),
      updatedAt: test.clock.now(),
      ownUpdatedAt: test.clock.now(),
    });
  });

  it('creates those who are disabled upstream as suspended, so that they never were enabled here', async () => {
    const { source, runId } = await importPeople(test, []);
    const at = test.clock.now();
    const delta = await test.deltaOf(() =>
      test.directory.imports.apply(source, runId, [createUser('jdoe', { suspended: true })]),
    );
    expect(delta.users.get('id-of-jdoe')?.origin?.suspendedSince).toEqual(at);
  });

  it('updates what the source owns, and lets names and addresses be exchanged', async () => {
    const { source, runId } = await importPeople(test, ['alice', 'bob']);
    const at = test.clock.advance(1000);
    await test.directory.imports.apply(source, runId, [
      createUser('carol', { username: 'zoe', email: null }),
      updateUser('id-of-alice', 'bob', { otherEmails: ['b@example.org'], givenName: 'Bob' }),
      updateUser('id-of-bob', 'alice'),
    ]);
    expect(await test.directory.users.byUsername(ACTOR, 'bob')).toMatchObject({
      id: 'id-of-alice',
      email: 'bob@example.org',
      otherEmails: ['b@example.org'],
      givenName: 'Bob',
      origin: { externalId: 'external-alice', dn: 'uid=bob,dc=example,dc=org' },
      updatedAt: at,
    });
    expect(await test.directory.users.byUsername(ACTOR, 'alice')).toMatchObject({ id: 'id-of-bob' });
    expect(await test.directory.users.byUsername(ACTOR, 'zoe')).toMatchObject({
      id: 'id-of-carol',
      email: null,
    });
  });

  it('lets a new user have the name and address that another gives up', async () => {
    const { source, runId } = await importPeople(test, ['alice']);
    const newcomer = { ...createUser('alice'), id: 'id-of-newcomer', externalId: 'external-newcomer' };
    await test.directory.imports.apply(source, runId, [newcomer, updateUser('id-of-alice', 'alice2')]);
    expect(await test.directory.users.byUsername(ACTOR, 'alice')).toMatchObject({ id: 'id-of-newcomer' });
    expect(await test.directory.users.byUsername(ACTOR, 'alice2')).toMatchObject({ id: 'id-of-alice' });
  });

  it('suspends with the first date for as long as it lasts, and lifts it again', async () => {
    const { source, runId } = await importPeople(test, ['jdoe']);
    const since = test.clock.advance(1000);
    const suspendedSince = async (suspended: boolean) => {
      await test.directory.imports.apply(source, runId, [updateUser('id-of-jdoe', 'jdoe', { suspended })]);
      return (await test.directory.users.byUsername(ACTOR, 'jdoe')).origin?.suspendedSince;
    };
    expect(await suspendedSince(true)).toEqual(since);
    test.clock.advance(1000);
    expect(await suspendedSince(true)).toEqual(since);
    expect(await suspendedSince(false)).toBeNull();
  });

  it('gives an import the id that its entry has got upstream', async () => {
    const { source, runId } = await importPeople(test, ['jdoe']);
    const step = { ...updateUser('id-of-jdoe', 'jdoe'), externalId: 'external-new' };
    expect(await test.directory.imports.apply(source, runId, [step])).toMatchObject({ usersUpdated: 1 });
    expect(await test.directory.users.byUsername(ACTOR, 'jdoe')).toMatchObject({
      id: 'id-of-jdoe',
      origin: { externalId: 'external-new' },
    });
  });

  it('ends all that was given to the entry before, where another one is recognised', async () => {
    const { source, runId } = await importPeople(test, ['jdoe']);
    const userId = 'id-of-jdoe';
    await test.directory.sessions.start({ userId, kind: 'page', address: null, userAgent: '' });
    await test.directory.roles.setGrant(ACTOR, 'jdoe', 'users.read', true);
    await test.store.write(async (it) => {
      const password = {
        id: 'p',
        name: 'mail',
        hash: 'h',
        applicationId: null,
        createdAt: 0,
        lastUsedAt: null,
      };
      await it.putExtraCredentials({ ...noExtras(userId), appPasswords: [password] });
    });
    const step = { ...updateUser(userId, 'jdoe'), externalId: 'external-new', anew: true } as const;
    await test.directory.imports.apply(source, runId, [step]);
    const left = await test.store.read(async (it) => [
      ...(await it.sessionsOf(userId)),
      ...(await it.grantsOf(userId)),
      ...((await it.extraCredentials(userId))?.appPasswords ?? []),
    ]);
    expect(left).toEqual([]);
    expect(await test.directory.users.byUsername(ACTOR, 'jdoe')).toMatchObject({ extraCredentials: 1 });
    expect((await test.auditLines())[0]).toMatchObject({ details: { anew: ['jdoe'] } });
  });

  it.each<[string, (test: TestDirectory) => Promise<unknown>]>([
    ['disabled', ({ directory }) => directory.sources.setEnabled(ACTOR, 'corp', false)],
    ['changed', ({ directory }) => directory.sources.edit(ACTOR, 'corp', { policy: { removal: 'delete' } })],
    ['changed', ({ directory }) => directory.sources.edit(ACTOR, 'corp', { filter: '(uid=*)' })],
  ])('writes nothing more of a source that was %s since', async (what, change) => {
    const { source, runId } = await importPeople(test, ['jdoe']);
    await change(test);
    await expect(
      test.directory.imports.apply(source, runId, [updateUser('id-of-jdoe', 'other')]),
    ).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(`was ${what} while`) });
    expect(await test.directory.users.byUsername(ACTOR, 'jdoe')).toMatchObject({ id: 'id-of-jdoe' });
  });

  it('goes on where only the schedule of the source was changed', async () => {
    const { source, runId } = await importPeople(test, ['jdoe']);
    await test.directory.sources.edit(ACTOR, 'corp', { schedule: '30 2 * * *' });
    const step = updateUser('id-of-jdoe', 'other');
    expect(await test.directory.imports.apply(source, runId, [step])).toMatchObject({ usersUpdated: 1 });
  });

  it('takes a local user over where the source may, without the password, and not where it may not', async () => {
    const { source, runId } = await importPeople(test, []);
    const password = 'Sunny.Day.2024!';
    const jane = await test.directory.users.add(ACTOR, {
      username: 'jane',
      email: 'jane@example.org',
      password,
    });
    const { fields, dn, externalId } = createdFields('jane');
    const step = { type: 'adopt-user', id: jane.id, externalId, dn, fields, suspended: false } as const;
    const adopt = (it: ImportStep) => test.directory.imports.apply(source, runId, [it]);
    await expect(adopt(step)).rejects.toMatchObject({ code: 'conflict' });
    await test.directory.sources.edit(ACTOR, 'corp', { policy: { conflicts: 'link' } });
    const linking = await test.directory.sources.find('corp');
    const other = { ...step, fields: { ...fields, email: 'other@example.org' } };
    const apply = (it: ImportStep) => test.directory.imports.apply(linking, runId, [it]);
    await expect(apply(other)).rejects.toMatchObject({ code: 'conflict' });
    await test.directory.roles.setGrant(ACTOR, 'jane', 'users.read', true);
    await expect(apply(step)).rejects.toMatchObject({ code: 'forbidden' });
    await test.directory.roles.setGrant(ACTOR, 'jane', 'users.read', null);
    expect(await apply(step)).toMatchObject({ usersUpdated: 1, usersCreated: 0 });
    expect(await test.directory.users.byUsername(ACTOR, 'jane')).toMatchObject({
      ...{ id: jane.id, passwordHash: null, passwordChangedAt: null },
      origin: { sourceId: source.id, externalId },
    });
  });

  it('lets a source of higher precedence take users and groups from another one', async () => {
    const { source } = await importPeople(test, ['jdoe'], { staff: ['jdoe'] });
    const { sources, syncRuns, imports } = test.directory;
    const lab = await sources.add(ACTOR, { ...NEW_SOURCE, name: 'lab', policy: { precedence: 1 } });
    const names = { usernames: ['jdoe'], emails: [], groupNames: ['staff'] };
    const { adoptable } = await imports.takenByOthers(lab.id, names);
    expect([[...adoptable.users.keys()], [...adoptable.groups.keys()]]).toEqual([['jdoe'], ['staff']]);
    const { id: runId } = await syncRuns.begin(ACTOR, lab);
    const { fields, dn } = createdFields('jdoe');
    const group = { name: 'staff', displayName: 'Staff', description: '' };
    const counts = await imports.apply(lab, runId, [
      { type: 'adopt-user', id: 'id-of-jdoe', externalId: 'lab-jdoe', dn, fields, suspended: false },
      { type: 'adopt-group', id: 'id-of-staff', externalId: 'lab-staff', dn: 'cn=staff', fields: group },
    ]);
    expect(counts).toMatchObject({ usersUpdated: 1, groupsUpdated: 1 });
    expect((await imports.stateOf(lab.id)).users).toMatchObject([{ id: 'id-of-jdoe' }]);
    expect(await imports.stateOf(source.id)).toEqual({ users: [], groups: [], memberships: [] });
    const [line] = await test.auditLines();
    expect(line).toMatchObject({ action: 'source.import', details: { adopted: ['jdoe', 'staff'] } });
  });

  it('leaves alone what people switched', async () => {
    const { source, runId } = await importPeople(test, ['jdoe']);
    const jdoe = await test.directory.users.byUsername(ACTOR, 'jdoe');
    await test.store.write((it) => it.updateUsers([{ ...jdoe, active: false, role: 'owner' }]));
    await test.directory.imports.apply(source, runId, [updateUser('id-of-jdoe', 'jdoe')]);
    expect(await test.directory.users.byUsername(ACTOR, 'jdoe')).toMatchObject({
      active: false,
      role: 'owner',
    });
  });

  it.each([
    ['a reserved username', createUser('x', { username: 'admin' }), 'invalid'],
    ['an ill-formed username', createUser('x', { username: 'x y' }), 'invalid'],
    ['an ill-formed address', createUser('x', { email: 'nowhere' }), 'invalid'],
    ['an ill-formed further address', createUser('x', { otherEmails: ['nowhere'] }), 'invalid'],
    [
      'endless further addresses',
      createUser('x', { otherEmails: Array(101).fill('x@example.org') }),
      'invalid',
    ],
    ['control characters in a name', createUser('x', { displayName: 'a\0b' }), 'invalid'],
    ['a username that somebody has', createUser('x', { username: 'local' }), 'conflict'],
    ['an address that somebody has', createUser('x', { email: 'LOCAL@example.org' }), 'conflict'],
    ['an entry that is imported already', { ...createUser('x'), externalId: 'external-jdoe' }, 'conflict'],
    ['a user kept here', updateUser('id-of-local', 'local'), 'conflict'],
    ['a user that is gone', updateUser('id-of-nobody', 'nobody'), 'not-found'],
    ['a group that is gone', addMembers('id-of-nothing', ['jdoe']), 'not-found'],
  ])('refuses %s, and the whole call with it', async (_, step, code) => {
    const { source, runId } = await importPeople(test, ['jdoe']);
    const { users, imports } = test.directory;
    const local = await users.add(ACTOR, { username: 'local', email: 'local@example.org' });
    const named = step.type === 'update-user' && step.id === 'id-of-local' ? { ...step, id: local.id } : step;
    const before = await test.auditLines();
    await expect(imports.apply(source, runId, [createUser('other'), named])).rejects.toMatchObject({ code });
    await expect(users.byUsername(ACTOR, 'other')).rejects.toMatchObject({ code: 'not-found' });
    expect(await test.auditLines()).toEqual(before);
  });

  it('touches nothing of another source', async () => {
    const { runId } = await importPeople(test, ['jdoe'], { staff: [] });
    const { sources, syncRuns, imports } = test.directory;
    const other = await sources.add(ACTOR, { ...NEW_SOURCE, name: 'other' });
    const { id } = await syncRuns.begin(ACTOR, other);
    for (const step of [
      updateUser('id-of-jdoe', 'jdoe'),
      updateGroup('id-of-staff', 'staff'),
      addMembers('id-of-staff', ['jdoe']),
    ]) {
      await expect(imports.apply(other, id, [step])).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('does not come from the source other'),
      });
    }
    await expect(imports.apply(other, runId, [])).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('importing groups', () => {
  it('creates, renames and suspends them', async () => {
    const { source, runId } = await importPeople(test, [], { staff: [], team: [] });
    await test.directory.imports.apply(source, runId, [
      updateGroup('id-of-staff', 'team'),
      updateGroup('id-of-team', 'staff', true),
    ]);
    const { groups } = test.directory;
    expect((await groups.byName(ACTOR, 'team')).group).toMatchObject({
      id: 'id-of-staff',
      origin: { suspendedSince: null },
    });
    expect((await groups.byName(ACTOR, 'staff')).group).toMatchObject({
      id: 'id-of-team',
      origin: { suspendedSince: test.clock.now() },
    });
  });

  it('adds members, and removes those alone that a sync put there', async () => {
    const { source, runId } = await importPeople(test, ['alice', 'bob', 'carol'], {
      staff: ['alice', 'bob'],
    });
    const { users, groups, imports } = test.directory;
    await users.add(ACTOR, { username: 'local' });
    await groups.addMember(ACTOR, 'staff', { name: 'local' });
    await groups.addMember(ACTOR, 'staff', { name: 'bob', owner: true });
    await imports.apply(source, runId, [
      {
        type: 'remove-members',
        groupId: 'id-of-staff',
        memberIds: ['id-of-alice', 'id-of-bob', 'id-of-nobody'],
      },
      addMembers('id-of-staff', ['bob', 'carol', 'nobody']),
    ]);
    const { memberships } = await groups.byName(ACTOR, 'staff');
    expect(memberships).toHaveLength(3);
    expect(memberships).toContainEqual(
      expect.objectContaining({ memberId: 'id-of-bob', owner: true, fromSource: false }),
    );
    expect(memberships).toContainEqual(
      expect.objectContaining({ memberId: 'id-of-carol', owner: false, fromSource: true }),
    );
    const [line] = (await test.auditLines()).filter(
      ({ action, details }) => action === 'source.import' && details['usersCreated'] === 0,
    );
    expect(line?.details).toMatchObject({ membersAdded: 1, membersRemoved: 1 });
  });

  it('takes a member that is removed and added in one call for one that stays', async () => {
    const { source, runId } = await importPeople(test, ['alice'], { staff: ['alice'] });
    await test.directory.imports.apply(source, runId, [
      addMembers('id-of-staff', ['alice']),
      { type: 'remove-members', groupId: 'id-of-staff', memberIds: ['id-of-alice'] },
    ]);
    expect((await test.directory.groups.byName(ACTOR, 'staff')).memberships).toHaveLength(1);
  });

  it('moves updatedAt of the group and of the users concerned, and of nobody else', async () => {
    const { source, runId } = await importPeople(test, ['alice', 'bob'], { staff: ['alice'], team: [] });
    const before = test.clock.now();
    const at = test.clock.advance(1000);
    const delta = await test.deltaOf(() =>
      test.directory.imports.apply(source, runId, [
        addMembers('id-of-staff', ['alice', 'bob']),
        addMembers('id-of-team', []),
        { type: 'touch-users', userIds: ['id-of-bob', 'id-of-staff'] },
      ]),
    );
    expect([...delta.users.keys()]).toEqual(['id-of-bob']);
    expect([...delta.groups.keys()]).toEqual(['id-of-staff']);
    expect(delta.groups.get('id-of-staff')).toMatchObject({ group: { updatedAt: at } });
    expect(delta.groups.get('id-of-staff')?.memberships).toHaveLength(2);
    expect(delta.memberships).toEqual([]);
    expect(await test.directory.users.byUsername(ACTOR, 'bob')).toMatchObject({ updatedAt: at });
    expect(await test.directory.users.byUsername(ACTOR, 'alice')).toMatchObject({ updatedAt: before });
    expect((await test.directory.groups.byName(ACTOR, 'team')).group).toMatchObject({ updatedAt: before });
  });

  it('refuses a cycle, which may go through groups that people made', async () => {
    const { source, runId } = await importPeople(test, [], { a: [], b: [] });
    const { groups, imports } = test.directory;
    await groups.add(ACTOR, { name: 'local' });
    await groups.addMember(ACTOR, 'a', { name: 'local' });
    await groups.addMember(ACTOR, 'local', { name: 'b' });
    await expect(imports.apply(source, runId, [addMembers('id-of-b', ['a'], 'group')])).rejects.toMatchObject(
      {
        code: 'invalid',
        message: 'a cannot be a member of b: b is already in a.',
      },
    );
    const both = [addMembers('id-of-c', ['d'], 'group'), addMembers('id-of-d', ['c'], 'group')];
    await expect(
      imports.apply(source, runId, [createGroup('c'), createGroup('d'), ...both]),
    ).rejects.toMatchObject({ message: 'c cannot be a member of d: d is already in c.' });
    await imports.apply(source, runId, [addMembers('id-of-a', ['b'], 'group')]);
  });
});

describe('what is imported', () => {
  it('is told in full, over any number of pages, without what others keep', async () => {
    const names = Array.from({ length: 1500 }, (_, index) => `user-${index}`);
    const { source } = await importPeople(test, names, { staff: names.slice(0, 1200), team: [] });
    await test.directory.users.add(ACTOR, { username: 'local' });
    await test.directory.groups.add(ACTOR, { name: 'local' });
    const state = await test.directory.imports.stateOf(source.id);
    expect(new Set(state.users.map(({ username }) => username))).toEqual(new Set(names));
    expect(state.groups.map(({ name }) => name).sort()).toEqual(['staff', 'team']);
    expect(state.memberships).toHaveLength(1200);
  });

  it('does not hold the names that others have taken', async () => {
    const { source } = await importPeople(test, ['jdoe'], { staff: [] });
    const { users, groups, imports } = test.directory;
    const local = await users.add(ACTOR, { username: 'local', email: 'Local@Example.org' });
    const team = await groups.add(ACTOR, { name: 'team' });
    const taken = await imports.takenByOthers(source.id, {
      usernames: ['jdoe', 'local', 'free'],
      emails: ['jdoe@example.org', 'local@EXAMPLE.org', 'free@example.org'],
      groupNames: ['staff', 'team', 'free'],
    });
    expect(taken).toEqual({
      adoptable: { users: new Map(), groups: new Map() },
      usernames: new Map([['local', local.id]]),
      emails: new Map([['local@example.org', local.id]]),
      groupNames: new Map([['team', team.id]]),
    });
  });

  it('is written with one change for each user and group, and one audit line of counts', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `user-${index}`);
    const delta = await test.deltaOf(() => importPeople(test, names, { staff: names, team: names }));
    expect(delta.users.size).toBe(40);
    expect(delta.groups.size).toBe(2);
    expect(delta.memberships).toEqual([]);
    const lines = (await test.auditLines()).filter(({ action }) => action === 'source.import');
    expect(lines).toMatchObject([
      {
        actor: { door: 'sync', name: 'corp', address: null, userId: null },
        details: {
          usersCreated: 40,
          usersUpdated: 0,
          groupsCreated: 2,
          groupsUpdated: 0,
          membersAdded: 80,
          membersRemoved: 0,
        },
      },
    ]);
  });
});

function createdFields(name: string) {
  const step = createUser(name);
  if (step.type !== 'create-user') throw new Error('This step creates nobody.');
  return step;
}
