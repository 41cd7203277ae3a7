/** The configuration of a process, checked as a whole before anything starts. */
import type { z } from 'zod';
import { DirectoryError } from '../errors.ts';
import type { LogLevel } from '../log.ts';
import { type ConfigFiles, type Environment, type Given, givenOptions } from './given.ts';
import { OPTIONS, type OptionName, SECRET_OPTIONS } from './options.ts';

/** What this process was told; settings that people change while it runs live in the database. */
export interface Config {
  /** postgres://...; null means SQLite in the data directory. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly certsDir: string;
  readonly baseDn: string;
  readonly ldaps: Listen;
  /** Addresses and ranges of the proxies that tell by the PROXY protocol for whom they connect. */
  readonly proxies: readonly string[];
  /** How many LDAPS connections may be open, and how many of a network may break the protocol before it is kept out. */
  readonly connections: {
    readonly max: number;
    readonly perAddressMax: number;
    readonly offencesMax: number;
  };
  /** Processes that serve LDAPS; null: one per core, up to four. */
  readonly ldapWorkers: number | null;
  readonly http: Listen;
  /** First allow-list; the database holds the one in force. */
  readonly allow: readonly string[];
  /** Whether `allow` was given, and is not the default. */
  readonly allowGiven: boolean;
  /** First password of cn=admin,ou=system; null: generated. */
  readonly bindPassword: string | null;
  /** First password of the owner; null: generated. */
  readonly ownerPassword: string | null;
  /** null: kept in the data directory. */
  readonly apiToken: string | null;
  /** 32 bytes; null: kept in the data directory. */
  readonly secretKey: Buffer | null;
  /** Whether sources may be reached by ldap:// beyond this machine. */
  readonly plainLdap: boolean;
  /** Of the pages as people reach them, without a slash at its end; null: as the server listens. */
  readonly publicUrl: string | null;
  /** null: no mail is sent. */
  readonly mail: { readonly url: string; readonly from: string } | null;
  readonly logLevel: LogLevel;
}

export interface Listen {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** Reads every option. Throws DirectoryError 'invalid', one line per problem, each naming the option and what it may be. */
export function readConfig(env: Environment, files: ConfigFiles): Config {
  const problems: string[] = [];
  const given = givenOptions(env, files, problems);
  const texts = Object.fromEntries([...given].map(([name, { text }]) => [name, text]));
  const result = OPTIONS.safeParse(texts);
  const flawed = new Set(result.error?.issues.map((issue) => issue.path[0] as OptionName));
  problems.push(...[...flawed].map((name) => misfit(name, given.get(name))));
  if (!result.success || problems.length > 0) throw new DirectoryError('invalid', problems.join('\n'));
  return toConfig(result.data, given.has('ROSTER_ALLOW'));
}

function misfit(name: OptionName, given: Given | undefined): string {
  const { label, text } = given ?? { label: name, text: '' };
  const flaw = SECRET_OPTIONS.includes(name) ? 'does not fit' : `is ${JSON.stringify(text)}`;
  return `${label} ${flaw}: it must be ${OPTIONS.shape[name].description}.`;
}

function toConfig(options: z.output<typeof OPTIONS>, allowGiven: boolean): Config {
  return {
    databaseUrl: options.DATABASE_URL,
    dataDir: options.ROSTER_DATA_DIR,
    certsDir: options.ROSTER_CERTS_DIR,
    baseDn: options.ROSTER_BASE_DN,
    ldaps: { host: options.ROSTER_LDAPS_HOST, port: options.ROSTER_LDAPS_PORT },
    proxies: options.ROSTER_PROXIES,
    connections: {
      max: options.ROSTER_LDAPS_CONNECTIONS_MAX,
      perAddressMax: options.ROSTER_LDAPS_CONNECTIONS_PER_ADDRESS_MAX,
      offencesMax: options.ROSTER_LDAPS_OFFENCES_MAX,
    },
    ldapWorkers: options.ROSTER_LDAP_WORKERS,
    http: { host: options.ROSTER_HTTP_HOST, port: options.ROSTER_HTTP_PORT },
    allow: options.ROSTER_ALLOW,
    allowGiven,
    bindPassword: options.ROSTER_BIND_PASSWORD,
    ownerPassword: options.ROSTER_OWNER_PASSWORD,
    apiToken: options.ROSTER_API_TOKEN,
    secretKey: options.ROSTER_SECRET_KEY,
    plainLdap: options.ROSTER_ALLOW_PLAIN_LDAP,
    publicUrl: options.ROSTER_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    mail: mailOf(options.ROSTER_SMTP_URL, options.ROSTER_MAIL_FROM),
    logLevel: options.ROSTER_LOG_LEVEL,
  };
}

function mailOf(url: string | null, from: string | null): Config['mail'] {
  if (url !== null && from !== null) return { url, from };
  if (url === from) return null;
  const [given, missing] =
    url === null ? ['ROSTER_MAIL_FROM', 'ROSTER_SMTP_URL'] : ['ROSTER_SMTP_URL', 'ROSTER_MAIL_FROM'];
  throw new DirectoryError('invalid', `${given} is set without ${missing}: mail needs both.`);
}
