import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestAccounts, type TestAccounts } from '../../support/accounts.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

const PASSWORD = 'correct horse battery';

let test: TestDirectory;
let accounts: TestAccounts;

beforeEach(async () => {
  test = await openTestDirectory();
  accounts = openTestAccounts(test);
  await test.directory.users.add(ACTOR, { username: 'jane', password: PASSWORD });
});

afterEach(() => test.remove());

describe('an app password', () => {
  it('opens the account over LDAP past the second factor, and never at the pages', async () => {
    const jane = await accounts.actor('jane');
    const { secret } = await accounts.appPasswords.add(jane, {
      ...{ name: 'Phone', application: null, password: PASSWORD },
    });
    expect(secret).toMatch(/^roster_a_[\w-]{43}$/);
    for (let bind = 0; bind < 2; bind += 1)
      expect(await accounts.bind('jane', secret, { rule: 'required' })).toBe(true);
    expect(await accounts.signIn('jane', secret)).toEqual({ kind: 'refused' });
    expect(await accounts.bind('jane', `${secret.slice(0, -1)}_`)).toBe(false);
  });

  it('opens through its application alone', async () => {
    const wiki = await test.directory.applications.add(ACTOR, { name: 'wiki', password: 'password of wiki' });
    const jane = await accounts.actor('jane');
    const input = { name: 'Wiki', application: 'WIKI', password: PASSWORD };
    const { secret } = await accounts.appPasswords.add(jane, input);
    expect(await accounts.bind('jane', secret, { through: [wiki.id] })).toBe(true);
    expect(await accounts.bind('jane', secret)).toBe(false);
    expect(await accounts.bind('jane', secret, { through: ['another'] })).toBe(false);
    expect(await accounts.appPasswords.list(jane)).toMatchObject([{ name: 'Wiki', application: 'wiki' }]);
  });

  it('is listed without its secret, with its last use, which is not written at each bind', async () => {
    const jane = await accounts.actor('jane');
    const { id: janeId } = await test.directory.users.byUsername(ACTOR, 'jane');
    const { secret } = await accounts.appPasswords.add(jane, {
      ...{ name: 'Phone', application: null, password: PASSWORD },
    });
    const version = async () => (await test.directory.users.byUsername(ACTOR, 'jane')).extraCredentials;
    const before = await version();
    await accounts.bind('jane', secret);
    await test.store.write(async () => undefined);
    const at = test.clock.now().getTime();
    expect(await accounts.appPasswords.list(jane)).toEqual([
      { id: expect.any(String), name: 'Phone', application: null, createdAt: at, lastUsedAt: at },
    ]);
    expect(await version()).toBe(before);
    expect(JSON.stringify(await test.store.read((it) => it.extraCredentials(janeId)))).not.toContain(secret);
  });

  it('is revoked by name or id, and goes when the account is disabled', async () => {
    const jane = await accounts.actor('jane');
    const make = (name: string) =>
      accounts.appPasswords.add(jane, { name, application: null, password: PASSWORD });
    const [phone, tablet] = [await make('Phone'), await make('Tablet')];
    expect(await accounts.bind('jane', phone.secret)).toBe(true);
    await accounts.appPasswords.revoke(jane, 'phone');
    expect(await accounts.bind('jane', phone.secret)).toBe(false);
    expect(await accounts.bind('jane', tablet.secret)).toBe(true);
    await test.directory.users.setEnabled(ACTOR, 'jane', false);
    expect(await accounts.bind('jane', tablet.secret)).toBe(false);
    await test.directory.users.setEnabled(ACTOR, 'jane', true);
    expect(await accounts.bind('jane', tablet.secret)).toBe(false);
    expect(await accounts.appPasswords.list(jane)).toEqual([]);
  });

  it('needs the own password, a name of its own, an application that is there, and room', async () => {
    const jane = await accounts.actor('jane');
    const add = (fields: object) =>
      accounts.appPasswords.add(jane, { name: 'a', application: null, password: PASSWORD, ...fields });
    await expect(add({ password: 'wrong horse' })).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(add({ name: ' ' })).rejects.toMatchObject({ code: 'invalid', field: 'name' });
    await expect(add({ application: 'nil' })).rejects.toMatchObject({ code: 'not-found' });
    await add({});
    await expect(add({ name: 'A' })).rejects.toMatchObject({ code: 'conflict', field: 'name' });
    for (let count = 1; count < 20; count += 1) await add({ name: `app ${count}` });
    await expect(add({ name: 'one more' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(accounts.appPasswords.revoke(jane, 'nil')).rejects.toMatchObject({ code: 'not-found' });
  });
});
