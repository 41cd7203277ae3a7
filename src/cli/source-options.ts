/** The options of `sources add|edit` by which a source differs from its preset. */
import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { NewSource } from '../core/directory/directory.ts';
import { MAPPED_FIELDS, MEMBERSHIP_RULES, USERNAME_RULES } from '../core/model/source-dialect.ts';
import { UsageError } from './failure.ts';

/** What stands for "as the preset has it". */
const DEFAULT = 'default';
type Reset<Value> = Value | typeof DEFAULT;
type Given = NonNullable<NewSource['dialect']>;

export interface DialectOptions {
  readonly map?: Given['attributes'];
  readonly usernameFrom?: Reset<NonNullable<Given['usernameFrom']>>;
  readonly membersFrom?: Reset<NonNullable<Given['membersFrom']>>;
  readonly pageSize?: Reset<number>;
  readonly createUsers?: boolean;
  readonly bindsPerSecond?: Reset<number>;
  readonly signInSeconds?: Reset<number>;
  readonly rememberSeconds?: Reset<number>;
  readonly clientCertFile?: string;
  readonly clientKeyFile?: string;
}

export function addDialectOptions(command: Command): Command {
  return command
    .optionsGroup('TLS:')
    .option('--client-cert-file <path>', 'PEM file of the certificate by which Roster shows itself (Google)')
    .option('--client-key-file <path>', 'PEM file of its key')
    .optionsGroup(`What entries mean ("${DEFAULT}": as the preset has it, see roster sources presets):`)
    .addOption(
      new Option(
        '--map <field=attribute,...>',
        `attributes that fill a field; again for the next field (${MAPPED_FIELDS.join(', ')})`,
      ).argParser(mapping),
    )
    .addOption(
      new Option(
        '--username-from <rule>',
        'a username that is an address: refused ("whole"), or only what stands before the @ ("before-at")',
      )
        .choices([...USERNAME_RULES, DEFAULT])
        .argParser((text) => choice(text, USERNAME_RULES)),
    )
    .addOption(
      new Option(
        '--members-from <rule>',
        'who tells memberships: the entries of groups, or memberOf of users',
      ).argParser((text) => choice(text, MEMBERSHIP_RULES)),
    )
    .option('--page-size <number>', 'entries asked for at a time', number)
    .optionsGroup('Sign-in through the source:')
    .option('--create-users', 'create somebody unknown here who signs in there')
    .option('--no-create-users', 'only who was imported signs in')
    .option('--binds-per-second <number>', 'at most; 0: no limit', number)
    .option('--sign-in-seconds <number>', 'time limit of a sign-in; 60 where a push is confirmed', number)
    .option(
      '--remember-seconds <number>',
      'so long a right password is not asked about again; 0: never',
      number,
    );
}

/** The fields of a source that these options say. Throws UsageError where a file cannot be read. */
export async function dialectFields(options: DialectOptions) {
  const { map, usernameFrom, membersFrom, pageSize } = options;
  const { createUsers, bindsPerSecond, signInSeconds, rememberSeconds } = options;
  const { clientCertFile, clientKeyFile } = options;
  const dialect = {
    ...(map !== undefined && { attributes: map }),
    ...(usernameFrom !== undefined && { usernameFrom: given(usernameFrom) }),
    ...(membersFrom !== undefined && { membersFrom: given(membersFrom) }),
    ...(pageSize !== undefined && { pageSize: given(pageSize) }),
  };
  const signIn = {
    ...(createUsers !== undefined && { createUsers }),
    ...(bindsPerSecond !== undefined && { bindsPerSecond: given(bindsPerSecond) }),
    ...(signInSeconds !== undefined && { timeLimitSeconds: given(signInSeconds) }),
    ...(rememberSeconds !== undefined && { rememberSeconds: given(rememberSeconds) }),
  };
  return {
    ...(Object.keys(dialect).length > 0 && { dialect }),
    ...(Object.keys(signIn).length > 0 && { signIn }),
    ...(clientCertFile !== undefined && {
      clientCertificatePem: await readPem(clientCertFile, '--client-cert-file'),
    }),
    ...(clientKeyFile !== undefined && { clientKeyPem: await readPem(clientKeyFile, '--client-key-file') }),
  };
}

/** null takes back what was set. */
function given<Value>(value: Reset<Value>): Value | null {
  return value === DEFAULT ? null : (value as Value);
}

/** Throws UsageError naming the option. */
export async function readPem(path: string, option: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new UsageError(`The file of ${option} cannot be read${code}: ${path}.`);
  }
}

function mapping(text: string, before: Given['attributes'] = {}): Given['attributes'] {
  const [field = '', names] = text.split(/=(.*)/s);
  const known = MAPPED_FIELDS.find((name) => name === field.trim());
  if (known === undefined || names === undefined) {
    throw new InvalidArgumentError(`It reads field=attribute; the fields are ${MAPPED_FIELDS.join(', ')}.`);
  }
  const attributes = names.split(',').filter((name) => name.trim() !== '');
  return { ...before, [known]: names.trim() === DEFAULT ? null : attributes };
}

function choice<Rule extends string>(text: string, rules: readonly Rule[]): Reset<Rule> {
  const known = rules.find((rule) => rule === text);
  if (known === undefined && text !== DEFAULT) {
    throw new InvalidArgumentError(`It is one of ${[...rules, DEFAULT].join(', ')}.`);
  }
  return known ?? DEFAULT;
}

function number(text: string): Reset<number> {
  if (text === DEFAULT) return DEFAULT;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`It is a whole number, or "${DEFAULT}".`);
}
