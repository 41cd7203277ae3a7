import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_POSIX } from '../../../src/core/model/posix.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

let test: TestDirectory;
beforeEach(async () => {
  test = await openTestDirectory();
});
afterEach(() => test.remove());

const INITIAL = {
  settings: { allow: ['127.0.0.1', '::1'], bindPasswordHash: '$2b$04$bind' },
  owner: { username: 'admin', passwordHash: '$2b$04$owner' },
};

describe('the settings', () => {
  it('are unavailable before the first start has seeded them', async () => {
    await expect(test.directory.settings.current()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('are seeded once, together with the owner', async () => {
    const { settings, users } = test.directory;
    const delta = await test.deltaOf(async () => {
      expect(await settings.seed(ACTOR, INITIAL)).toEqual({ seeded: true });
    });
    expect(delta.settingsChanged).toBe(true);
    expect(await settings.current()).toMatchObject({
      ...INITIAL.settings,
      passwordModify: false,
      posix: DEFAULT_POSIX,
      profilesLocked: false,
      auditDays: 400,
    });
    const owner = await users.byUsername(ACTOR, 'admin');
    expect(owner).toMatchObject({ role: 'owner', active: true, passwordHash: '$2b$04$owner', origin: null });
    expect([...delta.users.keys()]).toEqual([owner.id]);

    const changed = { ...INITIAL, settings: { allow: [], bindPasswordHash: '$2b$04$other' } };
    expect(await settings.seed(ACTOR, changed)).toEqual({ seeded: false });
    expect(await settings.current()).toMatchObject({
      ...INITIAL.settings,
      passwordModify: false,
      posix: DEFAULT_POSIX,
      profilesLocked: false,
      auditDays: 400,
    });
    expect(await users.list(ACTOR, { after: null, limit: 10 })).toEqual([owner]);
  });

  it('are seeded by one of several servers that start at once', async () => {
    const servers = [test.directory, await test.another(), await test.another()];
    const outcomes = await Promise.all(
      servers.map(({ settings }, index) =>
        settings.seed(ACTOR, {
          ...INITIAL,
          settings: { ...INITIAL.settings, bindPasswordHash: `hash ${index}` },
        }),
      ),
    );
    const winners = outcomes.flatMap(({ seeded }, index) => (seeded ? [index] : []));
    expect(winners).toHaveLength(1);
    expect(await test.directory.settings.current()).toMatchObject({ bindPasswordHash: `hash ${winners[0]}` });
    expect(await test.auditLines()).toHaveLength(1);
  });

  it('are completed without an owner where only some are missing', async () => {
    await test.store.write((transaction) => transaction.putSetting('allow', ['10.0.0.0/8']));
    expect(await test.directory.settings.seed(ACTOR, INITIAL)).toEqual({ seeded: false });
    expect(await test.directory.settings.current()).toMatchObject({
      ...INITIAL.settings,
      allow: ['10.0.0.0/8'],
    });
    expect(await test.directory.users.list(ACTOR, { after: null, limit: 10 })).toEqual([]);
    expect(await test.auditLines()).toMatchObject([
      { details: { settings: ['bindPasswordHash'], owner: null } },
    ]);
  });

  it('leave no hash in the audit line', async () => {
    await test.directory.settings.seed(ACTOR, INITIAL);
    const lines = await test.auditLines();
    expect(lines).toMatchObject([
      { action: 'settings.seed', details: { settings: ['allow', 'bindPasswordHash'], owner: 'admin' } },
    ]);
    expect(JSON.stringify(lines)).not.toContain('$2b$');
  });

  it('change by one audited call, of which followers are told', async () => {
    const { settings } = test.directory;
    await settings.seed(ACTOR, INITIAL);
    const delta = await test.deltaOf(() => settings.change(ACTOR, { passwordModify: true }));
    expect(delta.settingsChanged).toBe(true);
    expect(await settings.current()).toMatchObject({ ...INITIAL.settings, passwordModify: true });
    expect((await test.auditLines())[0]).toMatchObject({
      action: 'settings.edit',
      details: { passwordModify: true },
    });
  });

  it('keep the allow-list in one spelling, and the bind password as a hash that no audit line holds', async () => {
    const { settings } = test.directory;
    await settings.seed(ACTOR, INITIAL);
    await settings.change(ACTOR, { allow: [' 10.0.0.0/8', '::1', '::1'], bindPassword: 'correct horse' });
    const { allow, bindPasswordHash } = await settings.current();
    expect(allow).toEqual(['10.0.0.0/8', '::1']);
    expect(bindPasswordHash).not.toBe(INITIAL.settings.bindPasswordHash);
    const lines = await test.auditLines();
    expect(lines.map(({ details }) => details)).toContainEqual({ allow, bindPassword: true });
    expect(JSON.stringify(lines)).not.toMatch(/correct horse|\$2b\$/);
  });

  it.each([
    [{ allow: ['10.0.0.0/33'] }, 'allow'],
    [{ allow: ['010.0.0.1'] }, 'allow'],
    [{ bindPassword: 'short' }, 'password'],
    [{ bindPassword: 'password1' }, 'password'],
  ])('refuse %o, and change nothing', async (changes, field) => {
    const { settings } = test.directory;
    await settings.seed(ACTOR, INITIAL);
    await expect(settings.change(ACTOR, changes)).rejects.toMatchObject({ code: 'invalid', field });
    expect(await settings.current()).toMatchObject(INITIAL.settings);
  });

  it('keep of the Unix accounts what is not given, and refuse what is no path', async () => {
    const { settings } = test.directory;
    await settings.seed(ACTOR, INITIAL);
    await settings.change(ACTOR, { posix: { enabled: true, homeDirectory: '/srv/%u' } });
    await settings.change(ACTOR, { posix: { loginShell: '/bin/sh' } });
    const posix = { enabled: true, homeDirectory: '/srv/%u', loginShell: '/bin/sh' };
    expect((await settings.current()).posix).toEqual(posix);
    const refused = settings.change(ACTOR, { posix: { homeDirectory: 'home/%u' } });
    await expect(refused).rejects.toMatchObject({ code: 'invalid', field: 'homeDirectory' });
    expect((await settings.current()).posix).toEqual(posix);
    expect((await test.auditLines())[0]).toMatchObject({ action: 'settings.edit', details: { posix } });
  });
});
