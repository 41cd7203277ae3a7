import { afterEach, beforeEach, expect, test as it } from 'vitest';
import { asUser } from '../../support/actors.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';
import { aJpeg, aPng } from '../../support/pictures.ts';

let test: TestDirectory;

beforeEach(async () => {
  test = await openTestDirectory();
  const { attributes, users, groups } = test.directory;
  await attributes.add(ACTOR, { name: 'badge', subject: 'user', type: 'image' });
  await attributes.add(ACTOR, { name: 'note', subject: 'user', type: 'image', readers: 'directory' });
  await attributes.add(ACTOR, { name: 'room', subject: 'user', type: 'text' });
  await attributes.add(ACTOR, { name: 'logo', subject: 'group', type: 'image' });
  await users.add(ACTOR, { username: 'jdoe', attributes: { badge: [aPng()], room: ['12'] } });
  await groups.add(ACTOR, { name: 'staff', attributes: { logo: [aJpeg()] } });
});
afterEach(() => test.remove());

const image = (subject: 'user' | 'group', holder: string, name: string, actor = ACTOR) =>
  test.directory.attributes.image(actor, subject, holder, name);
const ofUser = async () => Object.keys(await test.directory.attributes.ofUser(ACTOR, 'jdoe'));

it('pictures of users and groups come back byte for byte, and their values tell of them', async () => {
  expect(await image('user', 'jdoe', 'BADGE')).toEqual({ type: 'image/png', octets: aPng() });
  expect(await image('group', 'staff', 'logo')).toEqual({ type: 'image/jpeg', octets: aJpeg() });
  const { badge } = await test.directory.attributes.ofUser(ACTOR, 'jdoe');
  expect(badge?.[0]).toMatch(/^image\/png;bytes=\d+;sha256=[\w-]{43}$/);
});

it('another picture takes the place of the one before, and other changes leave it alone', async () => {
  const { users } = test.directory;
  await users.edit(ACTOR, 'jdoe', { attributes: { badge: [aJpeg()] } });
  await users.edit(ACTOR, 'jdoe', { displayName: 'Jane', attributes: { room: ['13'] } });
  expect(await image('user', 'jdoe', 'badge')).toEqual({ type: 'image/jpeg', octets: aJpeg() });
});

it('a picture goes by null, with its attribute and with who has it', async () => {
  const { attributes, users, groups } = test.directory;
  const kept = () => test.store.read((it) => it.images([digest]));
  const [value = ''] = (await attributes.ofUser(ACTOR, 'jdoe'))['badge'] ?? [];
  const digest = value.split('sha256=')[1] ?? '';
  expect((await kept()).size).toBe(1);
  await users.edit(ACTOR, 'jdoe', { attributes: { badge: null } });
  expect((await kept()).size).toBe(0);
  expect(await ofUser()).toEqual(['room']);
  await expect(image('user', 'jdoe', 'badge')).rejects.toMatchObject({ code: 'not-found' });

  await users.edit(ACTOR, 'jdoe', { attributes: { badge: [aPng()] } });
  await attributes.delete(ACTOR, 'badge', 1);
  expect((await kept()).size).toBe(0);

  await groups.edit(ACTOR, 'staff', { attributes: { logo: [aPng()] } });
  expect((await kept()).size).toBe(1);
  await groups.delete(ACTOR, 'staff');
  expect((await kept()).size).toBe(0);

  await users.edit(ACTOR, 'jdoe', { attributes: { note: [aPng()] } });
  await users.delete(ACTOR, 'jdoe');
  expect((await kept()).size).toBe(0);
});

it('what is no picture, and a picture where a text belongs, are refused and change nothing', async () => {
  const { users, attributes } = test.directory;
  const before = await attributes.ofUser(ACTOR, 'jdoe');
  for (const given of [
    { badge: ['image/png;bytes=1;sha256=x'] },
    { badge: [Buffer.from('GIF89a')] },
    { badge: [aPng(), aJpeg()] },
    { room: [aPng()] },
  ]) {
    const refused = users.edit(ACTOR, 'jdoe', { displayName: 'Other', attributes: given });
    await expect(refused).rejects.toMatchObject({ code: 'invalid', field: 'attributes' });
  }
  expect(await attributes.ofUser(ACTOR, 'jdoe')).toEqual(before);
  expect(await image('user', 'jdoe', 'badge')).toEqual({ type: 'image/png', octets: aPng() });
  const several = attributes.add(ACTOR, { name: 'x', subject: 'user', type: 'image', several: true });
  await expect(several).rejects.toMatchObject({ field: 'several' });
});

it('is seen and changed by whoever may see and change other attributes', async () => {
  const { users } = test.directory;
  await users.add(ACTOR, { username: 'kim' });
  await users.edit(ACTOR, 'jdoe', { attributes: { note: [aPng()] } });
  const [jane, kim] = [await asUser(test, 'jdoe'), await asUser(test, 'kim')];
  expect((await image('user', 'jdoe', 'badge', jane)).type).toBe('image/png');
  await expect(image('user', 'jdoe', 'note', jane)).rejects.toMatchObject({ code: 'not-found' });
  await expect(image('user', 'jdoe', 'badge', kim)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(image('group', 'staff', 'logo', kim)).rejects.toMatchObject({ code: 'forbidden' });
  const own = users.edit(jane, 'jdoe', { attributes: { badge: [aJpeg()] } });
  await expect(own).rejects.toMatchObject({ code: 'forbidden' });
});
