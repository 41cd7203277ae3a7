import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../../src/core/model/audit.ts';
import { TOKENS_PER_USER_MAX } from '../../../src/core/model/token.ts';
import { asUser } from '../../support/actors.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

const DAY_MS = 86_400_000;

let test: TestDirectory;
let jane: Actor;

beforeEach(async () => {
  test = await openTestDirectory();
  await test.directory.users.add(ACTOR, { username: 'jane', role: 'user-manager' });
  jane = await asUser(test, 'jane');
});

afterEach(() => test.remove());

const NEW = { name: 'backup script', permissions: ['users.read'], days: 30 };

/** The actor whom a token stands for. */
async function bearing(secret: string): Promise<Actor> {
  const signedIn = await test.directory.tokens.resolve(secret);
  if (signedIn === null) throw new Error('The token is not good.');
  return { door: 'http', name: signedIn.user.username, address: null, authority: signedIn.authority };
}

describe('a personal token', () => {
  it('lets its bearer do what it was made for, and nothing else', async () => {
    const { tokens, users, sessions } = test.directory;
    const { secret, token } = await tokens.add(jane, NEW);
    expect(secret).toMatch(/^roster_t_[\w-]{43}$/);
    expect(token).toMatchObject({ name: 'backup script', permissions: ['users.read'], lastUsedAt: null });
    const bearer = await bearing(secret);
    expect(await users.byUsername(bearer, 'jane')).toMatchObject({ username: 'jane' });
    for (const wish of [
      () => users.add(bearer, { username: 'x' }),
      () => users.setOwnPassword(bearer, 'correct horse battery'),
      () => tokens.add(bearer, { ...NEW, name: 'wider', permissions: ['users.delete'] }),
      () => tokens.list(bearer),
      () => sessions.list(bearer),
    ]) {
      await expect(wish()).rejects.toMatchObject({ code: 'forbidden' });
    }
  });

  it('loses what its owner loses', async () => {
    const { tokens, users } = test.directory;
    const { secret } = await tokens.add(jane, { ...NEW, permissions: ['users.read', 'self'] });
    await users.edit(ACTOR, 'jane', { role: 'user' });
    expect([...(await bearing(secret)).authority.permissions]).toEqual(['self']);
  });

  it('acts on those below its owner, but never on who may do more than it', async () => {
    const { tokens, users, roles } = test.directory;
    await users.add(ACTOR, { username: 'bob' });
    const permissions = ['users.password'];
    const bearer = await bearing((await tokens.add(jane, { ...NEW, permissions })).secret);
    await users.setPassword(bearer, 'bob', 'correct horse battery');
    await roles.setGrant(ACTOR, 'bob', 'users.read', true);
    await expect(users.setPassword(bearer, 'bob', 'another horse battery')).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('ends at its time, when it is revoked, and with its owner being disabled', async () => {
    const { tokens, users } = test.directory;
    const expiring = await tokens.add(jane, { ...NEW, days: 1 });
    test.clock.advance(DAY_MS);
    expect(await tokens.resolve(expiring.secret)).toBeNull();
    const revoked = await tokens.add(jane, { ...NEW, name: 'other' });
    await tokens.revoke(jane, 'OTHER');
    expect(await tokens.resolve(revoked.secret)).toBeNull();
    await expect(tokens.revoke(jane, 'other')).rejects.toMatchObject({ code: 'not-found' });
    const last = await tokens.add(jane, { ...NEW, name: 'last' });
    await users.setEnabled(ACTOR, 'jane', false);
    await users.setEnabled(ACTOR, 'jane', true);
    expect(await tokens.resolve(last.secret)).toBeNull();
    const actions = (await test.auditLines()).map(({ action }) => action);
    expect(actions.filter((action) => action.startsWith('token.'))).toEqual([
      ...['token.add', 'token.revoke', 'token.add', 'token.add'],
    ]);
    expect(JSON.stringify(await test.auditLines())).not.toContain('roster_t_');
  });

  it('tells when it was last used, to some minutes', async () => {
    const { tokens } = test.directory;
    const { secret } = await tokens.add(jane, NEW);
    await tokens.resolve(secret);
    await expect.poll(async () => (await tokens.list(jane))[0]?.lastUsedAt).toEqual(test.clock.now());
    test.clock.advance(60_000);
    await tokens.resolve(secret);
    expect((await tokens.list(jane))[0]?.lastUsedAt).not.toEqual(test.clock.now());
  });

  it('is refused with a sentence where it cannot be', async () => {
    const { tokens } = test.directory;
    const refused = (changes: object) => tokens.add(jane, { ...NEW, ...changes });
    await expect(refused({ name: ' ' })).rejects.toMatchObject({ code: 'invalid', field: 'name' });
    await expect(refused({ days: 0 })).rejects.toMatchObject({ code: 'invalid', field: 'days' });
    await expect(refused({ days: 367 })).rejects.toMatchObject({ code: 'invalid', field: 'days' });
    await expect(refused({ permissions: [] })).rejects.toMatchObject({ field: 'permissions' });
    await expect(refused({ permissions: ['fly'] })).rejects.toMatchObject({ field: 'permissions' });
    await expect(refused({ permissions: ['backup'] })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(tokens.add(ACTOR, NEW)).rejects.toMatchObject({ code: 'forbidden' });
    await refused({});
    await expect(refused({ name: 'Backup Script' })).rejects.toMatchObject({
      code: 'conflict',
      field: 'name',
    });
    for (let index = 1; index < TOKENS_PER_USER_MAX; index += 1) await refused({ name: `token ${index}` });
    await expect(refused({ name: 'one more' })).rejects.toMatchObject({ code: 'conflict' });
    for (const wrong of ['', 'roster_t_', `roster_s_${'a'.repeat(43)}`, `roster_t_${'a'.repeat(43)}`]) {
      expect(await tokens.resolve(wrong)).toBeNull();
    }
  });
});
