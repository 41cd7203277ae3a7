import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  SESSION_LIFETIMES,
  SESSIONS_PER_USER_MAX,
  type SessionKind,
} from '../../../src/core/model/session.ts';
import { asUser } from '../../support/actors.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

/** Seen so often, no session is idle too long. */
const STEP_MS = 10 * 3_600_000;

let test: TestDirectory;
let userId: string;

beforeEach(async () => {
  test = await openTestDirectory();
  ({ id: userId } = await test.directory.users.add(ACTOR, { username: 'jane' }));
});

afterEach(() => test.remove());

function start(kind: SessionKind = 'page', userAgent = 'Mozilla/5.0') {
  return test.directory.sessions.start({ userId, kind, address: '192.0.2.1', userAgent });
}

describe('a session', () => {
  it('is found by its secret alone, with its user and the rights of this moment', async () => {
    const { sessions, users } = test.directory;
    const { secret, session } = await start();
    expect(secret).toMatch(/^roster_s_[\w-]{43}$/);
    expect(await sessions.resolve(secret)).toMatchObject({
      user: { username: 'jane' },
      authority: { userId, rank: 0 },
      session: { id: session.id, address: '192.0.2.1', userAgent: 'Mozilla/5.0' },
    });
    await users.edit(ACTOR, 'jane', { role: 'admin' });
    expect((await sessions.resolve(secret))?.authority.rank).toBe(300);
    for (const wrong of [session.id, session.secretHash, `${secret}x`, secret.slice(0, -1), '', '\0']) {
      expect(await sessions.resolve(wrong)).toBeNull();
    }
  });

  it('is kept as a hash, and neither log nor audit shows its secret', async () => {
    const { secret, session } = await start();
    const kept = await test.store.read((transaction) => transaction.session(session.id));
    const body = secret.slice('roster_s_'.length);
    expect(JSON.stringify([kept, await test.auditLines()])).not.toContain(body);
    const lines = (await test.auditLines()).filter(({ action }) => action === 'session.start');
    expect(lines).toMatchObject([{ actor: { door: 'web', name: 'jane', userId, address: '192.0.2.1' } }]);
  });

  it('ends when it is idle too long, and at the latest after its time', async () => {
    const { sessions } = test.directory;
    const { idleMs, absoluteMs } = SESSION_LIFETIMES.page;
    const idle = await start();
    test.clock.advance(idleMs);
    expect(await sessions.resolve(idle.secret)).toBeNull();

    const { secret } = await start();
    const jane = await asUser(test, 'jane');
    for (let passed = STEP_MS; passed < absoluteMs; passed += STEP_MS) {
      const now = test.clock.advance(STEP_MS);
      expect(await sessions.resolve(secret)).not.toBeNull();
      // Noted in the background.
      await expect.poll(async () => (await sessions.list(jane))[0]?.lastSeenAt).toEqual(now);
    }
    test.clock.advance(STEP_MS);
    expect(await sessions.resolve(secret)).toBeNull();
  });

  it('ends with its user being disabled or deleted, at once, and does not come back', async () => {
    const { sessions, users } = test.directory;
    const { secret } = await start();
    const api = await start('api');
    await users.setEnabled(ACTOR, 'jane', false);
    expect(await sessions.resolve(secret)).toBeNull();
    expect(await sessions.byId(api.session.id)).toBeNull();
    await expect(start()).rejects.toMatchObject({ code: 'forbidden' });
    await users.setEnabled(ACTOR, 'jane', true);
    expect(await sessions.resolve(secret)).toBeNull();
    expect(await sessions.rotate(api.secret)).toBeNull();
    const again = await start();
    await users.delete(ACTOR, 'jane');
    expect(await sessions.resolve(again.secret)).toBeNull();
  });

  it('ends with a new password, but the one in which its owner changed it', async () => {
    const { sessions, users } = test.directory;
    const jane = await asUser(test, 'jane');
    const [kept, other] = [await start(), await start()];
    await users.setOwnPassword(jane, 'correct horse battery', kept.session.id);
    expect(await sessions.resolve(kept.secret)).not.toBeNull();
    expect(await sessions.resolve(other.secret)).toBeNull();
    await users.setPassword(ACTOR, 'jane', 'another horse battery');
    expect(await sessions.resolve(kept.secret)).toBeNull();
  });

  it('is seen and ended by its owner alone', async () => {
    const { sessions, users } = test.directory;
    const [one, two] = [await start(), await start()];
    await users.add(ACTOR, { username: 'bob' });
    const [jane, bob] = [await asUser(test, 'jane'), await asUser(test, 'bob')];
    expect(await sessions.list(bob)).toEqual([]);
    await expect(sessions.end(bob, one.session.id)).rejects.toMatchObject({ code: 'not-found' });
    await expect(sessions.endAll(bob, 'jane')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(sessions.list(ACTOR)).rejects.toMatchObject({ code: 'forbidden' });
    await sessions.end(jane, one.session.id);
    expect((await sessions.list(jane)).map(({ id }) => id)).toEqual([two.session.id]);
    const third = await start();
    expect(await sessions.endAll(jane, 'jane', third.session.id)).toBe(1);
    expect(await sessions.endAll(ACTOR, 'jane')).toBe(1);
  });

  it('takes a bounded place: the longest unseen gives way, and a client is known by a bounded text', async () => {
    const { sessions } = test.directory;
    const first = await start('page', `a\r\nb${'x'.repeat(1000)}`);
    expect(first.session.userAgent).toMatch(/^a bx{190,198}$/);
    for (let index = 1; index <= SESSIONS_PER_USER_MAX; index += 1) {
      test.clock.advance(1000);
      await start();
    }
    expect(await sessions.list(await asUser(test, 'jane'))).toHaveLength(SESSIONS_PER_USER_MAX);
    expect(await sessions.resolve(first.secret)).toBeNull();
  });
});

describe('a session of the API', () => {
  it('changes its secret at each refresh', async () => {
    const { sessions } = test.directory;
    const { secret, session } = await start('api');
    const next = await sessions.rotate(secret);
    expect(next?.session.id).toBe(session.id);
    expect(next?.secret).not.toBe(secret);
    expect(await sessions.byId(session.id)).toMatchObject({ user: { username: 'jane' } });
    expect(await sessions.rotate(next?.secret ?? '')).not.toBeNull();
  });

  it('ends where a secret is used that was exchanged before', async () => {
    const { sessions } = test.directory;
    const { secret, session } = await start('api');
    const next = await sessions.rotate(secret);
    expect(await sessions.rotate(secret)).toBeNull();
    expect(await sessions.rotate(next?.secret ?? '')).toBeNull();
    expect(await sessions.byId(session.id)).toBeNull();
    expect((await test.auditLines())[0]).toMatchObject({ action: 'session.reuse', subjectId: userId });
  });

  it('ends where any former secret is used, however long ago it was exchanged', async () => {
    const { sessions } = test.directory;
    const { secret, session } = await start('api');
    let latest = secret;
    for (let time = 0; time < 3; time += 1) latest = (await sessions.rotate(latest))?.secret ?? '';
    expect(await sessions.rotate(secret)).toBeNull();
    expect(await sessions.rotate(latest)).toBeNull();
    expect(await sessions.byId(session.id)).toBeNull();
  });

  it('goes on with a secret from before ids went with them, and ends none for what is no secret', async () => {
    const { sessions } = test.directory;
    const { secret, session } = await start('api');
    for (const text of ['', `x.${session.id}`, `.${session.id}`, `${secret}\0`]) {
      expect(await sessions.rotate(text), text).toBeNull();
    }
    expect(await sessions.byId(session.id)).not.toBeNull();
    expect(await sessions.rotate(secret.split('.')[0] ?? '')).not.toBeNull();
  });

  it('lets one of several refreshes at a time through', async () => {
    const { sessions } = test.directory;
    const { secret } = await start('api');
    const outcomes = await Promise.all([sessions.rotate(secret), sessions.rotate(secret)]);
    expect(outcomes.filter((outcome) => outcome !== null)).toHaveLength(1);
  });

  it('is none of the pages, and the other way round', async () => {
    const { sessions } = test.directory;
    const [page, api] = [await start('page'), await start('api')];
    expect(await sessions.resolve(api.secret)).toBeNull();
    expect(await sessions.rotate(page.secret)).toBeNull();
    expect(await sessions.byId(page.session.id)).toBeNull();
  });
});
