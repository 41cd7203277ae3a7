import { afterEach, beforeEach, expect, it } from 'vitest';
import { asUser } from '../../support/actors.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

let test: TestDirectory;
beforeEach(async () => {
  test = await openTestDirectory();
  const { applications, users } = test.directory;
  await users.add(ACTOR, { username: 'jdoe', metadata: { maxStorageMB: '500' } });
  await users.add(ACTOR, { username: 'kim' });
  for (const name of ['cloud', 'wiki']) {
    await applications.add(ACTOR, { name, password: 'correct horse battery staple' });
  }
});
afterEach(() => test.remove());

it('adds up what applications say, each by its last word', async () => {
  const { quotas } = test.directory;
  await quotas.report(ACTOR, 'jdoe', 'Cloud', 300);
  await quotas.report(ACTOR, 'jdoe', 'cloud', 200);
  const storage = await quotas.report(ACTOR, 'JDoe', 'wiki', 400);
  expect(storage).toMatchObject({
    ...{ maxStorageMB: 500, usedMB: 600, isExceeded: true },
    applications: [
      { name: 'cloud', usedMB: 200 },
      { name: 'wiki', usedMB: 400 },
    ],
  });
  expect(await quotas.of(ACTOR, 'kim')).toEqual({
    ...{ maxStorageMB: null, usedMB: 0, isExceeded: false, applications: [] },
  });
});

it('refuses more than the user may take where the setting says so, and less never', async () => {
  const { quotas, settings, users } = test.directory;
  const owner = { username: 'admin', passwordHash: '$2b$04$x' };
  await settings.seed(ACTOR, { settings: { allow: [], bindPasswordHash: '$2b$04$x' }, owner });
  await quotas.report(ACTOR, 'jdoe', 'cloud', 600);
  await settings.change(ACTOR, { storageLimited: true });
  await expect(quotas.report(ACTOR, 'jdoe', 'wiki', 1)).rejects.toMatchObject({
    ...{ code: 'conflict', field: 'usedMB' },
    message: 'jdoe may take 500 MB of storage, and would take 601 MB.',
  });
  expect(await quotas.report(ACTOR, 'jdoe', 'cloud', 550)).toMatchObject({ usedMB: 550, isExceeded: true });
  await quotas.report(ACTOR, 'kim', 'cloud', 100_000);
  await users.edit(ACTOR, 'jdoe', { metadata: { maxStorageMB: null } });
  expect(await quotas.report(ACTOR, 'jdoe', 'wiki', 1)).toMatchObject({ maxStorageMB: null, usedMB: 551 });
});

it.each([-1, 1.5, Number.NaN, 1e12])('refuses %d megabytes', async (usedMB) => {
  const refused = test.directory.quotas.report(ACTOR, 'jdoe', 'cloud', usedMB);
  await expect(refused).rejects.toMatchObject({ code: 'invalid', field: 'usedMB' });
});

it('is told by whom it was permitted, of what is there, and seen by oneself', async () => {
  const { quotas } = test.directory;
  const kim = await asUser(test, 'kim');
  await expect(quotas.report(kim, 'kim', 'cloud', 1)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(quotas.of(kim, 'jdoe')).rejects.toMatchObject({ code: 'forbidden' });
  expect(await quotas.of(kim, 'kim')).toMatchObject({ usedMB: 0 });
  await expect(quotas.report(ACTOR, 'jdoe', 'none', 1)).rejects.toMatchObject({ code: 'not-found' });
});
