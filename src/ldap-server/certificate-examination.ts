/** Looks at the certificate on disk: whether it can be served, by which names, until when, and who vouches for it. */
import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectoryError } from '../core/errors.ts';
import type { Finding } from '../core/model/finding.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { EXPIRES_SOON_MS } from './certificate-watch.ts';

const OPEN_TO_OTHERS = 0o077;

export async function examineCertificate(dir: string, now: Date): Promise<readonly Finding[]> {
  try {
    const certificate = await readCertificate(dir, now);
    if (certificate === null) {
      return [finding('warning', `There is no certificate in ${dir} yet; the first start makes one.`)];
    }
    return [
      examineDates(certificate, now),
      examineNames(certificate),
      await examineChain(dir, certificate),
      await examineKey(join(dir, 'server.key')),
    ];
  } catch (error) {
    if (error instanceof DirectoryError) return [finding('wrong', error.message)];
    throw error;
  }
}

function examineDates({ certPem }: Certificate, now: Date): Finding {
  const { validTo } = new X509Certificate(certPem);
  const isSoon = new Date(validTo).getTime() - now.getTime() < EXPIRES_SOON_MS;
  return isSoon
    ? finding('warning', `The certificate expires on ${validTo}; renew it.`)
    : finding('well', `Certificate and key fit each other, and are valid until ${validTo}.`);
}

/** Clients look at the alternative names alone (RFC 6125 section 6.4.4). */
function examineNames({ certPem }: Certificate): Finding {
  const { subjectAltName } = new X509Certificate(certPem);
  return subjectAltName === undefined
    ? finding(
        'wrong',
        'The certificate has no subject alternative name, so that clients refuse it; issue it with one.',
      )
    : finding('well', `Clients may call the server by ${subjectAltName}.`);
}

/** Each certificate of the file is to be issued by the next; the last by ca.crt, or by whom clients know. */
async function examineChain(dir: string, { certPem }: Certificate): Promise<Finding> {
  const chain = certificatesOf(certPem);
  const broken = chain.findIndex((one, place) => {
    const next = chain[place + 1];
    return next !== undefined && !isIssuedBy(one, next);
  });
  if (broken >= 0) {
    const sentence = `Certificate ${broken + 1} in server.crt is not issued by the one after it; put the chain in order.`;
    return finding('wrong', sentence);
  }
  const last = chain.at(-1);
  const authorities = certificatesOf(await readFile(join(dir, 'ca.crt'), 'utf8').catch(() => ''));
  if (last !== undefined && authorities.some((authority) => isIssuedBy(last, authority))) {
    return finding('well', `Clients that trust ${join(dir, 'ca.crt')} trust the certificate.`);
  }
  if (authorities.length > 0) {
    return finding(
      'warning',
      `${join(dir, 'ca.crt')} did not issue the certificate: clients that trust it refuse the server.`,
    );
  }
  return finding(
    'well',
    `The certificate is issued by ${oneLine(last?.issuer ?? '')}, which clients must trust.`,
  );
}

/** What clients must trust, in PEM form: ca.crt of `dir`; null where it is not there, or did not issue the certificate. */
export async function authorityOf(dir: string, { certPem }: Certificate): Promise<string | null> {
  const pem = await readFile(join(dir, 'ca.crt'), 'utf8').catch(() => '');
  const last = certificatesOf(certPem).at(-1);
  const issued = last !== undefined && certificatesOf(pem).some((authority) => isIssuedBy(last, authority));
  return issued ? pem : null;
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function certificatesOf(pem: string): X509Certificate[] {
  return [...pem.matchAll(PEM)].map(([text]) => new X509Certificate(text));
}

function isIssuedBy(one: X509Certificate, authority: X509Certificate): boolean {
  return one.checkIssued(authority) && one.verify(authority.publicKey);
}

function oneLine(name: string): string {
  return name.replaceAll('\n', ', ');
}

async function examineKey(path: string): Promise<Finding> {
  const { mode } = await stat(path);
  return (mode & OPEN_TO_OTHERS) === 0
    ? finding('well', `${path} is for its owner alone.`)
    : finding('warning', `${path} can be reached by others: chmod it to 0600.`);
}

function finding(state: Finding['state'], sentence: string): Finding {
  return { subject: 'certificate', state, sentence };
}
