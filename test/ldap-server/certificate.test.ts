import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { issueCertificates, loadOrCreateCertificate } from '../../src/ldap-server/certificate.ts';

const names = {
  hostnames: ['localhost', 'ldap.example.org'],
  addresses: ['127.0.0.1', '::1'],
  now: new Date(),
};

describe('issueCertificates', () => {
  it('issues a server certificate for the names and addresses, signed by its authority', async () => {
    const issued = await issueCertificates({ ...names, validDays: 30 });
    const authority = new X509Certificate(issued.caPem);
    const certificate = new X509Certificate(issued.certPem);
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkIssued(authority)).toBe(true);
    expect(authority.ca).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.checkHost('ldap.example.org')).toBe('ldap.example.org');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkIP('::1')).toBe('::1');
  });
});

describe('loadOrCreateCertificate', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'roster-certs-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('makes certificate, key and authority when there is none, and reads them again', async () => {
    const certs = join(dir, 'new', 'certs');
    const first = await loadOrCreateCertificate(certs, names);
    expect(first.created).toBe(true);
    expect((await stat(join(certs, 'server.key'))).mode & 0o777).toBe(0o600);
    const authority = new X509Certificate(await readFile(join(certs, 'ca.crt'), 'utf8'));
    expect(new X509Certificate(first.certPem).verify(authority.publicKey)).toBe(true);
    expect(await loadOrCreateCertificate(certs, names)).toEqual({ ...first, created: false });
  });

  it.each(['server.crt', 'server.key'])('names %s when only it is missing', async (file) => {
    await loadOrCreateCertificate(dir, names);
    await rm(join(dir, file));
    await expect(loadOrCreateCertificate(dir, names)).rejects.toThrow(`${file} is missing`);
  });

  it.each(['server.crt', 'server.key'])('names %s when it cannot be parsed', async (file) => {
    await loadOrCreateCertificate(dir, names);
    await writeFile(join(dir, file), 'not a PEM file');
    await expect(loadOrCreateCertificate(dir, names)).rejects.toThrow(new RegExp(`${file} does not hold`));
  });

  it('refuses a key that belongs to another certificate', async () => {
    await loadOrCreateCertificate(dir, names);
    const other = await issueCertificates({ ...names, validDays: 1 });
    await writeFile(join(dir, 'server.key'), other.keyPem);
    await expect(loadOrCreateCertificate(dir, names)).rejects.toThrow('is not the key of');
  });

  it('refuses an expired certificate', async () => {
    const expired = await issueCertificates({ ...names, now: new Date('2020-01-01'), validDays: 1 });
    await writeFile(join(dir, 'server.crt'), expired.certPem);
    await writeFile(join(dir, 'server.key'), expired.keyPem);
    await expect(loadOrCreateCertificate(dir, names)).rejects.toThrow('expired on');
  });

  it('accepts a chain, the certificate of the server first', async () => {
    const { caPem, certPem, keyPem } = await issueCertificates({ ...names, validDays: 1 });
    await writeFile(join(dir, 'server.crt'), certPem + caPem);
    await writeFile(join(dir, 'server.key'), keyPem);
    expect((await loadOrCreateCertificate(dir, names)).certPem).toBe(certPem + caPem);
  });
});
