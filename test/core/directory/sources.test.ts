import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACTOR, NEW_SOURCE, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

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
    expect(sources.bindPassword(corp)).toBe(bindPassword);
    expect(await sources.find(corp.id)).toEqual(corp);
    expect(await sources.byId(corp.id)).toEqual(corp);
    expect(await sources.list()).toEqual([corp]);
    expect(delta.sourcesChanged).toBe(true);
  });

  it('seals the password for that source alone', async () => {
    const { sources } = test.directory;
    const corp = await sources.add(ACTOR, NEW_SOURCE);
    expect(() => sources.bindPassword({ ...corp, id: 'another' })).toThrow(
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
