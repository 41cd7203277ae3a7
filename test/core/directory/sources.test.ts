import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asUser } from '../../support/actors.ts';
import {
  ACTOR,
  importPeople,
  NEW_SOURCE,
  openTestDirectory,
  type TestDirectory,
} from '../../support/directory.ts';

let test: TestDirectory;
beforeEach(async () => {
  test = await openTestDirectory();
});
afterEach(() => test.remove());

describe('adding a source', () => {
  it('keeps its fields, seals its bind password, and finds it by name and by id', async () => {
    const { sources } = test.directory;
    const delta = await test.deltaOf(() => sources.add(ACTOR, NEW_SOURCE));
    const corp = await sources.find('CORP');
    const { bindPassword, ...fields } = NEW_SOURCE;
    expect(corp).toMatchObject({ ...fields, enabled: true, createdAt: test.clock.now() });
    expect(JSON.stringify(corp)).not.toContain(bindPassword);
    expect(sources.access(corp)).toEqual({ bindPassword, clientKeyPem: null, plainLdap: false });
    expect(await sources.find(corp.id)).toEqual(corp);
    expect(await sources.byId(corp.id)).toEqual(corp);
    expect(await sources.list()).toEqual([corp]);
    expect(delta.sourcesChanged).toBe(true);
  });

  it('seals the password for that source alone', async () => {
    const { sources } = test.directory;
    const corp = await sources.add(ACTOR, NEW_SOURCE);
    expect(() => sources.access({ ...corp, id: 'another' })).toThrow(
      expect.objectContaining({ code: 'unavailable' }),
    );
  });

  it('keeps the bind password out of the audit line', async () => {
    const corp = await test.directory.sources.add(ACTOR, NEW_SOURCE);
    const lines = await test.auditLines();
    expect(lines).toMatchObject([
      {
        action: 'source.add',
        subjectId: corp.id,
        details: { name: 'corp', url: NEW_SOURCE.url, ownCa: false },
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain(NEW_SOURCE.bindPassword);
    expect(JSON.stringify(lines)).not.toContain(corp.bindPasswordSealed);
  });

  it.each([
    ['invalid', 'url', { url: 'ldap://ldap.example.org' }],
    ['invalid', 'bindPassword', { bindPassword: '' }],
    ['conflict', 'name', { name: 'Corp' }],
  ])('refuses what is %s about the field %s', async (code, field, input) => {
    const { sources } = test.directory;
    await sources.add(ACTOR, NEW_SOURCE);
    await expect(sources.add(ACTOR, { ...NEW_SOURCE, name: 'other', ...input })).rejects.toMatchObject({
      code,
      field,
    });
    expect(await sources.list()).toHaveLength(1);
  });

  it('is not found under a name that nobody gave', async () => {
    await expect(test.directory.sources.find('corp')).rejects.toMatchObject({
      code: 'not-found',
      message: 'There is no source named "corp".',
    });
    expect(await test.directory.sources.byId('corp')).toBeNull();
  });
});

describe('editing a source', () => {
  it('changes what is given, and keeps the sealed password', async () => {
    const { sources } = test.directory;
    const before = await sources.add(ACTOR, NEW_SOURCE);
    const at = test.clock.advance(1000);
    const delta = await test.deltaOf(() => sources.edit(ACTOR, 'corp', { name: 'Head', filter: '(uid=*)' }));
    expect(await sources.find('head')).toEqual({ ...before, name: 'head', filter: '(uid=*)', updatedAt: at });
    expect(delta.sourcesChanged).toBe(true);
  });

  it('sends no password to a server for which it was not entered', async () => {
    const { sources } = test.directory;
    const before = await sources.add(ACTOR, NEW_SOURCE);
    const elsewhere = { url: 'ldaps://other.example.org' };
    await expect(sources.edit(ACTOR, 'corp', elsewhere)).rejects.toMatchObject({
      code: 'invalid',
      field: 'bindPassword',
    });
    expect(await sources.find('corp')).toEqual(before);
    await sources.edit(ACTOR, 'corp', { url: `${NEW_SOURCE.url}/`, baseDn: 'dc=example,dc=org' });
    const moved = await sources.edit(ACTOR, 'corp', { ...elsewhere, bindPassword: 'entered anew' });
    expect(sources.access(moved)).toMatchObject({ bindPassword: 'entered anew' });
    expect(JSON.stringify(await test.auditLines())).not.toMatch(/entered anew|v1\./);
  });

  it('is refused to whoever may do less than somebody whose password the source checks', async () => {
    const { sources, users, roles } = test.directory;
    await importPeople(test, ['jdoe']);
    await roles.add(ACTOR, { name: 'connector', rank: 10, permissions: ['sources.edit'] });
    await users.add(ACTOR, { username: 'operator', role: 'connector' });
    const operator = await asUser(test, 'operator');
    await sources.edit(operator, 'corp', { filter: '(uid=*)' });
    const elsewhere = { url: 'ldaps://evil.example.org', bindPassword: 'entered anew' };
    await roles.setGrant(ACTOR, 'jdoe', 'audit.read', true);
    await expect(sources.edit(operator, 'corp', elsewhere)).rejects.toMatchObject({ code: 'forbidden' });
    await roles.setGrant(ACTOR, 'jdoe', 'audit.read', null);
    await users.edit(ACTOR, 'jdoe', { role: 'admin' });
    await expect(sources.edit(operator, 'corp', elsewhere)).rejects.toMatchObject({ code: 'forbidden' });
    await sources.edit(await asUser(test, 'jdoe'), 'corp', { filter: '(uid=j*)' });
    expect(await sources.find('corp')).toMatchObject({ url: NEW_SOURCE.url, filter: '(uid=j*)' });
  });

  it('refuses fields that break the rules, and a name that is taken', async () => {
    const { sources } = test.directory;
    await sources.add(ACTOR, NEW_SOURCE);
    await sources.add(ACTOR, { ...NEW_SOURCE, name: 'other' });
    await expect(sources.edit(ACTOR, 'corp', { name: 'other' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(sources.edit(ACTOR, 'corp', { baseDn: 'x' })).rejects.toMatchObject({ field: 'baseDn' });
    await expect(sources.check({ ...NEW_SOURCE })).rejects.toMatchObject({ code: 'conflict', field: 'name' });
  });

  it('switches it off and on', async () => {
    const { sources, syncRuns } = test.directory;
    await sources.add(ACTOR, NEW_SOURCE);
    const off = await sources.setEnabled(ACTOR, 'corp', false);
    await expect(syncRuns.begin(ACTOR, off)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await sources.setEnabled(ACTOR, 'corp', true)).toMatchObject({ enabled: true });
  });
});

describe('deleting a source', () => {
  const keepImports = { keepImports: true };

  it('deletes nobody: imports stay, disabled and in the hands of people', async () => {
    const { sources, users, groups } = test.directory;
    const { source } = await importPeople(test, ['jdoe', 'rroe'], { staff: ['jdoe'] });
    test.clock.advance(60_000);
    await expect(sources.delete(ACTOR, 'corp', { keepImports: false })).rejects.toMatchObject({
      code: 'conflict',
      field: 'keepImports',
    });
    const delta = await test.deltaOf(async () => {
      expect(await sources.delete(ACTOR, 'corp', keepImports)).toEqual({ source, users: 2, groups: 1 });
    });
    expect(await users.byUsername(ACTOR, 'jdoe')).toMatchObject({ origin: null, active: false });
    expect(await groups.byName(ACTOR, 'staff')).toMatchObject({
      group: { origin: null },
      memberships: [{ memberId: 'id-of-jdoe', fromSource: false }],
    });
    expect([...delta.users.keys()].sort()).toEqual(['id-of-jdoe', 'id-of-rroe']);
    expect([...delta.groups.keys()]).toEqual(['id-of-staff']);
    expect(delta.sourcesChanged).toBe(true);
    expect(await sources.list()).toEqual([]);
    expect(await test.auditLines()).toContainEqual(
      expect.objectContaining({
        action: 'source.delete',
        details: { name: 'corp', users: 2, groups: 1 },
      }),
    );
  });

  it('keeps the last owner in', async () => {
    const { sources, users } = test.directory;
    await importPeople(test, ['jdoe', 'rroe']);
    test.clock.advance(60_000);
    // As older versions let it come to.
    const jdoe = await users.byUsername(ACTOR, 'jdoe');
    await test.store.write((it) => it.updateUsers([{ ...jdoe, role: 'owner' }]));
    await expect(sources.delete(ACTOR, 'corp', keepImports)).rejects.toMatchObject({
      code: 'conflict',
      message: 'jdoe is the last owner, and comes from the source corp: make somebody else an owner first.',
    });
    expect(await users.byUsername(ACTOR, 'jdoe')).toMatchObject({ active: true });
    await users.add(ACTOR, { username: 'root', password: 'a long enough password', role: 'owner' });
    expect(await sources.delete(ACTOR, 'corp', keepImports)).toMatchObject({ users: 2 });
  });

  it('waits for the end of a sync', async () => {
    const { runId } = await importPeople(test, ['jdoe']);
    await expect(test.directory.sources.delete(ACTOR, 'corp', keepImports)).rejects.toMatchObject({
      code: 'conflict',
      message: `The source corp is being synced by run ${runId}: wait for its end.`,
    });
  });

  it('asks for nothing where it never imported anybody', async () => {
    const { sources } = test.directory;
    await sources.add(ACTOR, NEW_SOURCE);
    expect(await sources.delete(ACTOR, 'corp', { keepImports: false })).toMatchObject({
      users: 0,
      groups: 0,
    });
  });
});
