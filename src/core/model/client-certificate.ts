/** The certificate by which Roster shows itself to a source (Google wants one), and its key. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { DirectoryError } from '../errors.ts';

const PEM_LENGTH_MAX = 65_536;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** The certificate with its chain as it is kept. Throws DirectoryError 'invalid' (field `clientCertificatePem`). */
export function normaliseClientCertificate(text: string): string {
  const certificates = text.length > PEM_LENGTH_MAX ? [] : (text.match(CERTIFICATE) ?? []);
  const pem = `${certificates.join('\n')}\n`;
  if (certificates.length === 0 || firstOf(pem) === null) {
    throw invalid(
      'clientCertificatePem',
      'The client certificate cannot be read: it must be PEM, with BEGIN CERTIFICATE lines.',
    );
  }
  return pem;
}

/** Throws DirectoryError 'invalid' (field `clientKeyPem`) unless the key is the one of the certificate. */
export function checkClientKey(keyPem: string, certificatePem: string): void {
  const key = keyOf(keyPem);
  if (key === null) {
    throw invalid(
      'clientKeyPem',
      'The key of the client certificate cannot be read: it must be PEM, without a passphrase.',
    );
  }
  if (firstOf(certificatePem)?.checkPrivateKey(key) !== true) {
    throw invalid('clientKeyPem', 'The key does not belong to the client certificate.');
  }
}

function firstOf(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

function keyOf(pem: string): KeyObject | null {
  try {
    return pem.length > PEM_LENGTH_MAX ? null : createPrivateKey(pem);
  } catch {
    return null;
  }
}

function invalid(field: string, message: string): DirectoryError {
  return new DirectoryError('invalid', message, { field });
}
