/** The options of Roster by the names of their environment variables: what each may hold and what it is when absent. */
import { z } from 'zod';
import { PASSWORD_BYTES_MAX, PASSWORD_LENGTH_MIN } from '../credentials/passwords.ts';
import { SECRET_KEY_BYTES } from '../credentials/secrets.ts';
import { isAddressRange } from '../model/allow.ts';
import { parseDn } from '../syntax/dn.ts';

const PORT_MAX = 65_535;
/** As many sockets as one process may hold where its operator raised every limit. */
const CONNECTIONS_MAX = 1_000_000;
const LDAP_WORKERS_MAX = 64;
const TOKEN_LENGTH_MIN = 16;
/** What may travel in an Authorization header as it stands, long enough not to be guessed. */
export const API_TOKEN = new RegExp(`^[\\x21-\\x7e]{${TOKEN_LENGTH_MIN},}$`);

/** The options that may also come from a file, named by the same variable with `_FILE`; their values are never shown. */
export const SECRET_OPTIONS: readonly string[] = [
  'DATABASE_URL',
  'ROSTER_BIND_PASSWORD',
  'ROSTER_OWNER_PASSWORD',
  'ROSTER_API_TOKEN',
  'ROSTER_SECRET_KEY',
  'ROSTER_SMTP_URL',
];

const path = (fallback: string) => z.string().min(1).default(fallback).describe('a path');
const host = (fallback: string) =>
  z
    .string()
    .regex(/^[\w.:-]+$/)
    .default(fallback)
    .describe('a host name or an IP address');
const port = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.int().max(PORT_MAX))
    .default(fallback)
    .describe(`a whole number from 0 to ${PORT_MAX} (0 takes any free port)`);
const password = z
  .string()
  .min(PASSWORD_LENGTH_MIN)
  .refine((text) => Buffer.byteLength(text.normalize('NFC')) <= PASSWORD_BYTES_MAX && isPrintable(text))
  .nullable()
  .default(null)
  .describe(
    `of ${PASSWORD_LENGTH_MIN} characters at least, ${PASSWORD_BYTES_MAX} bytes at most and no control characters`,
  );
const upTo = (max: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .transform(Number)
    .pipe(z.int().max(max));
const count = (fallback: number, max: number) =>
  upTo(max).default(fallback).describe(`a whole number from 1 to ${max}`);
const address = z.string().refine(isAddressRange);
const addresses = (fallback: string[]) =>
  z
    .string()
    .transform(splitList)
    .pipe(z.array(address))
    .default(fallback)
    .describe('IP addresses and CIDR ranges such as 192.0.2.7,10.0.0.0/8, separated by commas');

/** The option set, from text to typed values; each option's description completes "it must be ...". */
export const OPTIONS = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/\S+$/)
    .nullable()
    .default(null)
    .describe('a URL such as postgres://user:password@host:5432/database'),
  ROSTER_DATA_DIR: path('./data'),
  ROSTER_CERTS_DIR: path('./certs'),
  ROSTER_BASE_DN: z
    .string()
    .refine(isNonEmptyDn)
    .default('dc=roster')
    .describe('a distinguished name such as dc=example,dc=org'),
  ROSTER_LDAPS_HOST: host('0.0.0.0'),
  ROSTER_LDAPS_PORT: port(6636),
  ROSTER_LDAPS_CONNECTIONS_MAX: count(8192, CONNECTIONS_MAX),
  ROSTER_LDAPS_CONNECTIONS_PER_ADDRESS_MAX: count(4096, CONNECTIONS_MAX),
  ROSTER_LDAPS_OFFENCES_MAX: count(10, CONNECTIONS_MAX),
  ROSTER_LDAP_WORKERS: upTo(LDAP_WORKERS_MAX)
    .nullable()
    .default(null)
    .describe(
      `a whole number from 1 to ${LDAP_WORKERS_MAX} (of processes that serve LDAPS; absent: one per core, up to four)`,
    ),
  ROSTER_PROXIES: addresses([]),
  ROSTER_HTTP_HOST: host('127.0.0.1'),
  ROSTER_HTTP_PORT: port(8636),
  ROSTER_ALLOW: addresses(['127.0.0.1', '::1']),
  ROSTER_BIND_PASSWORD: password,
  ROSTER_OWNER_PASSWORD: password,
  ROSTER_API_TOKEN: z
    .string()
    .regex(API_TOKEN)
    .nullable()
    .default(null)
    .describe(`of ${TOKEN_LENGTH_MIN} printable ASCII characters at least, without blanks`),
  ROSTER_SECRET_KEY: z
    .string()
    .transform(secretKeyOf)
    .refine((key) => key !== null)
    .nullable()
    .default(null)
    .describe(`of ${SECRET_KEY_BYTES} bytes, in base64 or hexadecimal digits`),
  ROSTER_ALLOW_PLAIN_LDAP: z
    .enum(['yes', 'no'])
    .default('no')
    .transform((answer) => answer === 'yes')
    .describe('yes or no (yes: sources may be reached by ldap:// without TLS)'),
  ROSTER_PUBLIC_URL: z
    .string()
    .regex(/^https?:\/\/[^\s?#]+$/)
    .nullable()
    .default(null)
    .describe('the URL of the pages as people reach them, such as https://roster.example.org'),
  ROSTER_SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/\S+$/)
    .refine((text) => URL.canParse(text))
    .nullable()
    .default(null)
    .describe('a URL such as smtps://user:password@mail.example.org:465 or smtp://mail.example.org:587'),
  ROSTER_MAIL_FROM: z
    .string()
    .regex(/^[^\s@<>,;]+@[^\s@<>,;]+$/)
    .nullable()
    .default(null)
    .describe('the e-mail address from which mail is sent'),
  ROSTER_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('one of debug, info, warn, error, silent'),
});

export type OptionName = keyof typeof OPTIONS.shape;
export const OPTION_NAMES = Object.keys(OPTIONS.shape) as readonly OptionName[];

/** The key of 32 bytes that `text` spells in hexadecimal digits or base64; null where it spells none. */
export function secretKeyOf(text: string): Buffer | null {
  const encoding = /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64';
  const key = Buffer.from(text, encoding);
  return key.length === SECRET_KEY_BYTES && /^[\w+/-]+=*$/.test(text) ? key : null;
}

function isNonEmptyDn(text: string): boolean {
  try {
    return parseDn(text).length > 0;
  } catch {
    return false;
  }
}

function isPrintable(text: string): boolean {
  return !/\p{Cc}/u.test(text);
}

function splitList(text: string): string[] {
  return text.split(/[,\s]+/).filter((part) => part !== '');
}
