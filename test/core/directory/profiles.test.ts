import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EMPTY_PROFILE } from '../../../src/core/model/profile.ts';
import { ACTOR, importPeople, openTestDirectory, type TestDirectory } from '../../support/directory.ts';
import { aJpeg } from '../../support/pictures.ts';
import { ED25519, ED25519_FINGERPRINT } from '../../support/ssh-keys.ts';

let test: TestDirectory;
beforeEach(async () => {
  test = await openTestDirectory();
});
afterEach(() => test.remove());

describe('the profile of a user', () => {
  it('is empty until something is given, and changes field by field', async () => {
    const { users } = test.directory;
    const added = await users.add(ACTOR, { username: 'jdoe', email: 'jdoe@example.org' });
    expect(added).toMatchObject({ profile: EMPTY_PROFILE, avatar: null, confirmed: false, metadata: {} });
    await users.edit(ACTOR, 'jdoe', {
      language: 'EN',
      employeeNumber: '7',
      metadata: { room: '12', a: 'b' },
    });
    await users.edit(ACTOR, 'jdoe', { language: '', sshPublicKeys: [ED25519], metadata: { room: null } });
    expect(await users.byUsername(ACTOR, 'jdoe')).toMatchObject({
      profile: { ...EMPTY_PROFILE, employeeNumber: '7', sshPublicKeys: [ED25519] },
      metadata: { a: 'b' },
    });
  });

  it('is audited by what changed, keys by their fingerprints and metadata by its names', async () => {
    const { users } = test.directory;
    await users.add(ACTOR, { username: 'jdoe', title: 'Dr.', metadata: { token: 'a secret' } });
    await users.edit(ACTOR, 'jdoe', {
      title: 'Dr.',
      phone: '117',
      sshPublicKeys: [ED25519],
      avatar: aJpeg(),
    });
    await users.edit(ACTOR, 'jdoe', { metadata: { token: 'another secret', room: '12' } });
    const lines = (await test.auditLines()).toReversed().map(({ details }) => details);
    expect(lines).toMatchObject([
      { username: 'jdoe', title: 'Dr.', metadata: ['token'] },
      {
        changes: {
          phone: '117',
          sshPublicKeys: [`ssh-ed25519 ${ED25519_FINGERPRINT}`],
          avatar: { bytes: aJpeg().length },
        },
      },
      { changes: { metadata: ['token', 'room'] } },
    ]);
    expect(lines[1]?.['changes']).not.toHaveProperty('title');
    expect(JSON.stringify(lines)).not.toMatch(/secret|jpeg/);
  });

  it('may be changed of an imported user too, but for names and address', async () => {
    await importPeople(test, ['jdoe']);
    const { users } = test.directory;
    expect(await users.byUsername(ACTOR, 'jdoe')).toMatchObject({ confirmed: true });
    const edited = await users.edit(ACTOR, 'jdoe', { language: 'fr', avatar: aJpeg() });
    expect(edited).toMatchObject({ profile: { language: 'fr' }, avatar: { bytes: aJpeg().length } });
    for (const changes of [{ email: null }, { givenName: 'Jane' }]) {
      await expect(users.edit(ACTOR, 'jdoe', changes)).rejects.toMatchObject({ code: 'forbidden' });
    }
  });
});

describe('the e-mail address of a user', () => {
  it('is no longer confirmed when it becomes another one', async () => {
    const { users } = test.directory;
    await users.add(ACTOR, { username: 'jdoe', email: 'jdoe@example.org', confirmed: true });
    const edit = async (changes: Parameters<typeof users.edit>[2]) =>
      (await users.edit(ACTOR, 'jdoe', changes)).confirmed;
    expect(await edit({ email: 'JDoe@example.org' })).toBe(true);
    expect(await edit({ email: 'jane@example.org' })).toBe(false);
    expect(await edit({ confirmed: true })).toBe(true);
    expect(await edit({ email: 'jd@example.org', confirmed: true })).toBe(true);
    expect(await edit({ email: null })).toBe(false);
  });

  it('is no group’s, and the address of a group no user’s', async () => {
    const { users, groups } = test.directory;
    await users.add(ACTOR, { username: 'jdoe', email: 'jdoe@example.org' });
    await groups.add(ACTOR, { name: 'staff', email: 'staff@example.org' });
    const taken = { code: 'conflict', field: 'email' };
    await expect(users.edit(ACTOR, 'jdoe', { email: 'Staff@example.org' })).rejects.toMatchObject({
      ...taken,
      message: 'The address Staff@example.org belongs to group staff already.',
    });
    await expect(users.add(ACTOR, { username: 'x', email: 'staff@example.org' })).rejects.toMatchObject(
      taken,
    );
    await expect(groups.edit(ACTOR, 'staff', { email: 'jdoe@example.org' })).rejects.toMatchObject(taken);
    await expect(groups.add(ACTOR, { name: 'x', email: 'STAFF@example.org' })).rejects.toMatchObject(taken);
    await groups.edit(ACTOR, 'staff', { email: 'staff@example.org', description: 'the same' });
  });
});

describe('an avatar', () => {
  it('is kept byte for byte, replaced, and taken away', async () => {
    const { users } = test.directory;
    const added = await users.add(ACTOR, { username: 'jdoe', avatar: aJpeg(65_536) });
    expect((await users.avatar(ACTOR, 'JDoe'))?.jpeg).toEqual(aJpeg(65_536));
    const edited = await users.edit(ACTOR, 'jdoe', { avatar: aJpeg(2000) });
    expect(edited.avatar?.digest).not.toBe(added.avatar?.digest);
    expect(await users.avatar(ACTOR, 'jdoe')).toEqual({ ...edited.avatar, jpeg: aJpeg(2000) });
    expect(await users.edit(ACTOR, 'jdoe', { avatar: null })).toMatchObject({ avatar: null });
    expect(await users.avatar(ACTOR, 'jdoe')).toBeNull();
  });

  it('that is no JPEG changes nothing', async () => {
    const { users } = test.directory;
    await users.add(ACTOR, { username: 'jdoe', avatar: aJpeg() });
    const refused = users.edit(ACTOR, 'jdoe', { title: 'Dr.', avatar: Buffer.from('GIF89a') });
    await expect(refused).rejects.toMatchObject({ code: 'invalid', field: 'avatar' });
    expect(await users.byUsername(ACTOR, 'jdoe')).toMatchObject({ profile: EMPTY_PROFILE });
    expect((await users.avatar(ACTOR, 'jdoe'))?.jpeg).toEqual(aJpeg());
  });
});

describe('a group', () => {
  it('has an address, a tag and metadata, which may be taken away again', async () => {
    const { groups } = test.directory;
    const extras = {
      email: 'staff@example.org',
      permissions: 'read-annotate',
      metadata: { a: 'b' },
    } as const;
    expect(await groups.add(ACTOR, { name: 'staff', ...extras })).toMatchObject(extras);
    const none = { email: null, permissions: null };
    await groups.edit(ACTOR, 'staff', { ...none, metadata: { a: null } });
    expect((await groups.byName(ACTOR, 'staff')).group).toMatchObject({ ...none, metadata: {} });
  });

  it('that is imported keeps its names, and may be given the others', async () => {
    await importPeople(test, ['jdoe'], { staff: ['jdoe'] });
    const { groups } = test.directory;
    expect(await groups.edit(ACTOR, 'staff', { permissions: 'private' })).toMatchObject({
      permissions: 'private',
    });
    await expect(groups.edit(ACTOR, 'staff', { description: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});
