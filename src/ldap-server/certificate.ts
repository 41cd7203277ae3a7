/** The server's certificate: read from the certificates folder, or made there together with a small authority. */
import { createPrivateKey, KeyObject, X509Certificate as NodeCertificate, type webcrypto } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { X509Certificate } from '@peculiar/x509';
import { DirectoryError } from '../core/errors.ts';
import { makeDirectory } from '../core/make-directory.ts';

/** What TLS needs to serve: `certPem` may hold a chain, the server's own certificate first. */
export interface Certificate {
  readonly certPem: string;
  readonly keyPem: string;
}

export interface CertificateNames {
  /** DNS names the server is reached by; the first is its common name. */
  readonly hostnames: readonly string[];
  /** IP addresses the server is reached by. */
  readonly addresses: readonly string[];
  readonly now: Date;
}

const CERTIFICATE_VALID_DAYS = 3650;
const DAY_MS = 86_400_000;
/** A certificate begins this long ago, for clients whose clock is behind. */
const BACKDATED_MS = 3_600_000;

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNING_ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' };

/** Makes an authority and a server certificate that it signs; the authority's key is thrown away. */
export async function issueCertificates(
  options: CertificateNames & { readonly validDays: number },
): Promise<Certificate & { readonly caPem: string }> {
  const validity = {
    notBefore: new Date(options.now.getTime() - BACKDATED_MS),
    notAfter: new Date(options.now.getTime() + options.validDays * DAY_MS),
  };
  const x509 = await loadX509();
  const authorityKeys = await generateKeys();
  const authority = await issueAuthority(x509, authorityKeys, validity);
  const serverKeys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create(
    {
      ...validity,
      subject: [{ CN: [options.hostnames[0] ?? options.addresses[0] ?? 'localhost'] }],
      issuer: authority.subject,
      publicKey: serverKeys.publicKey,
      signingKey: authorityKeys.privateKey,
      signingAlgorithm: SIGNING_ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([
          ...options.hostnames.map((value) => ({ type: 'dns' as const, value })),
          ...options.addresses.map((value) => ({ type: 'ip' as const, value })),
        ]),
        await x509.SubjectKeyIdentifierExtension.create(serverKeys.publicKey, false, crypto),
        await x509.AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  return {
    caPem: `${authority.toString('pem')}\n`,
    certPem: `${certificate.toString('pem')}\n`,
    keyPem: KeyObject.from(serverKeys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/**
 * Reads server.crt and server.key of `dir`; when neither is there, makes them, with ca.crt for the clients to trust.
 * Throws DirectoryError 'invalid' as readCertificate does.
 */
export async function loadOrCreateCertificate(
  dir: string,
  names: CertificateNames,
): Promise<Certificate & { readonly created: boolean }> {
  const certificate = await readCertificate(dir, names.now);
  return certificate === null
    ? { ...(await createCertificate(dir, names)), created: true }
    : { ...certificate, created: false };
}

/**
 * server.crt and server.key of `dir`; null when neither is there. Throws DirectoryError 'invalid' naming the file when
 * one is missing, unreadable, not valid at this time, or not of its pair.
 */
export async function readCertificate(dir: string, now: Date): Promise<Certificate | null> {
  const paths = { cert: join(dir, 'server.crt'), key: join(dir, 'server.key') };
  const [certPem, keyPem] = await Promise.all([readIfThere(paths.cert), readIfThere(paths.key)]);
  if (certPem === null && keyPem === null) return null;
  if (certPem === null || keyPem === null) {
    const [there, missing] = certPem === null ? [paths.key, paths.cert] : [paths.cert, paths.key];
    throw invalid(
      `${missing} is missing while ${there} is there; add it, or remove both to have new ones made.`,
    );
  }
  checkPair(paths, { certPem, keyPem }, now);
  return { certPem, keyPem };
}

/** What the server's own certificate says of itself. */
export interface CertificateState {
  /** Names and addresses by which clients may call the server. */
  readonly names: readonly string[];
  readonly issuer: string;
  readonly expiry: Date;
  /** SHA-256. */
  readonly fingerprint: string;
}

export function describeCertificate({ certPem }: Certificate): CertificateState {
  const { subjectAltName = '', issuer, validTo, fingerprint256 } = new NodeCertificate(certPem);
  const names = subjectAltName.split(', ').filter((name) => name !== '');
  return {
    names: names.map((name) => name.replace(/^(DNS|IP Address):/, '')),
    issuer: issuer.replaceAll('\n', ', '),
    expiry: new Date(validTo),
    fingerprint: fingerprint256,
  };
}

/**
 * Puts another pair in the place of server.crt and server.key, whole or not at all. Throws DirectoryError 'invalid' as
 * readCertificate does, before anything is written.
 */
export async function replaceCertificate(dir: string, pair: Certificate, now: Date): Promise<void> {
  checkPair({ cert: 'The certificate', key: 'The key' }, pair, now);
  const files = [
    { path: join(dir, 'server.key'), pem: pair.keyPem, mode: 0o600 },
    { path: join(dir, 'server.crt'), pem: pair.certPem, mode: 0o644 },
  ];
  try {
    // Both are on the disk before the first takes its place.
    for (const { path, pem, mode } of files) await writeFile(`${path}.new`, pem, { mode, flush: true });
    for (const { path } of files) await rename(`${path}.new`, path);
  } catch (cause) {
    throw invalid(
      `The certificate cannot be written to ${dir} (${reasonOf(cause)}); make it writable.`,
      cause,
    );
  }
}

/** Until when the server's own certificate is valid. */
export function expiryOf({ certPem }: Certificate): Date {
  return new Date(new NodeCertificate(certPem).validTo);
}

async function createCertificate(dir: string, names: CertificateNames): Promise<Certificate> {
  const { caPem, certPem, keyPem } = await issueCertificates({ ...names, validDays: CERTIFICATE_VALID_DAYS });
  try {
    await makeDirectory(dir, 0o755);
    await writeFile(join(dir, 'server.key'), keyPem, { mode: 0o600, flag: 'wx' });
    await writeFile(join(dir, 'ca.crt'), caPem, { mode: 0o644 });
    await writeFile(join(dir, 'server.crt'), certPem, { mode: 0o644 });
  } catch (cause) {
    throw invalid(
      `The certificate cannot be written to ${dir} (${reasonOf(cause)}); make it writable.`,
      cause,
    );
  }
  return { certPem, keyPem };
}

function checkPair(paths: { cert: string; key: string }, pair: Certificate, now: Date): void {
  const certificate = parse(paths.cert, () => new NodeCertificate(pair.certPem));
  const key = parse(paths.key, () => createPrivateKey(pair.keyPem));
  if (!certificate.checkPrivateKey(key)) {
    throw invalid(`${paths.key} is not the key of ${paths.cert}; put the two that belong together there.`);
  }
  if (new Date(certificate.validTo) <= now) {
    throw invalid(`${paths.cert} expired on ${certificate.validTo}; replace it and its key.`);
  }
  if (new Date(certificate.validFrom) > now) {
    throw invalid(`${paths.cert} is valid only from ${certificate.validFrom}; wait, or set the clock right.`);
  }
  checkUsable(paths.cert, pair);
}

/** OpenSSL is the last to judge: it refuses keys that are too short, and chains that it cannot read. */
function checkUsable(path: string, { certPem, keyPem }: Certificate): void {
  try {
    createSecureContext({ cert: certPem, key: keyPem });
  } catch (cause) {
    throw invalid(`TLS cannot serve ${path} (${reasonOf(cause)}); replace it and its key.`, cause);
  }
}

function parse<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw invalid(`${path} does not hold what it should in PEM form; replace it.`, cause);
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (reasonOf(cause) === 'ENOENT') {
      return null;
    }
    throw invalid(`${path} cannot be read (${reasonOf(cause)}); mend its owner and mode.`, cause);
  }
}

/** Loaded where certificates are made: all others start sooner. */
async function loadX509(): Promise<typeof import('@peculiar/x509')> {
  // Its classes are described by that.
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

async function issueAuthority(
  x509: typeof import('@peculiar/x509'),
  keys: webcrypto.CryptoKeyPair,
  validity: { notBefore: Date; notAfter: Date },
): Promise<X509Certificate> {
  return x509.X509CertificateGenerator.createSelfSigned(
    {
      ...validity,
      name: [{ CN: ['Roster authority'] }],
      keys,
      signingAlgorithm: SIGNING_ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
      ],
    },
    crypto,
  );
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}

function invalid(message: string, cause?: unknown): DirectoryError {
  return new DirectoryError('invalid', message, { field: 'certificate', cause });
}
