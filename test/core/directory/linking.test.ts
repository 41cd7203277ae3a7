import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_AUTHORITY } from '../../../src/core/access/authority.ts';
import {
  ACTOR,
  importPeople,
  NEW_SOURCE,
  openTestDirectory,
  type TestDirectory,
} from '../../support/directory.ts';

const ENTRY = { externalId: 'external-jane', dn: 'uid=jane,dc=example,dc=org' };

let test: TestDirectory;
beforeEach(async () => {
  test = await openTestDirectory();
});
afterEach(() => test.remove());

describe('link', () => {
  it("binds a local user to an entry: its password here goes, the source's fields come with the next sync", async () => {
    const source = await test.directory.sources.add(ACTOR, NEW_SOURCE);
    const local = await test.directory.users.add(ACTOR, { username: 'jane', password: 'Sunny.Day.2024!' });
    const at = test.clock.advance(1000);
    const linked = await test.directory.links.link(ACTOR, 'Jane', source, ENTRY);
    expect(linked).toEqual({
      ...local,
      ...{ passwordHash: null, passwordChangedAt: null, updatedAt: at, ownUpdatedAt: at },
      origin: expect.objectContaining({ sourceId: source.id, ...ENTRY, suspendedSince: null }),
    });
    expect(await test.directory.users.byUsername(ACTOR, 'jane')).toEqual(linked);
    const [line] = await test.auditLines();
    expect(line).toMatchObject({
      action: 'user.link',
      details: { username: 'jane', source: 'corp', ...ENTRY },
    });
  });

  it('lets the next sync be a full one, since the entry itself has not changed', async () => {
    const source = await test.directory.sources.add(ACTOR, NEW_SOURCE);
    await test.directory.users.add(ACTOR, { username: 'jane' });
    const syncMark = { server: 'ldap1', value: '1', fullAt: 0, unsettled: [] };
    await test.store.write((it) => it.updateSource({ ...source, syncMark }));
    const at = test.clock.advance(1000);
    await test.directory.links.link(ACTOR, 'jane', source, ENTRY);
    expect(await test.directory.sources.byId(source.id)).toMatchObject({ syncMark: null, updatedAt: at });
  });

  it('refuses an entry that is imported as somebody else', async () => {
    const { source } = await importPeople(test, ['jdoe']);
    await test.directory.users.add(ACTOR, { username: 'jane' });
    const linking = test.directory.links.link(ACTOR, 'jane', source, {
      ...ENTRY,
      externalId: 'external-jdoe',
    });
    await expect(linking).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('jdoe'),
    });
  });

  it('refuses owners', async () => {
    const source = await test.directory.sources.add(ACTOR, NEW_SOURCE);
    const jane = await test.directory.users.add(ACTOR, { username: 'jane' });
    await test.store.write((it) => it.updateUsers([{ ...jane, role: 'owner' }]));
    await expect(test.directory.links.link(ACTOR, 'jane', source, ENTRY)).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('unlink', () => {
  it('makes an import a local user with the password given', async () => {
    await importPeople(test, ['jdoe']);
    const unlinked = await test.directory.links.unlink(ACTOR, 'jdoe', 'Sunny.Day.2024!');
    expect(unlinked).toMatchObject({ id: 'id-of-jdoe', origin: null, active: true });
    expect(unlinked.passwordHash).not.toBeNull();
    expect(JSON.stringify(await test.auditLines())).not.toContain('Sunny');
  });

  it('without a password makes a disabled one', async () => {
    await importPeople(test, ['jdoe']);
    const unlinked = await test.directory.links.unlink(ACTOR, 'jdoe', null);
    expect(unlinked).toMatchObject({ origin: null, active: false, passwordHash: null });
  });

  it('refuses local users', async () => {
    await test.directory.users.add(ACTOR, { username: 'jane' });
    await expect(test.directory.links.unlink(ACTOR, 'jane', null)).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

it('is not for everybody', async () => {
  const source = await test.directory.sources.add(ACTOR, NEW_SOURCE);
  await test.directory.users.add(ACTOR, { username: 'jane' });
  const actor = { ...ACTOR, authority: NO_AUTHORITY };
  const { links } = test.directory;
  await expect(links.link(actor, 'jane', source, ENTRY)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(links.unlink(actor, 'jane', null)).rejects.toMatchObject({ code: 'forbidden' });
});
