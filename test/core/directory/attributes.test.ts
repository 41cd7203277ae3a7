import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUILT_IN_ROLES } from '../../../src/core/access/permissions.ts';
import type { Actor } from '../../../src/core/model/audit.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

let test: TestDirectory;
beforeEach(async () => {
  test = await openTestDirectory();
});
afterEach(() => test.remove());

async function person(username: string): Promise<Actor> {
  const { id } = await test.directory.users.add(ACTOR, { username });
  const { rank, permissions } = BUILT_IN_ROLES.user;
  const authority = { userId: id, rank, permissions: new Set(permissions) };
  return { door: 'http', name: username, address: null, authority };
}

describe('an attribute', () => {
  it('is defined once by a name that fits', async () => {
    const { attributes } = test.directory;
    const added = await attributes.add(ACTOR, { name: 'costCentre', subject: 'user', type: 'integer' });
    expect(added).toMatchObject({ several: false, readers: 'all', writers: 'admin', description: '' });
    const again = attributes.add(ACTOR, { name: 'COSTCENTRE', subject: 'group', type: 'text' });
    await expect(again).rejects.toMatchObject({ code: 'conflict', field: 'name' });
    for (const name of ['', '1st', 'a b', 'a;b', 'userPassword', 'pwdChanged', 'x'.repeat(65)]) {
      const refused = attributes.add(ACTOR, { name, subject: 'user', type: 'text' });
      await expect(refused, name).rejects.toMatchObject({ code: 'invalid', field: 'name' });
    }
    expect(await attributes.list(ACTOR)).toEqual([added]);
  });

  it('keeps its values under another name, and takes them along when it is deleted', async () => {
    const { attributes, users } = test.directory;
    await attributes.add(ACTOR, { name: 'room', subject: 'user', type: 'text' });
    await attributes.add(ACTOR, { name: 'floor', subject: 'user', type: 'text' });
    await users.add(ACTOR, { username: 'jdoe', attributes: { ROOM: ['12'], floor: ['2'] } });
    await attributes.edit(ACTOR, 'room', { name: 'office' });
    expect(await attributes.ofUser(ACTOR, 'jdoe')).toEqual({ office: ['12'], floor: ['2'] });
    await expect(attributes.delete(ACTOR, 'office', 0)).rejects.toMatchObject({
      ...{ code: 'conflict', field: 'holders' },
      message: '1 user has values of office, which go with it. To delete it all the same, say this number.',
    });
    await attributes.delete(ACTOR, 'office', 1);
    await attributes.add(ACTOR, { name: 'office', subject: 'user', type: 'text' });
    expect(await attributes.ofUser(ACTOR, 'jdoe')).toEqual({ floor: ['2'] });
    const { attributes: kept } = await users.byUsername(ACTOR, 'jdoe');
    expect(Object.values(kept)).toEqual([['2']]);
  });

  it('is one of users or of groups', async () => {
    const { attributes, groups, users } = test.directory;
    await attributes.add(ACTOR, { name: 'floor', subject: 'group', type: 'text' });
    await groups.add(ACTOR, { name: 'staff', attributes: { floor: ['2'] } });
    await groups.edit(ACTOR, 'staff', { attributes: { floor: ['3'] } });
    expect(await attributes.ofGroup(ACTOR, 'staff')).toEqual({ floor: ['3'] });
    const refused = users.add(ACTOR, { username: 'jdoe', attributes: { floor: ['2'] } });
    await expect(refused).rejects.toMatchObject({ code: 'invalid', field: 'attributes' });
  });
});

describe('the values of an attribute', () => {
  it.each([
    ['text', ['  Cellar '], ['Cellar']],
    ['integer', ['-007', '-7'], ['-7']],
    ['boolean', ['true'], ['TRUE']],
    ['time', ['2026-03-01T12:00:00+02:00'], ['2026-03-01T10:00:00.000Z']],
  ] as const)('of type %s are brought into one form', async (type, given, kept) => {
    const { attributes, users } = test.directory;
    await attributes.add(ACTOR, { name: 'a', subject: 'user', type });
    await users.add(ACTOR, { username: 'jdoe', attributes: { a: given } });
    expect(await attributes.ofUser(ACTOR, 'jdoe')).toEqual({ a: kept });
    await users.edit(ACTOR, 'jdoe', { attributes: { a: null } });
    expect(await attributes.ofUser(ACTOR, 'jdoe')).toEqual({});
  });

  it.each([
    ['text', ' '],
    ['text', 'two\nlines'],
    ['text', 'x'.repeat(501)],
    ['integer', '1.5'],
    ['integer', '9'.repeat(19)],
    ['boolean', 'yes'],
    ['time', '2026-02-30T12:00:00Z'],
    ['time', '2026-03-01T12:00:00'],
    ['time', '9999-12-31T23:59:59-14:00'],
  ] as const)('of type %s are never %j', async (type, value) => {
    const { attributes, users } = test.directory;
    await attributes.add(ACTOR, { name: 'a', subject: 'user', type });
    const refused = users.add(ACTOR, { username: 'jdoe', attributes: { a: [value] } });
    await expect(refused).rejects.toMatchObject({ code: 'invalid', field: 'attributes' });
  });

  it('are one, or several up to a bound', async () => {
    const { attributes, users } = test.directory;
    await attributes.add(ACTOR, { name: 'a', subject: 'user', type: 'integer' });
    await users.add(ACTOR, { username: 'jdoe' });
    const give = (count: number) =>
      users.edit(ACTOR, 'jdoe', { attributes: { a: Array.from({ length: count }, (_, at) => `${at}`) } });
    await expect(give(2)).rejects.toMatchObject({ message: 'a has one value, not 2.' });
    await attributes.edit(ACTOR, 'a', { several: true });
    await give(50);
    await expect(give(51)).rejects.toMatchObject({ code: 'invalid' });
    await expect(attributes.edit(ACTOR, 'a', { several: false })).rejects.toMatchObject({ field: 'several' });
  });
});

describe('a user', () => {
  it('writes of the own attributes those that were defined so, and reads no secret ones', async () => {
    const { attributes, users } = test.directory;
    const jane = await person('jane');
    await attributes.add(ACTOR, { name: 'nick', subject: 'user', type: 'text', writers: 'self' });
    await attributes.add(ACTOR, { name: 'floor', subject: 'user', type: 'text' });
    await attributes.add(ACTOR, { name: 'note', subject: 'user', type: 'text', readers: 'directory' });
    await users.edit(ACTOR, 'jane', { attributes: { floor: ['2'], note: ['late'] } });
    await users.edit(jane, 'jane', { attributes: { Nick: ['Jay'] } });
    for (const name of ['floor', 'note', 'none']) {
      const refused = users.edit(jane, 'jane', { attributes: { [name]: null } });
      await expect(refused, name).rejects.toMatchObject({ code: 'forbidden', field: 'attributes' });
    }
    expect(await attributes.ofUser(jane, 'jane')).toEqual({ nick: ['Jay'], floor: ['2'] });
    await expect(attributes.delete(jane, 'nick', 1)).rejects.toMatchObject({ code: 'forbidden' });
    const [line] = (await test.auditLines()).filter(({ action }) => action === 'user.edit');
    expect(line?.details).toEqual({ username: 'jane', changes: { attributes: ['Nick'] } });
  });
});
