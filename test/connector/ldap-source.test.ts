/** Reading a real OpenLDAP, and what is said when it does not go well. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONNECTION_LIMITS } from '../../src/connector/ldap/connection.ts';
import { openLdapSource } from '../../src/connector/ldap-source.ts';
import { presets } from '../../src/connector/presets/index.ts';
import type { DirectorySource, UpstreamUser } from '../../src/connector/source.ts';
import type { Source } from '../../src/core/model/source.ts';
import { issueCertificates } from '../../src/ldap-server/certificate.ts';
import { directoryLdif, startSlapd, type TestSlapd } from '../support/slapd.ts';
import { accessTo, sourceAt } from '../support/slapd-source.ts';

let slapd: TestSlapd;
let source: Source;

beforeAll(async () => {
  slapd = await startSlapd({ ldif: directoryLdif({ users: 1200, groups: 10 }), sizeLimit: 'unlimited' });
  source = sourceAt(slapd);
});

afterAll(async () => {
  await slapd?.stop();
});

test('everybody is read, over many pages, with names as they are', async () => {
  const session = await open(source);
  const users = await all(session.users());
  const groups = await all(session.groups());
  session.close();
  expect(users).toHaveLength(1200);
  expect(new Set(users.map(({ externalId }) => externalId)).size).toBe(1200);
  expect(users.find(({ username }) => username === 'user1')).toMatchObject({
    dn: 'uid=user1,ou=people,dc=example,dc=com',
    externalId: expect.stringMatching(/^[\da-f-]{36}$/),
    email: 'user1@example.com',
    displayName: 'Jürgen Müller, Dr. 1',
    givenName: 'Jürgen',
    familyName: 'Müller, Dr.',
    disabled: false,
  });
  expect(groups).toHaveLength(10);
  expect(groups.find(({ name }) => name === 'group1')?.memberDns).toHaveLength(500);
});

test('a reader with a size limit of 500 fails with a hint, after however many pages', async () => {
  const limited = await startSlapd({ ldif: directoryLdif({ users: 700, groups: 1 }) });
  try {
    const session = await open(sourceAt(limited), 200);
    await expect(all(session.users())).rejects.toThrow(
      'The source stopped after 500 entries (size limit): raise the size limit of the bind account cn=reader,dc=example,dc=com',
    );
    session.close();
  } finally {
    await limited.stop();
  }
});

test('a server killed in the middle makes the enumeration throw', async () => {
  const victim = await startSlapd({ ldif: directoryLdif({ users: 700, groups: 1 }), sizeLimit: 'unlimited' });
  const session = await open(sourceAt(victim), 100);
  const reading = async () => {
    for await (const _page of session.users()) victim.kill('SIGKILL');
  };
  await expect(reading()).rejects.toMatchObject({ code: 'unavailable' });
  await expect(all(session.users())).rejects.toMatchObject({ code: 'unavailable' });
  await victim.stop();
});

test('a server that falls silent is given up after the time limit', async () => {
  const victim = await startSlapd({ ldif: directoryLdif({ users: 10, groups: 1 }) });
  const limits = { ...CONNECTION_LIMITS, replyMs: 100 };
  const signal = new AbortController().signal;
  const session = await openLdapSource(sourceAt(victim), presets.openldap, accessTo(victim), {
    signal,
    limits,
  });
  await victim.suspend();
  await expect(all(session.users())).rejects.toThrow('did not answer within 0.1 seconds');
  await victim.stop();
});

test('aborting ends the session with the reason given', async () => {
  const controller = new AbortController();
  const options = { signal: controller.signal, pageSize: 10 };
  const session = await openLdapSource(source, presets.openldap, accessTo(slapd), options);
  const reason = new Error('enough');
  const reading = async () => {
    for await (const _page of session.users()) controller.abort(reason);
  };
  await expect(reading()).rejects.toBe(reason);
});

test.each<[string, () => Partial<Source>, RegExp, string | undefined]>([
  [
    'an unknown host',
    () => ({ url: 'ldaps://no-such-host.invalid' }),
    /no-such-host\.invalid was not found/,
    undefined,
  ],
  [
    'a wrong bind DN',
    () => ({ bindDn: 'cn=nobody,dc=example,dc=com' }),
    /refused to bind as cn=nobody/,
    'bindDn',
  ],
  ['a bind DN that is none', () => ({ bindDn: 'reader' }), /refused to bind as reader/, 'bindDn'],
  ['no CA', () => ({ caPem: null }), /not trusted: give the CA that signed it \(--ca-file\)/, 'caPem'],
  ['no bind DN', () => ({ bindDn: '' }), /needs a bind DN/, 'bindDn'],
  [
    'the plain port',
    () => ({ url: slapd.plainUrl.replace('ldap:', 'ldaps:') }),
    /cut the connection|speak TLS/,
    undefined,
  ],
])('%s is named', async (_name, changes, sentence, field) => {
  await expect(open({ ...source, ...changes() })).rejects.toMatchObject({
    name: 'DirectoryError',
    message: expect.stringMatching(sentence),
    ...(field === undefined ? {} : { field }),
  });
});

test('a CA that did not sign the certificate is named', async () => {
  const { caPem } = await issueCertificates({
    hostnames: ['x'],
    addresses: [],
    now: new Date(),
    validDays: 1,
  });
  await expect(open({ ...source, caPem })).rejects.toThrow('the given CA file did not sign it');
});

test('a certificate for another name is refused and named', async () => {
  const names = { hostnames: ['elsewhere.example'], addresses: [] };
  const { caPem, certPem, keyPem } = await issueCertificates({ ...names, now: new Date(), validDays: 1 });
  const server = createTlsServer({ cert: certPem, key: keyPem }, (socket) => socket.on('error', () => {}));
  server.on('tlsClientError', () => {});
  const port = await portOf(server.listen(0, '127.0.0.1'));
  await expect(open({ ...source, caPem, url: `ldaps://127.0.0.1:${port}` })).rejects.toThrow(
    'The certificate of 127.0.0.1 is for another name',
  );
  server.close();
});

test('a port where nobody listens is named', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  const port = await portOf(server);
  server.close();
  await once(server, 'close');
  await expect(open({ ...source, url: `ldaps://127.0.0.1:${port}` })).rejects.toThrow(
    `127.0.0.1:${port} refuses connections`,
  );
});

test('a wrong password is refused, an empty one before any traffic', async () => {
  const options = { signal: new AbortController().signal };
  await expect(
    openLdapSource(source, presets.openldap, accessTo({ readerPassword: 'wrong' }), options),
  ).rejects.toThrow('check the bind DN and its password');
  await expect(
    openLdapSource(source, presets.openldap, accessTo({ readerPassword: '' }), options),
  ).rejects.toThrow('needs a bind DN and its password');
});

test.each<[string, Partial<Source>, RegExp, string]>([
  [
    'base',
    { baseDn: 'ou=nowhere,dc=example,dc=com' },
    /The base ou=nowhere,dc=example,dc=com does not exist/,
    'baseDn',
  ],
  ['base that is no DN', { baseDn: 'people' }, /does not take people as a base/, 'baseDn'],
  ['filter', { filter: '(uid=*' }, /filter of the source is not valid/, 'filter'],
])('a wrong %s is named', async (_name, changes, sentence, field) => {
  const session = await open({ ...source, ...changes });
  await expect(all(session.users())).rejects.toMatchObject({
    field,
    message: expect.stringMatching(sentence),
  });
  session.close();
});

test('no password attribute is asked for, whatever the reader may see', async () => {
  const session = await openLdapSource(
    { ...source, bindDn: slapd.rootDn },
    presets.openldap,
    accessTo({ readerPassword: slapd.rootPassword }),
    { signal: new AbortController().signal },
  );
  const users = await all(session.users());
  session.close();
  expect(JSON.stringify(users)).not.toContain('password-1');
});

function open(from: Source, pageSize?: number): Promise<DirectorySource> {
  const signal = new AbortController().signal;
  return openLdapSource(from, presets.openldap, accessTo(slapd), {
    signal,
    ...(pageSize === undefined ? {} : { pageSize }),
  });
}

async function all<Item = UpstreamUser>(pages: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}

async function portOf(server: Server): Promise<number> {
  await once(server, 'listening');
  const address = server.address();
  return address !== null && typeof address !== 'string' ? address.port : 0;
}
