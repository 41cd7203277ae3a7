/** The rows of a store: what is written is read, in order, and names are unique. */
import { describe, expect, test } from 'vitest';
import type { DirectorySink, Page, WriteTransaction } from '../../src/core/directory/store.ts';
import type { Application } from '../../src/core/model/application.ts';
import type { Group, Membership } from '../../src/core/model/group.ts';
import { NO_METADATA } from '../../src/core/model/metadata.ts';
import type { Origin } from '../../src/core/model/origin.ts';
import { EMPTY_PROFILE } from '../../src/core/model/profile.ts';
import type { Source } from '../../src/core/model/source.ts';
import { DEFAULT_POLICY } from '../../src/core/model/sync-policy.ts';
import type { SyncRun } from '../../src/core/model/sync-run.ts';
import type { User } from '../../src/core/model/user.ts';
import {
  aGroup,
  aMembership,
  anApplication,
  aSource,
  aSyncItem,
  aSyncRun,
  aUser,
  THEN,
} from '../support/rows.ts';
import type { StoreContext } from './store.ts';

const LATER = new Date(THEN.getTime() + 1000);

export function directoryContract({ store }: StoreContext): void {
  const write = (work: (transaction: WriteTransaction) => Promise<unknown>) => store().write(work);

  describe('users', () => {
    test('that are owners are found among all', async () => {
      const owners = ['alice', 'bob'].map((username) => aUser({ username, role: 'owner', active: false }));
      await write((it) => it.insertUsers([...owners, aUser({ username: 'carol' })]));
      const found = await store().read((it) => it.owners());
      expect(found.map(({ username }) => username).sort()).toEqual(['alice', 'bob']);
    });

    test('are read back as they were written, by id, username and e-mail address in any case', async () => {
      const source = aSource({ name: 'corp' });
      const jane = aUser({
        username: 'jdoe',
        email: 'Jane.Doe@Example.org',
        otherEmails: ['j@example.org', 'JD@example.org'],
        displayName: 'Jané "J" \\ Döe 🦩 \\u0000',
        confirmed: true,
        profile: {
          ...EMPTY_PROFILE,
          fallbackEmail: 'j@home.example',
          language: 'de-CH',
          affiliations: ['CERN "1"'],
          sshPublicKeys: ['ssh-ed25519 AAAA', 'ssh-rsa AAAA'],
        },
        avatar: { digest: 'a digest', bytes: 1234 },
        metadata: { room: '12 \\ "a"', badge: 'blue' },
        role: 'owner',
        active: false,
        passwordHash: '$2b$12$hash',
        passwordChangedAt: LATER,
        origin: originOf(source, '1', { suspendedSince: LATER }),
      });
      await write(async (it) => {
        await it.insertSource(source);
        await it.insertUsers([jane]);
      });
      const found = await store().read(async (it) => [
        await it.user(jane.id),
        await it.userByUsername('jdoe'),
        await it.userByEmail('jane.doe@EXAMPLE.ORG'),
        ...(await it.users({ after: null, limit: 10 })),
        ...(await it.usersByIds([jane.id, jane.id])),
        ...(await it.usersByUsernames(['jdoe', 'nobody'])),
        ...(await it.usersByEmails(['JANE.DOE@example.org'])),
        ...(await it.usersOfSource(source.id, { after: null, limit: 10 })),
      ]);
      expect(found).toEqual(Array(8).fill(jane));
    });

    test('of whom nothing more is known share what says so', async () => {
      await write((it) => it.insertUsers(['a', 'b'].map((username) => aUser({ username }))));
      for (const user of await store().read((it) => it.users({ after: null, limit: 10 }))) {
        expect(user.profile).toBe(EMPTY_PROFILE);
        expect(user.metadata).toBe(NO_METADATA);
      }
    });

    test('have pictures, read apart from them, which go when they go', async () => {
      const [jane, max] = [aUser({ username: 'jdoe' }), aUser({ username: 'max' })];
      const jpeg = Buffer.from(Array.from({ length: 65_536 }, (_, index) => index % 251));
      const picture = { digest: 'a', bytes: jpeg.length, jpeg };
      const pictures = () => store().read((it) => it.avatars([jane.id, max.id, 'nobody']));
      await write(async (it) => {
        await it.insertUsers([jane, max]);
        await it.putAvatar(jane.id, { ...picture, digest: 'before' });
        await it.putAvatar(jane.id, picture);
        await it.putAvatar(max.id, picture);
      });
      expect(await pictures()).toEqual(new Map([jane, max].map(({ id }) => [id, picture])));
      await write((it) => it.putAvatar(max.id, null));
      expect([...(await pictures()).keys()]).toEqual([jane.id]);
      await write((it) => it.deleteUsers([jane.id]));
      expect(await pictures()).toEqual(new Map());
    });

    test('that do not exist are null or not in the list', async () => {
      await store().read(async (it) => {
        expect(await it.user('x')).toBeNull();
        expect(await it.userByUsername('x')).toBeNull();
        expect(await it.userByEmail('x')).toBeNull();
        expect(await it.usersByIds([])).toEqual([]);
        expect(await it.usersByEmails(['x'])).toEqual([]);
      });
    });

    test('are listed in pages, in the order of their usernames by code point', async () => {
      const names = ['a', 'a-b', 'a.b', 'a0', 'ab', 'b'];
      await write((it) => it.insertUsers(names.toReversed().map((username) => aUser({ username }))));
      expect(
        await pages(
          (page) => store().read((it) => it.users(page)),
          ({ username }) => username,
        ),
      ).toEqual(names);
    });

    test('of a source are listed in pages, in the order of their ids', async () => {
      const [corp, other] = [aSource({ name: 'corp' }), aSource({ name: 'other' })];
      const users = ['a', 'b', 'c', 'd'].map((username) =>
        aUser({ username, origin: originOf(corp, username) }),
      );
      await write(async (it) => {
        await it.insertSource(corp);
        await it.insertSource(other);
        await it.insertUsers([...users, aUser({ username: 'e', origin: originOf(other, 'a') })]);
      });
      const found = await pages(
        (page) => store().read((it) => it.usersOfSource(corp.id, page)),
        ({ id }) => id,
      );
      expect(found).toEqual(users.map(({ id }) => id).sort());
    });

    test('are found by thousands of names in one call', async () => {
      const users = Array.from({ length: 3000 }, (_, index) => aUser({ username: `u${index}` }));
      await write((it) => it.insertUsers(users));
      const names = users.map(({ username }) => username);
      const found = await store().read((it) => it.usersByUsernames([...names, 'nobody']));
      expect(found.map(({ id }) => id).sort()).toEqual(users.map(({ id }) => id).sort());
    });

    test('without an e-mail address may be many', async () => {
      await write((it) => it.insertUsers(['a', 'b'].map((username) => aUser({ username, email: null }))));
      expect(await store().read((it) => it.users({ after: null, limit: 10 }))).toHaveLength(2);
    });

    test.each([
      ['username', { username: 'jdoe', email: 'other@example.org' }],
      ['email', { username: 'other', email: 'JDOE@example.org' }],
      ['posixNumber', { username: 'other', posixNumber: 10_000 }],
    ])('with a taken %s are refused', async (field, taken) => {
      await write((it) => it.insertUsers([aUser({ username: 'jdoe', posixNumber: 10_000 })]));
      const refused = write((it) => it.insertUsers([aUser(taken)]));
      await expect(refused).rejects.toMatchObject({ name: 'DirectoryError', code: 'conflict', field });
    });

    test('of a source keep its dialect, its rules for sign-ins and its client certificate', async () => {
      const source = aSource({
        name: 'corp',
        dialect: { attributes: { email: ['mail', 'email'], phone: [] }, usernameFrom: 'before-at' },
        signIn: { createUsers: true, rememberSeconds: 0 },
        clientCertificatePem: 'certificate',
        clientKeySealed: 'v1.sealed',
      });
      await write((it) => it.insertSource(source));
      expect(await store().read((it) => it.source(source.id))).toEqual(source);
      const changed = { ...source, dialect: {}, clientCertificatePem: null, clientKeySealed: null };
      await write((it) => it.updateSource(changed));
      expect(await store().read((it) => it.source(source.id))).toEqual(changed);
    });

    test('with a taken external id of their source are refused', async () => {
      const source = aSource({ name: 'corp' });
      await write(async (it) => {
        await it.insertSource(source);
        await it.insertUsers([aUser({ username: 'a', origin: originOf(source, '1') })]);
      });
      const refused = write((it) =>
        it.insertUsers([aUser({ username: 'b', origin: originOf(source, '1') })]),
      );
      await expect(refused).rejects.toMatchObject({ code: 'conflict', field: 'externalId' });
    });

    test('of a source that does not exist are refused', async () => {
      const origin = originOf(aSource({ name: 'corp' }), '1');
      const refused = write((it) => it.insertUsers([aUser({ username: 'a', origin })]));
      await expect(refused).rejects.toMatchObject({ code: 'conflict' });
    });

    test('exchange usernames, addresses and external ids within one call', async () => {
      const source = aSource({ name: 'corp' });
      const users = ['a', 'b', 'c'].map((username) =>
        aUser({ username, origin: originOf(source, username) }),
      );
      const rotated = users.map((user, index) => {
        const next = users[(index + 1) % users.length] ?? user;
        return { ...user, username: next.username, email: next.email, origin: next.origin };
      });
      await write(async (it) => {
        await it.insertSource(source);
        await it.insertUsers(users);
        await it.updateUsers(rotated);
      });
      const found = await store().read((it) => it.usersByIds(users.map(({ id }) => id)));
      expect(byId(found)).toEqual(byId(rotated));
    });

    test('cannot take the username of a user outside of the call', async () => {
      const [a, b, c] = ['a', 'b', 'c'].map((username) => aUser({ username })) as [User, User, User];
      await write((it) => it.insertUsers([a, b, c]));
      const refused = write((it) => it.updateUsers([{ ...a, username: 'c' }, b]));
      await expect(refused).rejects.toMatchObject({ code: 'conflict', field: 'username' });
      expect(await store().read((it) => it.user(a.id))).toEqual(a);
    });

    test('are touched without changing anything else', async () => {
      const [a, b] = ['a', 'b'].map((username) => aUser({ username })) as [User, User];
      await write(async (it) => {
        await it.insertUsers([a, b]);
        await it.touchUsers([a.id], LATER);
      });
      const found = await store().read((it) => it.usersByIds([a.id, b.id]));
      expect(byId(found)).toEqual(byId([{ ...a, updatedAt: LATER }, b]));
      expect(await store().read((it) => it.userIds([b.id, 'x', a.id]))).toEqual(
        expect.arrayContaining([a.id, b.id]),
      );
      expect(await store().read((it) => it.userIds(['x']))).toEqual([]);
    });

    test('with text that a database cannot keep are refused', async () => {
      for (const displayName of ['\u0000', 'x\ud800']) {
        const refused = write((it) => it.insertUsers([aUser({ username: 'a', displayName })]));
        await expect(refused).rejects.toMatchObject({ code: 'invalid' });
      }
    });
  });

  describe('groups', () => {
    test('are touched without changing anything else, and tell how many members they have', async () => {
      const [staff, team] = ['staff', 'team'].map((name) => aGroup({ name })) as [Group, Group];
      await write(async (it) => {
        await it.insertGroups([staff, team]);
        await it.putMemberships(
          ['a', 'b'].map((memberId) => {
            return { groupId: staff.id, memberId, memberKind: 'user', owner: false, fromSource: false };
          }),
        );
        await it.touchGroups([staff.id], LATER);
      });
      const groups = await store().read((it) => it.groupsByIds([staff.id, team.id]));
      expect(byId(groups)).toEqual(byId([{ ...staff, updatedAt: LATER }, team]));
      const counts = await store().read((it) => it.memberCounts([staff.id, team.id]));
      expect([...counts]).toEqual([[staff.id, 2]]);
    });

    test('are read back as they were written', async () => {
      const source = aSource({ name: 'corp' });
      const staff = aGroup({
        name: 'staff',
        email: 'staff@example.org',
        permissions: 'read-only',
        metadata: { a: 'b' },
        description: 'All',
        origin: originOf(source, '1'),
      });
      await write(async (it) => {
        await it.insertSource(source);
        await it.insertGroups([staff]);
      });
      const found = await store().read(async (it) => [
        await it.group(staff.id),
        await it.groupByName('staff'),
        await it.groupByEmail('Staff@Example.org'),
        ...(await it.groups({ after: null, limit: 10 })),
        ...(await it.groupsByIds([staff.id, 'x'])),
        ...(await it.groupsByNames(['staff', 'x'])),
        ...(await it.groupsOfSource(source.id, { after: null, limit: 10 })),
      ]);
      expect(found).toEqual(Array(7).fill(staff));
    });

    test('have unique names and addresses, which they can exchange within one call', async () => {
      const [a, b] = ['a', 'b'].map((name) => aGroup({ name, email: `${name}@x` })) as [Group, Group];
      const exchanged = [
        { ...a, name: 'b', email: 'b@x' },
        { ...b, name: 'a', email: 'a@x' },
      ];
      await write(async (it) => {
        await it.insertGroups([a, b]);
        await it.updateGroups(exchanged);
      });
      expect(byId(await store().read((it) => it.groupsByNames(['a', 'b'])))).toEqual(byId(exchanged));
      const refused = write((it) => it.insertGroups([aGroup({ name: 'a' })]));
      await expect(refused).rejects.toMatchObject({ code: 'conflict', field: 'name' });
      const addressed = write((it) => it.insertGroups([aGroup({ name: 'c', email: 'A@X' })]));
      await expect(addressed).rejects.toMatchObject({ code: 'conflict', field: 'email' });
    });

    test('have members, of whom the last word counts', async () => {
      const [staff, team, jane] = [
        aGroup({ name: 'staff' }),
        aGroup({ name: 'team' }),
        aUser({ username: 'j' }),
      ];
      const memberships = [aMembership(staff, jane, { owner: true }), aMembership(staff, team)];
      await write(async (it) => {
        await it.insertUsers([jane]);
        await it.insertGroups([staff, team]);
        await it.putMemberships([aMembership(staff, jane), ...memberships]);
        await it.putMemberships([aMembership(staff, jane, { owner: true })]);
      });
      await store().read(async (it) => {
        expect(byMember(await it.memberships([staff.id, team.id]))).toEqual(byMember(memberships));
        expect(await it.nestings()).toEqual([aMembership(staff, team)]);
        const keys = [aMembership(staff, team), aMembership(team, jane)];
        expect(await it.membershipsByKeys(keys)).toEqual([aMembership(staff, team)]);
      });
      await write((it) => it.deleteMemberships([{ groupId: staff.id, memberId: jane.id }]));
      expect(await store().read((it) => it.memberships([staff.id]))).toEqual([aMembership(staff, team)]);
    });

    test('lose a deleted member, and a deleted group its memberships', async () => {
      const [staff, team, jane] = [
        aGroup({ name: 'staff' }),
        aGroup({ name: 'team' }),
        aUser({ username: 'j' }),
      ];
      await write(async (it) => {
        await it.insertUsers([jane]);
        await it.insertGroups([staff, team]);
        await it.putMemberships([
          aMembership(staff, jane),
          aMembership(staff, team),
          aMembership(team, jane),
        ]);
        await it.deleteGroups([team.id]);
      });
      expect(await store().read((it) => it.memberships([staff.id, team.id]))).toEqual([
        aMembership(staff, jane),
      ]);
      expect(await store().read((it) => it.membershipsOfMembers([jane.id, team.id]))).toEqual([
        aMembership(staff, jane),
      ]);
      await write((it) => it.deleteUsers([jane.id]));
      await store().read(async (it) => {
        expect(await it.memberships([staff.id])).toEqual([]);
        expect(await it.user(jane.id)).toBeNull();
        expect(await it.group(team.id)).toBeNull();
      });
    });

    test('cannot be joined before they exist', async () => {
      const refused = write((it) =>
        it.putMemberships([aMembership(aGroup({ name: 'a' }), aGroup({ name: 'b' }))]),
      );
      await expect(refused).rejects.toMatchObject({ code: 'conflict' });
    });
  });

  describe('sources, sync runs, settings and the audit log', () => {
    test('sources are read back, updated and listed by name', async () => {
      const [b, a] = [aSource({ name: 'b', caPem: 'PEM' }), aSource({ name: 'a', enabled: false })];
      await write(async (it) => {
        await it.insertSource(b);
        await it.insertSource({ ...a, name: 'c' });
        await it.updateSource(a);
      });
      await store().read(async (it) => {
        expect(await it.sources()).toEqual([a, b]);
        expect(await it.source(a.id)).toEqual(a);
        expect(await it.sourceByName('b')).toEqual(b);
      });
      const refused = write((it) => it.insertSource(aSource({ name: 'a' })));
      await expect(refused).rejects.toMatchObject({ code: 'conflict', field: 'name' });
    });

    test('a source is deleted with its runs, and not while somebody comes from it', async () => {
      const corp = aSource({ name: 'corp' });
      const run = aSyncRun(corp);
      const jane = aUser({ username: 'jdoe', origin: originOf(corp, '1') });
      await write(async (it) => {
        await it.insertSource(corp);
        await it.insertSyncRun(run);
        await it.insertUsers([jane]);
      });
      await expect(write((it) => it.deleteSource(corp.id))).rejects.toMatchObject({ code: 'conflict' });
      await write(async (it) => {
        await it.updateUsers([{ ...jane, origin: null }]);
        await it.deleteSource(corp.id);
      });
      await store().read(async (it) => {
        expect(await it.source(corp.id)).toBeNull();
        expect(await it.syncRun(run.id)).toBeNull();
      });
    });

    test('what a source does with what it finds is read back as it was written', async () => {
      const policy = { ...DEFAULT_POLICY, removal: 'delete', precedence: 7, guardPercent: 0 } as const;
      const corp = aSource({ name: 'corp', policy });
      await write((it) => it.insertSource(corp));
      expect(await store().read((it) => it.source(corp.id))).toEqual(corp);
    });

    test('what a run did is read back in its order, in pages, and goes with the run', async () => {
      const corp = aSource({ name: 'corp' });
      const [run, other] = [aSyncRun(corp), aSyncRun(corp)];
      const items = ['a', 'b', 'c'].map((name) => aSyncItem({ name }));
      await write(async (it) => {
        await it.insertSource(corp);
        for (const each of [run, other]) await it.insertSyncRun(each);
        await it.appendSyncItems(run.id, items.slice(0, 2));
        await it.appendSyncItems(other.id, [aSyncItem({ name: 'x' })]);
        await it.appendSyncItems(run.id, items.slice(2));
        await it.putSyncPlan(run.id, ['one', 'two']);
        await it.putSyncPlan(other.id, []);
      });
      const pageOf = (after: number | null) =>
        store().read((it) => it.syncItems(run.id, { after, limit: 2 }));
      const first = await pageOf(null);
      const second = await pageOf(first.at(-1)?.seq ?? null);
      expect([...first, ...second].map(({ seq: _, ...item }) => item)).toEqual(items);
      await store().read(async (it) => {
        expect(await it.syncPlan(run.id)).toEqual(['one', 'two']);
        expect(await it.syncPlan(other.id)).toEqual([]);
        expect(await it.syncPlan('nothing')).toBeNull();
      });
      await write((it) => it.deleteSource(corp.id));
      expect([await pageOf(null), await store().read((it) => it.syncPlan(run.id))]).toEqual([[], null]);
    });

    test('imported users are found by what they are called at their source', async () => {
      const [corp, lab] = [aSource({ name: 'corp' }), aSource({ name: 'lab' })];
      const jane = aUser({ username: 'jane', origin: originOf(corp, '1') });
      const john = aUser({ username: 'john', origin: originOf(lab, '1') });
      await write(async (it) => {
        for (const source of [corp, lab]) await it.insertSource(source);
        await it.insertUsers([jane, john]);
      });
      await store().read(async (it) => {
        expect(await it.usersByExternalIds(corp.id, ['1', '2'])).toEqual([jane]);
        expect(await it.usersByExternalIds(lab.id, [])).toEqual([]);
      });
    });

    test('sync runs are listed newest first, of one source or of all, and the running ones apart', async () => {
      const [corp, other] = [aSource({ name: 'corp' }), aSource({ name: 'other' })];
      const first = aSyncRun(corp);
      const second = aSyncRun(other, { startedAt: LATER });
      const third = aSyncRun(corp, { startedAt: new Date(LATER.getTime() + 1) });
      const finished = {
        ...first,
        state: 'succeeded' as const,
        phase: 'report' as const,
        progress: { done: 3, total: 3 },
        counters: { ...first.counters, usersCreated: 3 },
        problems: [{ dn: 'uid=x', reason: 'no name' }],
        reason: 'Created 3 users.',
        finishedAt: LATER,
      };
      await write(async (it) => {
        await it.insertSource(corp);
        await it.insertSource(other);
        for (const run of [first, second, third]) await it.insertSyncRun(run);
        await it.updateSyncRun(finished);
      });
      await store().read(async (it) => {
        expect(await it.syncRuns(null, 2)).toEqual([third, second]);
        expect(await it.syncRuns(corp.id, 9)).toEqual([third, finished]);
        const placeOf = ({ id, startedAt }: SyncRun) => ({ id, startedAt: startedAt.getTime() });
        expect(await it.syncRuns(null, 9, placeOf(second))).toEqual([finished]);
        expect(await it.syncRuns(corp.id, 9, placeOf(third))).toEqual([finished]);
        const before = { ...placeOf(second), id: `${second.id}~` };
        expect(await it.syncRuns(null, 9, before)).toEqual([second, finished]);
        expect(await it.syncRuns(corp.id, 9, before)).toEqual([finished]);
        expect(await it.syncRun(first.id)).toEqual(finished);
        const running = await it.runningSyncRuns();
        expect(byId(running)).toEqual(byId([second, third]));
      });
    });

    test('settings are those that were put last', async () => {
      const { instanceId, ...others } = await store().read((it) => it.settings());
      expect(instanceId).toMatch(/^[\da-f-]{36}$/);
      expect(others).toEqual({});
      await write(async (it) => {
        await it.putSetting('allow', ['127.0.0.1']);
        await it.putSetting('allow', ['::1', '10.0.0.0/8']);
        await it.putSetting('bindPasswordHash', '$2b$12$x');
      });
      expect(await store().read((it) => it.settings())).toEqual({
        allow: ['::1', '10.0.0.0/8'],
        bindPasswordHash: '$2b$12$x',
        instanceId,
      });
    });

    test('audit lines are listed newest first', async () => {
      const lines = ['1', '2', '3'].map((id) => ({
        id,
        at: THEN,
        actor: { door: 'cli' as const, name: 'console', address: null, userId: null },
        action: 'user.add',
        subjectId: id,
        details: { username: 'jdoe', nested: [1, null] },
      }));
      await write(async (it) => {
        for (const line of lines) await it.appendAudit(line);
      });
      expect(await store().read((it) => it.auditLines(2))).toEqual([lines[2], lines[1]]);
    });
  });

  describe('applications', () => {
    test('are read back as they were written, in the order of names, until they are deleted', async () => {
      const wiki = anApplication({
        name: 'wiki',
        groups: ['a', 'b'],
        allow: ['10.0.0.0/8'],
        description: 'Notes',
      });
      const mail = anApplication({ name: 'mail', everyone: true, enabled: false });
      await write(async (it) => {
        await it.insertApplication(wiki);
        await it.insertApplication(mail);
      });
      expect(await store().read((it) => it.applications())).toEqual([mail, wiki]);
      expect(await store().read((it) => it.applicationByName('wiki'))).toEqual(wiki);
      const renamed = { ...wiki, name: 'pages', groups: [], updatedAt: LATER };
      await write(async (it) => {
        await it.updateApplication(renamed);
        await it.deleteApplication(mail.id);
      });
      expect(await store().read((it) => it.applications())).toEqual([renamed]);
      expect(await store().read((it) => it.applicationByName('wiki'))).toBeNull();
    });

    test('have names of their own', async () => {
      await write((it) => it.insertApplication(anApplication({ name: 'wiki' })));
      const again = write((it) => it.insertApplication(anApplication({ name: 'wiki' })));
      await expect(again).rejects.toMatchObject({ code: 'conflict', field: 'name' });
    });
  });

  test('the whole directory is streamed in chunks out of one snapshot', async () => {
    const users = Array.from({ length: 4500 }, (_, index) => aUser({ username: `u${index}` }));
    const groups = ['a', 'b', 'c'].map((name) => aGroup({ name }));
    const memberships = groups.flatMap((group) =>
      users.slice(0, 1500).map((user) => aMembership(group, user)),
    );
    const wiki = anApplication({ name: 'wiki' });
    await write(async (it) => {
      await it.insertUsers(users);
      await it.insertGroups(groups);
      await it.putMemberships(memberships);
      await it.insertApplication(wiki);
      await it.appendChanges([{ subject: 'user', subjectId: 'x', memberId: null }], THEN);
    });
    const sink = collectingSink(() => void write((it) => it.deleteUsers(users.map(({ id }) => id))));
    const seq = await store().readDirectory(sink);
    expect(seq).toBe(1);
    expect(byId(sink.all.users)).toEqual(byId(users));
    expect(byId(sink.all.groups)).toEqual(byId(groups));
    expect(byMember(sink.all.memberships)).toEqual(byMember(memberships));
    expect(sink.all.applications).toEqual([wiki]);
  });
}

function originOf(source: Source, externalId: string, fields: Partial<Origin> = {}): Origin {
  return {
    sourceId: source.id,
    externalId,
    dn: `uid=${externalId},dc=example,dc=org`,
    suspendedSince: null,
    ...fields,
  };
}

/** Reads everything in pages of two; returns what `key` says of each row, by which the pages follow each other. */
async function pages<Row>(
  read: (page: Page) => Promise<readonly Row[]>,
  key: (row: Row) => string,
): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const page = await read({ after: found.at(-1) ?? null, limit: 2 });
    found.push(...page.map(key));
    if (page.length < 2) return found;
  }
}

/** `afterFirstChunk` runs while the rest is still to be read. */
function collectingSink(afterFirstChunk: () => void) {
  const all = {
    users: [] as User[],
    groups: [] as Group[],
    memberships: [] as Membership[],
    applications: [] as Application[],
  };
  return {
    all,
    users(chunk) {
      if (all.users.length === 0) afterFirstChunk();
      all.users.push(...chunk);
    },
    groups: (chunk) => void all.groups.push(...chunk),
    memberships: (chunk) => void all.memberships.push(...chunk),
    applications: (chunk) => void all.applications.push(...chunk),
  } satisfies DirectorySink & { all: unknown };
}

function byId<Row extends { readonly id: string }>(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function byMember(rows: readonly Membership[]): Membership[] {
  const key = (row: Membership) => row.groupId + row.memberId;
  return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
