import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { type Logger, silentLogger } from '../../src/core/log.ts';
import { type Certificate, issueCertificates } from '../../src/ldap-server/certificate.ts';
import {
  type CertificateWatch,
  EXPIRES_SOON_MS,
  watchCertificate,
} from '../../src/ldap-server/certificate-watch.ts';
import { element, message } from '../support/ber-builder.ts';
import { startLdapServer, type TestLdapServer } from '../support/ldap-server.ts';
import { createWire } from '../support/ldap-wire.ts';

const DAY_MS = 86_400_000;
const NEVER_MS = 2 ** 31 - 1;

let dir: string;
let watches: CertificateWatch[];
let used: Certificate[];
let complaints: object[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roster-certs-'));
  watches = [];
  used = [];
  complaints = [];
});

afterEach(async () => {
  for (const watch of watches) watch.stop();
  await rm(dir, { recursive: true });
});

function issue(validDays = 30, now = new Date()) {
  return issueCertificates({ hostnames: ['localhost'], addresses: ['127.0.0.1'], now, validDays });
}

/** Both files, each replaced at once, as renewals do it. */
async function put({ certPem, keyPem }: Certificate): Promise<void> {
  for (const [name, pem] of [['server.crt', certPem] as const, ['server.key', keyPem] as const]) {
    await writeFile(join(dir, `${name}.new`), pem);
    await rename(join(dir, `${name}.new`), join(dir, name));
  }
}

async function watch(
  certificate: Certificate,
  timing = { settleMs: 20, pollMs: NEVER_MS },
): Promise<CertificateWatch> {
  await put(certificate);
  const log: Logger = { ...silentLogger, error: (fields) => void complaints.push(fields) };
  const use = (replaced: Certificate) => void used.push(replaced);
  const started = watchCertificate({ dir, certificate, use, clock: systemClock, log, timing });
  watches.push(started);
  return started;
}

describe('a watch over the certificate', () => {
  it('takes up a pair that was replaced, once', async () => {
    const certificates = await watch(await issue());
    const next = await issue(60);
    await put(next);
    await expect.poll(() => used).toEqual([{ certPem: next.certPem, keyPem: next.keyPem }]);
    await certificates.reload();
    expect(used).toHaveLength(1);
    expect(certificates.trouble()).toBeNull();
    expect(certificates.expiry().getTime() - Date.now()).toBeGreaterThan(59 * DAY_MS);
  });

  it('finds it by looking now and then where nothing tells of changes', async () => {
    await watch(await issue(), { settleMs: NEVER_MS, pollMs: 20 });
    const next = await issue(60);
    await put(next);
    await expect.poll(() => used.at(-1)?.certPem).toBe(next.certPem);
  });

  it('keeps the pair before when the new one does not fit, says so once, and takes up the next that does', async () => {
    const first = await issue();
    const certificates = await watch(first, { settleMs: NEVER_MS, pollMs: NEVER_MS });
    await put({ certPem: (await issue()).certPem, keyPem: first.keyPem });
    await certificates.reload();
    await certificates.reload();
    expect(complaints).toMatchObject([{ reason: expect.stringContaining('is not the key of') }]);
    expect(certificates.trouble()).toMatch(/^The certificate on disk is refused, and the one before/);
    expect(used).toEqual([]);
    await put(await issue());
    await certificates.reload();
    expect([used.length, certificates.trouble()]).toEqual([1, null]);
  });

  it.each([
    ['text that is no PEM', async (): Promise<Certificate> => ({ certPem: 'none', keyPem: 'none' })],
    ['an expired certificate', () => issue(1, new Date(Date.now() - 3 * DAY_MS))],
    ['a certificate of the future', () => issue(30, new Date(Date.now() + 3 * DAY_MS))],
    [
      'a broken chain',
      async () => {
        const { certPem, keyPem } = await issue();
        return {
          certPem: `${certPem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
          keyPem,
        };
      },
    ],
  ])('refuses %s', async (_name, bad) => {
    const certificates = await watch(await issue(), { settleMs: NEVER_MS, pollMs: NEVER_MS });
    await put(await bad());
    await certificates.reload();
    expect([used, certificates.trouble() === null]).toEqual([[], false]);
  });

  it('goes on with what it has when the files are gone', async () => {
    const certificates = await watch(await issue(), { settleMs: NEVER_MS, pollMs: NEVER_MS });
    await rm(join(dir, 'server.crt'));
    await rm(join(dir, 'server.key'));
    await certificates.reload();
    expect(certificates.trouble()).toMatch(/refused/);
  });

  it('warns of a certificate that expires soon', async () => {
    const certificates = await watch(await issue(EXPIRES_SOON_MS / DAY_MS - 1));
    expect(certificates.trouble()).toMatch(/^The certificate expires on /);
  });
});

describe('a server whose certificate is replaced', () => {
  let ldap: TestLdapServer;
  beforeEach(async () => {
    ldap = await startLdapServer();
  });
  afterEach(() => ldap.stop());

  it('shows the new one from now on, and goes on serving who is connected', async () => {
    const before = ldap.connect();
    await once(before, 'secureConnect');
    const next = await issue();
    ldap.server.useCertificate(next);
    const after = ldap.connect({ ca: next.caPem });
    await once(after, 'secureConnect');
    expect(after.getPeerX509Certificate()?.fingerprint256).toBe(
      new X509Certificate(next.certPem).fingerprint256,
    );
    for (const socket of [before, after]) {
      const wire = createWire(socket);
      wire.send(message(1, element(0x77, element(0x80, '1.3.6.1.4.1.4203.1.11.3'))));
      expect(await wire.received(1)).toMatchObject([{ code: 0 }]);
    }
  });

  it('still speaks nothing older than TLS 1.2', async () => {
    ldap.server.useCertificate(await issue());
    const ciphers = 'DEFAULT@SECLEVEL=0';
    const old = ldap.connect({
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers,
      rejectUnauthorized: false,
    });
    await expect(once(old, 'secureConnect')).rejects.toThrow();
  });
});
