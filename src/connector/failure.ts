/** Says in one sentence what went wrong with an external directory, and what to mend. */
import { DirectoryError } from '../core/errors.ts';
import type { Source } from '../core/model/source.ts';
import { MalformedAnswer } from './ldap/ber-elements.ts';
import { ConnectionLost } from './ldap/connection.ts';
import type { LdapResult } from './ldap/responses.ts';

/** The codes that are told apart (RFC 4511 appendix A). */
export const LDAP = {
  success: 0,
  operationsError: 1,
  timeLimitExceeded: 3,
  sizeLimitExceeded: 4,
  strongerAuthRequired: 8,
  adminLimitExceeded: 11,
  unavailableCriticalExtension: 12,
  confidentialityRequired: 13,
  constraintViolation: 19,
  noSuchObject: 32,
  invalidDnSyntax: 34,
  inappropriateAuthentication: 48,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  busy: 51,
  unavailable: 52,
  unwillingToPerform: 53,
  other: 80,
} as const;

/** The result by which a server refused: the cause of the sentence about it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: number;

  constructor({ code, message }: LdapResult) {
    super(message);
    this.code = code;
  }
}

/** What went wrong on the wire: DNS, TCP, TLS, silence. Anything but a failure of the wire is given back as it is. */
export function connectionFailure(error: unknown, source: Pick<Source, 'url' | 'caPem'>): unknown {
  if (error instanceof ConnectionLost)
    return unavailable(`The server at ${source.url} ${error.message}.`, error);
  if (error instanceof MalformedAnswer) {
    return unavailable(`The server at ${source.url} does not speak LDAP properly: ${error.message}.`, error);
  }
  if (error instanceof DirectoryError) return error;
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const { host, hostname } = new URL(source.url);
  const certificate = certificateTrouble(error.code, hostname, source.caPem !== null);
  if (certificate !== null)
    return new DirectoryError('invalid', certificate, { field: 'caPem', cause: error });
  const trouble = NETWORK_TROUBLE[error.code];
  return unavailable(
    trouble === undefined
      ? `The connection to ${source.url} failed (${error.code}).`
      : trouble(hostname, host, source.url),
    error,
  );
}

type Trouble = (hostname: string, host: string, url: string) => string;

const unknownHost: Trouble = (hostname) =>
  `The host ${hostname} was not found: check the URL, and the name servers of this machine.`;
const noAnswer: Trouble = (_, host) =>
  `${host} does not answer: check host and port in the URL, and firewalls on the way.`;
const noTls: Trouble = (_, host) =>
  `${host} does not speak TLS on that port: an ldaps:// URL needs the LDAPS port, usually 636.`;

const NETWORK_TROUBLE: Readonly<Record<string, Trouble>> = {
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  ECONNREFUSED: (_, host) =>
    `${host} refuses connections: check the port in the URL, and that the directory server runs.`,
  ETIMEDOUT: noAnswer,
  EHOSTUNREACH: noAnswer,
  ENETUNREACH: noAnswer,
  ECONNRESET: (_, host) => `${host} cut the connection: check the port, and whether it lets this machine in.`,
  EPIPE: (_, host) => `${host} cut the connection: check whether it lets this machine in.`,
  EPROTO: noTls,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
};

/** Whether a connection came about, and TLS on it did not. */
export function isTlsTrouble({ cause }: DirectoryError): boolean {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code === 'EPROTO' || certificateTrouble(code, '', false) !== null || code.startsWith('ERR_SSL_');
}

function certificateTrouble(code: string, hostname: string, ownCa: boolean): string | null {
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The certificate of ${hostname} is for another name: put a name of that certificate into the URL.`;
    case 'CERT_HAS_EXPIRED':
      return `The certificate of ${hostname} has expired: renew it on the directory server.`;
    case 'CERT_NOT_YET_VALID':
      return `The certificate of ${hostname} is not valid yet: check the clocks of both machines.`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_SIGNATURE_FAILURE':
    case 'CERT_UNTRUSTED':
      return ownCa
        ? `The certificate of ${hostname} is not trusted: the given CA file did not sign it.`
        : `The certificate of ${hostname} is not trusted: give the CA that signed it (--ca-file).`;
    case 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED':
    case 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE':
    case 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE':
    case 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA':
      return `${hostname} wants another client certificate: give the one that it was told of, and its key.`;
    default:
      return null;
  }
}

/** Why the source's own bind was refused. */
export function bindFailure(result: LdapResult, source: Source): DirectoryError {
  switch (result.code) {
    case LDAP.invalidCredentials:
    case LDAP.inappropriateAuthentication:
    case LDAP.invalidDnSyntax:
    case LDAP.noSuchObject:
      return invalid(
        `The directory refused to bind as ${source.bindDn}: check the bind DN and its password.`,
        'bindDn',
      );
    case LDAP.strongerAuthRequired:
    case LDAP.confidentialityRequired:
      return invalid('The directory asks for an encrypted connection: use an ldaps:// URL.', 'url');
    default:
      return other(result, `binding as ${source.bindDn}`);
  }
}

export interface FailedSearch {
  readonly result: LdapResult;
  readonly base: string;
  readonly baseField: 'baseDn' | 'groupBaseDn';
  readonly bindDn: string;
  /** Entries that had come before. */
  readonly entries: number;
}

/** Why a search ended with anything but success; what it found until then must not be used. */
export function searchFailure({ result, base, baseField, bindDn, entries }: FailedSearch): DirectoryError {
  switch (result.code) {
    case LDAP.sizeLimitExceeded:
      return unavailable(
        `The source stopped after ${entries} entries (size limit): raise the size limit of the bind account ${bindDn} on the directory server (OpenLDAP: limits dn.exact=${JSON.stringify(bindDn)} size=unlimited).`,
      );
    case LDAP.timeLimitExceeded:
      return unavailable(
        `The source stopped after ${entries} entries (time limit): raise the time limit of the bind account ${bindDn} on the directory server.`,
        new Refusal(result),
      );
    case LDAP.adminLimitExceeded:
      return unavailable(
        `The source stopped after ${entries} entries (administrative limit): try again later, or raise the limit of the bind account ${bindDn}.`,
        new Refusal(result),
      );
    case LDAP.noSuchObject:
      return invalid(
        `The base ${base} does not exist, or the bind account ${bindDn} may not see it: check the base DN.`,
        baseField,
      );
    case LDAP.invalidDnSyntax:
      return invalid(`The directory does not take ${base} as a base: check the base DN.`, baseField);
    case LDAP.insufficientAccessRights:
      return invalid(
        `The bind account ${bindDn} may not search below ${base}: give it the right to read there.`,
        'bindDn',
      );
    default:
      return other(result, `searching below ${base}`);
  }
}

function other(result: LdapResult, doing: string): DirectoryError {
  const said = result.message === '' ? '' : `, saying ${JSON.stringify(result.message.slice(0, 200))}`;
  return unavailable(
    `The directory answered ${doing} with result code ${result.code}${said}.`,
    new Refusal(result),
  );
}

function unavailable(message: string, cause?: unknown): DirectoryError {
  return new DirectoryError('unavailable', message, { cause });
}

function invalid(message: string, field: string): DirectoryError {
  return new DirectoryError('invalid', message, { field });
}
