/** The HTTP server on a real directory for tests, with people of every role at hand. */
import { randomBytes } from 'node:crypto';
import { createAdminServer } from '../../src/admin-http/server.ts';
import { createExternalAuthority } from '../../src/authority/authority.ts';
import { createConnector } from '../../src/connector/connector.ts';
import { presetDefaults, presets } from '../../src/connector/presets/index.ts';
import { createSignIn } from '../../src/core/access/sign-in.ts';
import { createAccounts, managedAccounts } from '../../src/core/accounts/accounts.ts';
import { createExtraVerifier } from '../../src/core/accounts/verifier.ts';
import { createChangeOwnPassword, createProveOwnPassword } from '../../src/core/credentials/own-password.ts';
import { createPasswords } from '../../src/core/credentials/passwords.ts';
import { createSecretBox } from '../../src/core/credentials/secrets.ts';
import type { ExtraVerifier } from '../../src/core/credentials/verdict.ts';
import { createCredentials } from '../../src/core/credentials/verify.ts';
import { createJournal } from '../../src/core/directory/journal.ts';
import { createWhileManagedHere } from '../../src/core/directory/management.ts';
import { newId } from '../../src/core/ids.ts';
import { createLogger } from '../../src/core/log.ts';
import { createExport } from '../../src/core/transfer/export.ts';
import { createImport } from '../../src/core/transfer/import.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from './directory.ts';
import { freePort } from './free-port.ts';
import { startTestServer, type TestServer } from './server-port.ts';

export const API_TOKEN = 'token-for-tests-0123456789';
export const PASSWORD = 'correct horse battery staple';

type AdminServerDependencies = Parameters<typeof createAdminServer>[0];

export interface TestApi extends TestDirectory {
  /** Over LDAPS. */
  readonly ldapServer: TestServer;
  /** Of the server, without a path. */
  readonly url: string;
  /** What the server has logged as an error. */
  readonly logged: readonly object[];
  readonly reasons: string[];
  readonly warnings: string[];
  readonly dependencies: AdminServerDependencies;
  /** Calls the API; `token` null: none. */
  call(path: string, init?: RequestInit, token?: string | null): Promise<Response>;
  /** As call, with JSON. */
  send(method: string, path: string, body: unknown, token?: string | null): Promise<Response>;
  /** An access token of a user of that role, who is added with PASSWORD. */
  tokenOf(role: string, username?: string): Promise<string>;
  stopServer(): Promise<void>;
}

export async function openTestApi(replaced: Partial<AdminServerDependencies['api']> = {}): Promise<TestApi> {
  const opened = await openTestDirectory();
  const logged: object[] = [];
  const health = { reasons: [] as string[], warnings: [] as string[] };
  await opened.directory.settings.seed(ACTOR, {
    settings: { allow: ['127.0.0.0/8'], bindPasswordHash: '$2b$04$unused' },
    owner: { username: 'admin', passwordHash: await passwords.hash(PASSWORD) },
  });
  const ldapServer = await startTestServer(opened, passwords);
  const { activity, ldap } = ldapServer;
  const { confirmSecondFactor, ...api } = apiOf(opened, activity);
  const port = await freePort();
  const dependencies: AdminServerDependencies = {
    listen: { host: '127.0.0.1', port },
    api: { ...api, ...replaced },
    openIdSignIn: {
      ...{ confirmSecondFactor, observeSignIn: activity.signIn, publicUrl: `http://127.0.0.1:${port}` },
      secretBox: createSecretBox(randomBytes(32)),
    },
    pages: {
      directory: opened.directory,
      connector: connectorOf(opened),
      presets: { kinds: presets, defaults: presetDefaults },
      server: { activity, ldap, readiness: async () => health, database: 'SQLite', newPassword },
    },
    apiToken: API_TOKEN,
    accessTokenKey: randomBytes(32),
    readiness: async () => health,
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'roster_users 7\n' }),
    newId,
    clock: opened.clock,
    log: { error: (fields) => void logged.push(fields), warn: () => undefined },
  };
  const server = createAdminServer(dependencies);
  const url = `http://127.0.0.1:${(await server.start()).port}`;

  const call: TestApi['call'] = (path, init = {}, token = API_TOKEN) => {
    const headers = { ...(token !== null && { authorization: `Bearer ${token}` }), ...init.headers };
    return fetch(url + path, { ...init, headers });
  };
  const send: TestApi['send'] = (method, path, body, token) => {
    const headers = { 'content-type': 'application/json' };
    return call(path, { method, headers, body: JSON.stringify(body) }, token);
  };

  return {
    ...opened,
    ...health,
    ...{ url, logged, dependencies, ldapServer, call, send },
    async tokenOf(role, username = `the-${role}`) {
      await opened.directory.users.add(ACTOR, { username, role, password: PASSWORD });
      const response = await send('POST', '/api/v1/auth/sign-in', { username, password: PASSWORD }, null);
      return ((await response.json()) as { accessToken: string }).accessToken;
    },
    stopServer: () => server.stop(),
    async remove() {
      await server.stop();
      await ldapServer.stop();
      await opened.remove();
    },
  };
}

const passwords = createPasswords({ cost: 4, concurrent: 2, queueMax: 100 });

const newPassword = () => randomBytes(16).toString('base64url');

function apiOf(
  { directory, store, clock }: TestDirectory,
  activity: TestServer['activity'],
): AdminServerDependencies['api'] & { confirmSecondFactor: ExtraVerifier['confirm'] } {
  const connector = connectorOf({ directory, clock });
  const [journal, secretBox] = [createJournal(newId), createSecretBox(randomBytes(32))];
  const extras = createExtraVerifier({ store, clock, secretBox, journal });
  const { authority: keeper, externalPeople: people } = directory;
  const authority = createExternalAuthority({
    authority: keeper,
    people,
    clock,
    log: createLogger('silent'),
  });
  const whileManagedHere = createWhileManagedHere(keeper);
  const { remote } = connector;
  const credentials = createCredentials({ passwords, remote, authority, extras, clock });
  const accounts = createAccounts({
    ...{ store, clock, newId, journal, secretBox, credentials, passwords },
    ...{ random: randomBytes, mailer: null, publicUrl: '', log: createLogger('silent') },
  });
  return {
    ...directory,
    ...managedAccounts(accounts, whileManagedHere),
    confirmSecondFactor: extras.confirm,
    connector,
    importFrom: whileManagedHere(createImport({ store, clock, newId, journal, isServed: () => false })),
    exportTo: createExport({ store, clock, journal, baseDn: 'dc=roster' }),
    presetDefaults,
    newPassword,
    signIn: createSignIn({ store, credentials, observe: activity.signIn }),
    proveOwnPassword: createProveOwnPassword({ store, credentials }),
    changeOwnPassword: createChangeOwnPassword({
      ...{ store, users: directory.users, credentials },
      generate: newPassword,
    }),
  };
}

function connectorOf({ directory, clock }: Pick<TestDirectory, 'directory' | 'clock'>) {
  return createConnector({ directory, clock, log: createLogger('silent'), newId });
}
