import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

let test: TestDirectory;
beforeEach(async () => {
  test = await openTestDirectory();
  await test.directory.groups.add(ACTOR, { name: 'staff' });
});
afterEach(() => test.remove());

const WIKI = { name: 'Wiki', password: 'secret of wiki' };

describe('applications', () => {
  it('see nobody and may bind from anywhere, unless told otherwise', async () => {
    const { applications } = test.directory;
    const wiki = await applications.add(ACTOR, WIKI);
    expect(wiki).toMatchObject({ name: 'wiki', everyone: false, groups: [], allow: [], enabled: true });
    expect(wiki.passwordHash).toMatch(/^\$2b\$/);
    expect(await applications.byName(ACTOR, 'WIKI')).toEqual(wiki);
    expect(await applications.list(ACTOR)).toEqual([wiki]);
  });

  it('are told to followers with each change, and leave an audit line without secrets', async () => {
    const { applications, groups } = test.directory;
    const { group } = await groups.byName(ACTOR, 'staff');
    const added = await test.deltaOf(() =>
      applications.add(ACTOR, { ...WIKI, groups: ['Staff', 'staff'], allow: [' 10.0.0.0/8', '10.0.0.0/8'] }),
    );
    const wiki = await applications.byName(ACTOR, 'wiki');
    expect(wiki).toMatchObject({ groups: [group.id], allow: ['10.0.0.0/8'] });
    expect(added.applications).toEqual(new Map([[wiki.id, wiki]]));
    const at = test.clock.advance(1000);
    await applications.edit(ACTOR, 'wiki', { name: 'pages', everyone: true });
    const edited = await applications.byName(ACTOR, 'pages');
    expect(edited).toEqual({ ...wiki, name: 'pages', everyone: true, updatedAt: at });
    const rekeyed = await applications.setPassword(ACTOR, 'pages', 'another secret');
    expect(rekeyed).toEqual({ ...edited, passwordHash: rekeyed.passwordHash });
    expect(rekeyed.passwordHash).not.toBe(edited.passwordHash);
    const gone = await test.deltaOf(() => applications.delete(ACTOR, 'pages'));
    expect(gone.applications).toEqual(new Map([[wiki.id, null]]));
    expect(await applications.list(ACTOR)).toEqual([]);
    const lines = await test.auditLines();
    expect(lines.map(({ action }) => action)).toEqual([
      'app.delete',
      'app.password',
      'app.edit',
      'app.add',
      'group.add',
    ]);
    expect(lines.slice(0, 4).every(({ subjectId }) => subjectId === wiki.id)).toBe(true);
    expect(JSON.stringify(lines)).not.toMatch(/secret|\$2b\$/);
  });

  it.each([
    ['a name with blanks', { name: 'my wiki' }, 'invalid', 'name'],
    ['a name that is taken', { name: 'TAKEN' }, 'conflict', 'name'],
    ['a short password', { password: 'short' }, 'invalid', 'password'],
    ['a password that is soon guessed', { password: 'password1' }, 'invalid', 'password'],
    ['a group that is not there', { groups: ['nil'] }, 'not-found', undefined],
    ['an address that is none', { allow: ['10.0.0.0/33'] }, 'invalid', 'allow'],
  ] as const)('are refused with %s', async (_what, fields, code, field) => {
    const { applications } = test.directory;
    await applications.add(ACTOR, { ...WIKI, name: 'taken' });
    const refused = applications.add(ACTOR, { ...WIKI, ...fields });
    await expect(refused).rejects.toMatchObject({ code, field });
    expect(await applications.list(ACTOR)).toHaveLength(1);
  });

  it('cannot take the name of another, and are missed where they are not there', async () => {
    const { applications } = test.directory;
    await applications.add(ACTOR, WIKI);
    await applications.add(ACTOR, { ...WIKI, name: 'mail' });
    await expect(applications.edit(ACTOR, 'mail', { name: 'wiki' })).rejects.toMatchObject({
      code: 'conflict',
    });
    for (const work of [
      () => applications.edit(ACTOR, 'nil', {}),
      () => applications.setPassword(ACTOR, 'nil', 'long enough'),
      () => applications.delete(ACTOR, 'nil'),
      () => applications.byName(ACTOR, 'nil'),
    ]) {
      await expect(work()).rejects.toMatchObject({
        code: 'not-found',
        message: 'There is no application named "nil".',
      });
    }
  });
});

describe('refused guesses', () => {
  const guess = { accountId: 'jane', address: '192.0.2.1' };

  it('are audited once an hour for an account and a network', async () => {
    const { signIns } = test.directory;
    const guesses = async () =>
      (await test.auditLines()).filter(({ action }) => action === 'sign-in.throttled');
    for (let times = 0; times < 3; times++) await signIns.throttled(guess);
    expect(await guesses()).toMatchObject([
      { subjectId: 'jane', actor: { door: 'ldap', address: '192.0.2.1' } },
    ]);
    await signIns.throttled({ ...guess, accountId: null });
    await signIns.throttled({ ...guess, address: '192.0.2.2' });
    expect(await guesses()).toHaveLength(3);
    test.clock.advance(60 * 60_000);
    await signIns.throttled(guess);
    expect(await guesses()).toHaveLength(4);
  });

  it('do not fill the audit, from however many networks they come', async () => {
    for (let number = 0; number < 250; number++) {
      await test.directory.signIns.throttled({ ...guess, address: `198.51.100.${number}` });
    }
    expect((await test.auditLines()).filter(({ action }) => action === 'sign-in.throttled')).toHaveLength(
      200,
    );
  });
});
