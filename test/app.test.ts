import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type App, createApp, openRoster, type Started } from '../src/app.ts';
import { SYSTEM_AUTHORITY } from '../src/core/access/authority.ts';
import { type Config, readConfig } from '../src/core/config/config.ts';
import { silentLogger } from '../src/core/log.ts';
import type { Actor } from '../src/core/model/audit.ts';
import { NEW_SOURCE } from './support/directory.ts';
import { createHeldClock } from './support/held-clock.ts';

const TESTER: Actor = { door: 'cli', name: 'tester', address: null, authority: SYSTEM_AUTHORITY };
const LOG = { log: silentLogger };

let folder: string;
let config: Config;
let apps: App[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roster-app-'));
  apps = [];
  const env = {
    ROSTER_DATA_DIR: join(folder, 'data'),
    ROSTER_CERTS_DIR: join(folder, 'certs'),
    ROSTER_LDAPS_HOST: '127.0.0.1',
    ROSTER_LDAPS_PORT: '0',
    ROSTER_HTTP_PORT: '0',
  };
  config = readConfig(env, { read: () => null });
});

afterEach(async () => {
  for (const app of apps) await app.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('the first start', () => {
  test('makes an owner and the bind password, and tells both once', async () => {
    const first = newApp();
    await first.start();
    const { bindPassword, ownerPassword } = first.generated() ?? {};
    expect([bindPassword?.length, ownerPassword?.length]).toEqual([32, 32]);
    await first.stop();

    const second = newApp();
    await second.start();
    expect(second.generated()).toBeNull();
    const roster = await openRoster(config, LOG);
    const { bindPasswordHash, allow } = await roster.directory.settings.current();
    const owner = await roster.directory.users.byUsername(TESTER, 'admin');
    expect(owner.role).toBe('owner');
    expect(allow).toEqual(['127.0.0.1', '::1']);
    expect(await roster.passwords.verify(bindPassword ?? '', bindPasswordHash)).toBe(true);
    expect(await roster.passwords.verify(ownerPassword ?? '', owner.passwordHash ?? '')).toBe(true);
    await roster.close();
  });

  test('takes the passwords that are configured, and tells none', async () => {
    const app = newApp({ bindPassword: 'given for bind', ownerPassword: 'given for owner' });
    await app.start();
    expect(app.generated()).toMatchObject({ bindPassword: null, ownerPassword: null, people: [] });
  });

  test('refuses configured passwords that are soon guessed, by the name of the variable', async () => {
    await expect(newApp({ bindPassword: 'password1' }).start()).rejects.toThrow(/^ROSTER_BIND_PASSWORD /);
    await expect(newApp({ ownerPassword: 'password1' }).start()).rejects.toThrow(/^ROSTER_OWNER_PASSWORD /);
  });

  test('follows what the command line did before it', async () => {
    const roster = await openRoster(config, LOG);
    await roster.directory.users.add(TESTER, { username: 'jdoe' });
    await roster.close();
    const app = newApp();
    await app.start();
    expect(app.generated()).not.toBeNull();
  });

  test('that fails after it made passwords still tells them, and stops what had started', async () => {
    const other = newApp();
    const { http, ldaps } = await other.start();
    const fresh = { dataDir: join(folder, 'other'), ldaps: { host: '127.0.0.1', port: 0 }, http };
    const failing = newApp(fresh);
    await expect(failing.start()).rejects.toMatchObject({ code: 'unavailable' });
    expect(failing.generated()?.bindPassword).toHaveLength(32);
    const again = newApp({ ...fresh, http: { ...http, port: 0 } });
    expect((await again.start()).ldaps.port).not.toBe(ldaps.port);
  });
});

describe('a start', () => {
  test('serves when it resolves', async () => {
    const response = await fetch(readyUrl(await newApp().start()));
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: 'ready', reasons: [], warnings: [] },
    ]);
  });

  test('marks as aborted the runs whose process is gone', async () => {
    const dead = await openRoster(config, LOG);
    const run = await dead.directory.syncRuns.begin(
      TESTER,
      await dead.directory.sources.add(TESTER, NEW_SOURCE),
    );
    await dead.close();
    await newApp().start();
    const roster = await openRoster(config, LOG);
    expect(await roster.directory.syncRuns.byId(run.id)).toMatchObject({ state: 'aborted' });
    await roster.close();
  });

  test('with another key than the one that sealed the bind passwords is refused', async () => {
    const first = await openRoster(config, LOG);
    await first.directory.sources.add(TESTER, NEW_SOURCE);
    await first.close();
    await expect(newApp({ secretKey: randomBytes(32) }).start()).rejects.toMatchObject({
      message: expect.stringMatching(/sealed with another key: set ROSTER_SECRET_KEY/),
    });
    await newApp().start();
  });

  test('warns where the configuration says something else than the settings in force, without secrets', async () => {
    const first = newApp({ bindPassword: 'given for bind' });
    await first.start();
    await first.stop();
    const said: string[] = [];
    const warn = (_fields: object, message: string) => void said.push(message);
    const changed = { allow: ['10.0.0.0/8'], allowGiven: true, bindPassword: 'another for bind' };
    const second = createApp({ ...config, ...changed }, { log: { ...silentLogger, warn } });
    apps.push(second);
    await second.start();
    await expect
      .poll(() => said)
      .toEqual([
        'ROSTER_ALLOW is not the allow-list in force, since it counts at the first start alone: roster settings set allow 10.0.0.0/8 changes it.',
        'ROSTER_BIND_PASSWORD is not the bind password in force, since it counts at the first start alone: roster settings set bind-password changes it.',
      ]);
  });

  test('with a broken certificate names the file', async () => {
    const app = newApp();
    await app.start();
    await app.stop();
    await rm(join(config.certsDir, 'server.key'));
    await expect(newApp().start()).rejects.toMatchObject({ message: expect.stringContaining('server.key') });
  });
});

test('guesses at a password that are refused are audited', async () => {
  const roster = await openRoster(config, { ...LOG, clock: createHeldClock() });
  const guesser = { address: '192.0.2.1', name: 'jdoe' };
  for (let guess = 0; guess < 7; guess++) await roster.credentials.verify(null, `guess ${guess}`, guesser);
  const actions = () =>
    roster.store.read(async (it) => (await it.auditLines(10)).map(({ action }) => action));
  await expect.poll(actions).toEqual(['sign-in.throttled']);
  await roster.close();
});

test('stopping may be repeated, and ends every listener', async () => {
  const app = newApp();
  const started = await app.start();
  await Promise.all([app.stop(), app.stop()]);
  await app.stop();
  await expect(fetch(readyUrl(started))).rejects.toThrow();
});

test('an end in order is logged, once', async () => {
  const said: string[] = [];
  const info = (_fields: object, message: string) => void said.push(message);
  const app = createApp(config, { log: { ...silentLogger, info } });
  await app.start();
  await app.stop();
  await app.stop();
  expect(said.filter((message) => message === 'Roster has stopped.')).toHaveLength(1);
});

test('an app that never started stops at once', async () => {
  await newApp().stop();
});

function newApp(changes: Partial<Config> = {}): App {
  const app = createApp({ ...config, ...changes }, LOG);
  apps.push(app);
  return app;
}

function readyUrl({ http }: Started): string {
  return `http://${http.host}:${http.port}/readyz`;
}
