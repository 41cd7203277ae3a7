import { once } from 'node:events';
import { chmod, copyFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { issueCertificates } from '../../src/ldap-server/certificate.ts';
import { addSource, newRoster, type TestRoster } from '../support/roster.ts';

interface Finding {
  readonly subject: string;
  readonly state: string;
  readonly sentence: string;
}

let roster: TestRoster;
let port: number;

beforeEach(async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  probe.close();
  roster = await newRoster({ ROSTER_LDAPS_PORT: String(port) });
});
afterEach(() => roster.remove());

async function findings(): Promise<Finding[]> {
  return JSON.parse((await roster.cli(['doctor', '--json'])).stdout) as Finding[];
}

async function sentences(state: string): Promise<string[]> {
  return (await findings()).filter((found) => found.state === state).map(({ sentence }) => sentence);
}

test('before the first start nothing is wrong, and nothing is made', async () => {
  const { status, stdout } = await roster.cli(['doctor']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^warning {2}The data directory \S+ is not there yet; the first start makes it\.$/m);
  expect(stdout).toMatch(
    /^warning {2}The server is not running: nobody answers on 127\.0\.0\.1 port \d+\.$/m,
  );
  expect((await roster.cli(['doctor'])).stdout).toBe(stdout);
});

test('a running server is well in all parts', async () => {
  await roster.start();
  const found = await findings();
  expect(found.filter(({ state }) => state !== 'well')).toEqual([]);
  expect(new Set(found.map(({ subject }) => subject))).toEqual(
    new Set(['configuration', 'data directory', 'certificate', 'port', 'database', 'allow-list']),
  );
  expect(found.map(({ sentence }) => sentence)).toEqual(
    expect.arrayContaining([
      `The server answers on 127.0.0.1 port ${port}, with the certificate on disk.`,
      'The allow-list lets 127.0.0.1, ::1 connect.',
      expect.stringMatching(/^Clients may call the server by DNS:localhost/),
      expect.stringMatching(/^The feed of changes is in step/),
    ]),
  );
});

test('a configuration that cannot be read is told line by line', async () => {
  const broken = await newRoster({ ROSTER_LDAPS_PORT: 'ldaps', ROSTER_PROXIES: 'everybody' });
  const { status, stdout, stderr } = await broken.cli(['doctor']);
  await broken.remove();
  expect(status).toBe(1);
  expect(stdout).toMatch(
    /^WRONG {4}ROSTER_LDAPS_PORT is "ldaps": .*\nWRONG {4}ROSTER_PROXIES is "everybody": .*\n$/,
  );
  expect(stderr).toBe('2 things are wrong.\n');
});

describe('what is wrong is told by the sentence that mends it', () => {
  beforeEach(() => roster.start());

  test('files that others can reach', async () => {
    const key = join(roster.folder, 'data', 'secret.key');
    await chmod(key, 0o644);
    await chmod(join(roster.folder, 'data'), 0o777);
    expect(await sentences('wrong')).toEqual([
      expect.stringMatching(/^The data directory \S+ can be written by others: chmod go-w it\.$/),
      `${key} can be reached by others: chmod it to 0600, and replace the secret in it.`,
    ]);
    expect((await roster.cli(['doctor'])).status).toBe(1);
  });

  test('a certificate that does not fit its key, while the server shows the one before', async () => {
    const names = { hostnames: ['localhost'], addresses: [], now: new Date(), validDays: 30 };
    await writeFile(join(roster.folder, 'certs', 'server.crt'), (await issueCertificates(names)).certPem);
    expect(await sentences('wrong')).toEqual([
      expect.stringMatching(/server\.key is not the key of \S+server\.crt/),
      expect.stringMatching(/shows another certificate than the one on disk/),
    ]);
  });

  test('a chain that ends at another authority than ca.crt', async () => {
    const names = { hostnames: ['localhost'], addresses: [], now: new Date(), validDays: 10 };
    const { certPem, keyPem } = await issueCertificates(names);
    const certs = join(roster.folder, 'certs');
    await writeFile(join(certs, 'server.key'), keyPem);
    await writeFile(join(certs, 'server.crt'), certPem);
    expect(await sentences('warning')).toEqual([
      expect.stringMatching(/^The certificate expires on .*; renew it\.$/),
      expect.stringMatching(/ca\.crt did not issue the certificate/),
    ]);
    await copyFile(join(certs, 'server.crt'), join(certs, 'chain.crt'));
    await writeFile(join(certs, 'server.crt'), certPem + (await issueCertificates(names)).caPem);
    expect(await sentences('wrong')).toContainEqual(expect.stringMatching(/^Certificate 1 in server\.crt/));
  });

  test('a port that something else holds', async () => {
    await roster.stop();
    const other = createServer((socket) => socket.end('220 ready\r\n')).listen(port, '127.0.0.1');
    await once(other, 'listening');
    expect(await sentences('wrong')).toEqual([expect.stringMatching(/does not speak TLS/)]);
    other.close();
  });

  test('a source that does not answer', async () => {
    const names = { hostnames: ['localhost'], addresses: [], now: new Date(), validDays: 10 };
    await addSource(roster, {
      ...{ url: 'ldaps://localhost:1', caPem: (await issueCertificates(names)).caPem },
      ...{ readerDn: 'cn=reader,dc=example,dc=org', readerPassword: 'secret', baseDn: 'dc=example,dc=org' },
    });
    expect(await sentences('wrong')).toEqual([expect.stringMatching(/^Source corp: /)]);
  });

  test('an external authority that does not answer', async () => {
    expect((await roster.cli(['authority', 'set', 'http://127.0.0.1:1/check'])).status).toBe(0);
    expect(await sentences('wrong')).toEqual([
      expect.stringMatching(
        /^The external authority http:\/\/127\.0\.0\.1:1\/check cannot be asked \(ECONNREFUSED\)/,
      ),
    ]);
  });
});
