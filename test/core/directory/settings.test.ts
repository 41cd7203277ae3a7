import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
    expect(await settings.current()).toEqual({ ...INITIAL.settings, passwordModify: false });
    const owner = await users.byUsername('admin');
    expect(owner).toMatchObject({ role: 'owner', active: true, passwordHash: '$2b$04$owner', origin: null });
    expect([...delta.users.keys()]).toEqual([owner.id]);

    const changed = { ...INITIAL, settings: { allow: [], bindPasswordHash: '$2b$04$other' } };
    expect(await settings.seed(ACTOR, changed)).toEqual({ seeded: false });
    expect(await settings.current()).toEqual({ ...INITIAL.settings, passwordModify: false });
    expect(await users.list({ after: null, limit: 10 })).toEqual([owner]);
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
    expect(await test.directory.users.list({ after: null, limit: 10 })).toEqual([]);
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
    expect(await settings.current()).toEqual({ ...INITIAL.settings, passwordModify: true });
    expect((await test.auditLines())[0]).toMatchObject({
      action: 'settings.edit',
      details: { passwordModify: true },
    });
  });
});
