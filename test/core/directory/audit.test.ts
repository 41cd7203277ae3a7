import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asUser } from '../../support/actors.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

let test: TestDirectory;

beforeEach(async () => {
  test = await openTestDirectory();
  await test.directory.users.add(ACTOR, { username: 'boss', role: 'owner' });
  await test.directory.users.add(ACTOR, { username: 'jane' });
});

afterEach(() => test.remove());

describe('the audit', () => {
  it('is searched by who acted, what was done, to whom and when', async () => {
    const { audit, users } = test.directory;
    const boss = await asUser(test, 'boss');
    const before = test.clock.now();
    const now = test.clock.advance(1000);
    const jane = await users.edit(boss, 'jane', { displayName: 'Jane Doe' });
    await users.setEnabled(boss, 'jane', false);
    const actions = async (search: object) =>
      (await audit.list(boss, { limit: 10, ...search })).lines.map(({ action }) => action);
    expect(await actions({})).toEqual(['user.disable', 'user.edit', 'user.add', 'user.add']);
    expect(await actions({ actor: 'BOSS' })).toEqual(['user.disable', 'user.edit']);
    expect(await actions({ actorId: boss.authority.userId })).toEqual(['user.disable', 'user.edit']);
    expect(await actions({ actor: 'console', subjectId: jane.id })).toEqual(['user.add']);
    expect(await actions({ action: 'user.edit' })).toEqual(['user.edit']);
    expect(await actions({ from: now })).toEqual(['user.disable', 'user.edit']);
    expect(await actions({ from: before, to: now })).toEqual(['user.add', 'user.add']);
    expect(await actions({ actor: "x' OR '1'='1" })).toEqual([]);
  });

  it('is paged without gaps or repeats, also within one moment', async () => {
    const { audit, users } = test.directory;
    for (let index = 0; index < 20; index += 1) await users.add(ACTOR, { username: `user${index}` });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await audit.list(ACTOR, { limit: 7, ...(cursor !== null && { cursor }) });
      expect(page.lines.length).toBeGreaterThan(0);
      seen.push(...page.lines.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== null);
    expect(seen).toEqual((await test.auditLines()).map(({ id }) => id));
    expect(seen).toHaveLength(22);
  });

  it('refuses a cursor that it did not make, and pages without end', async () => {
    const { audit } = test.directory;
    for (const cursor of ['', '1', '-1', '1-1;', "1-1'", '9'.repeat(99)]) {
      await expect(audit.list(ACTOR, { limit: 1, cursor })).rejects.toMatchObject({
        ...{ code: 'invalid', field: 'cursor' },
      });
    }
    await expect(audit.list(ACTOR, { limit: 100_000 })).rejects.toMatchObject({ field: 'limit' });
  });
});
