import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/core/config/config.ts';
import type { ConfigFiles } from '../../../src/core/config/given.ts';
import { DirectoryError } from '../../../src/core/errors.ts';

const KEY = Buffer.alloc(32, 7);

test('without anything given, the defaults hold', () => {
  expect(readConfig({}, disk({}))).toEqual({
    databaseUrl: null,
    dataDir: './data',
    certsDir: './certs',
    baseDn: 'dc=roster',
    ldaps: { host: '0.0.0.0', port: 6636 },
    proxies: [],
    ldapWorkers: null,
    connections: { max: 8192, perAddressMax: 4096, offencesMax: 10 },
    http: { host: '127.0.0.1', port: 8636 },
    allow: ['127.0.0.1', '::1'],
    allowGiven: false,
    bindPassword: null,
    ownerPassword: null,
    apiToken: null,
    secretKey: null,
    plainLdap: false,
    publicUrl: null,
    mail: null,
    logLevel: 'info',
  });
});

describe('what is accepted', () => {
  test.each([
    ['DATABASE_URL', 'postgres://u:p@host/db', { databaseUrl: 'postgres://u:p@host/db' }],
    ['ROSTER_BASE_DN', 'dc=example,dc=org', { baseDn: 'dc=example,dc=org' }],
    ['ROSTER_LDAPS_PORT', '0', { ldaps: { host: '0.0.0.0', port: 0 } }],
    ['ROSTER_HTTP_HOST', '::1', { http: { host: '::1', port: 8636 } }],
    [
      'ROSTER_ALLOW',
      '10.0.0.0/8, fd00::/8 ::1',
      { allow: ['10.0.0.0/8', 'fd00::/8', '::1'], allowGiven: true },
    ],
    ['ROSTER_LDAP_WORKERS', '2', { ldapWorkers: 2 }],
    ['ROSTER_PROXIES', '10.1.2.3,10.9.0.0/16', { proxies: ['10.1.2.3', '10.9.0.0/16'] }],
    [
      'ROSTER_LDAPS_CONNECTIONS_MAX',
      '100',
      { connections: { max: 100, perAddressMax: 4096, offencesMax: 10 } },
    ],
    [
      'ROSTER_LDAPS_CONNECTIONS_PER_ADDRESS_MAX',
      '9',
      { connections: { max: 8192, perAddressMax: 9, offencesMax: 10 } },
    ],
    ['ROSTER_LDAPS_OFFENCES_MAX', '7', { connections: { max: 8192, perAddressMax: 4096, offencesMax: 7 } }],
    ['ROSTER_SECRET_KEY', KEY.toString('hex'), { secretKey: KEY }],
    ['ROSTER_SECRET_KEY', KEY.toString('base64'), { secretKey: KEY }],
    ['ROSTER_PUBLIC_URL', 'https://roster.example.org/', { publicUrl: 'https://roster.example.org' }],
    ['ROSTER_LOG_LEVEL', 'debug', { logLevel: 'debug' }],
    ['ROSTER_ALLOW_PLAIN_LDAP', 'yes', { plainLdap: true }],
    ['ROSTER_LDAPS_PORT', '', { ldaps: { host: '0.0.0.0', port: 6636 } }],
    ['ROSTER_SERVICE_PORT_LDAPS', '6636', {}],
  ])('%s=%s', (name, text, expected) => {
    expect(readConfig({ [name]: text }, disk({}))).toMatchObject(expected);
  });
});

describe('what is refused names the variable, the value and what is allowed', () => {
  test.each([
    [
      'ROSTER_LDAPS_PORT',
      '65536',
      /^ROSTER_LDAPS_PORT is "65536": it must be a whole number from 0 to 65535/,
    ],
    ['ROSTER_LDAPS_PORT', 'tcp://10.0.0.1:636', /whole number/],
    ['ROSTER_HTTP_PORT', '-1', /^ROSTER_HTTP_PORT is "-1"/],
    ['ROSTER_HTTP_HOST', 'a b', /^ROSTER_HTTP_HOST is "a b": it must be a host name or an IP address\.$/],
    ['ROSTER_BASE_DN', 'roster', /^ROSTER_BASE_DN is "roster": it must be a distinguished name/],
    [
      'ROSTER_ALLOW',
      '10.0.0.0/33',
      /^ROSTER_ALLOW is "10.0.0.0\/33": it must be IP addresses and CIDR ranges/,
    ],
    ['ROSTER_ALLOW', 'localhost', /CIDR/],
    ['ROSTER_PROXIES', 'lb.example.org', /^ROSTER_PROXIES is "lb.example.org": it must be IP addresses/],
    ['ROSTER_LDAPS_CONNECTIONS_MAX', '0', /a whole number from 1 to 1000000/],
    ['ROSTER_ALLOW_PLAIN_LDAP', 'maybe', /must be yes or no/],
    ['ROSTER_LOG_LEVEL', 'loud', /one of debug, info, warn, error, silent/],
    ['ROSTER_ALOW', '10.0.0.1', /^ROSTER_ALOW is not an option; did you mean ROSTER_ALLOW\?$/],
  ])('%s=%s', (name, text, sentence) => {
    expect(problemsOf({ [name]: text })).toMatch(sentence);
  });

  test.each([
    ['DATABASE_URL', 'mysql://user:s3cret-value@host/db', /postgres:\/\//],
    ['ROSTER_BIND_PASSWORD', 's3cret-', /of 8 characters at least/],
    ['ROSTER_BIND_PASSWORD', `s3cret-${'x'.repeat(72)}`, /72 bytes at most/],
    ['ROSTER_OWNER_PASSWORD', 's3cret-\u0000-value', /control characters/],
    ['ROSTER_API_TOKEN', 's3cret-value', /16 printable/],
    ['ROSTER_SECRET_KEY', 's3cret-value', /32 bytes, in base64/],
    ['ROSTER_SECRET_KEY', `s3cret-${KEY.toString('base64')}`, /32 bytes/],
  ])('the secret %s=%s, without its value', (name, text, sentence) => {
    expect(problemsOf({ [name]: text })).toMatch(sentence);
    expect(problemsOf({ [name]: text })).not.toContain('s3cret');
  });

  test('all problems are told at once', () => {
    expect(problemsOf({ ROSTER_LDAPS_PORT: 'a', ROSTER_HTTP_PORT: 'b' }).split('\n')).toHaveLength(2);
  });
});

describe('secrets in files', () => {
  test('a variable with _FILE names a file whose text counts, less its last line break', () => {
    const env = { ROSTER_BIND_PASSWORD_FILE: '/run/secrets/bind' };
    expect(readConfig(env, disk({ '/run/secrets/bind': 'correct horse\n' }))).toMatchObject({
      bindPassword: 'correct horse',
    });
  });

  test.each([
    [
      { ROSTER_BIND_PASSWORD_FILE: '/gone' },
      /^ROSTER_BIND_PASSWORD_FILE names \/gone, which does not exist\.$/,
    ],
    [{ ROSTER_API_TOKEN_FILE: '/locked' }, /^ROSTER_API_TOKEN_FILE cannot be read \(EACCES\)/],
    [{ ROSTER_API_TOKEN_FILE: '/empty' }, /^ROSTER_API_TOKEN_FILE does not fit/],
    [
      { ROSTER_API_TOKEN: 'x'.repeat(16), ROSTER_API_TOKEN_FILE: '/empty' },
      /^ROSTER_API_TOKEN and ROSTER_API_TOKEN_FILE are both given; keep one of them\.$/,
    ],
    [{ ROSTER_LDAPS_PORT_FILE: '/empty' }, null],
  ])('%j', (env, sentence) => {
    if (sentence === null) expect(problemsOf(env)).toBe('');
    else expect(problemsOf(env, { '/empty': '' })).toMatch(sentence);
  });
});

describe('roster.yaml', () => {
  test('gives options in kebab-case, as text, lists as lists', () => {
    const text =
      'base-dn: dc=example,dc=org\nldaps-port: 636\nbind-password: 0123456789\nallow:\n  - ::1\n  - 10.0.0.0/8\n';
    expect(readConfig({}, disk({ 'roster.yaml': text }))).toMatchObject({
      baseDn: 'dc=example,dc=org',
      ldaps: { port: 636 },
      bindPassword: '0123456789',
      allow: ['::1', '10.0.0.0/8'],
    });
  });

  test('an empty list allows nobody', () => {
    expect(readConfig({}, disk({ 'roster.yaml': 'allow: []' })).allow).toEqual([]);
  });

  test('the environment wins over it, file or not', () => {
    const files = disk({
      'roster.yaml': 'ldaps-port: 636\nbind-password: from the file',
      '/bind': 'from elsewhere',
    });
    const env = { ROSTER_LDAPS_PORT: '637', ROSTER_BIND_PASSWORD_FILE: '/bind' };
    expect(readConfig(env, files)).toMatchObject({ ldaps: { port: 637 }, bindPassword: 'from elsewhere' });
  });

  test('it may lie in the data directory', () => {
    const files = disk({ '/srv/roster/roster.yaml': 'http-port: 1' });
    expect(readConfig({ ROSTER_DATA_DIR: '/srv/roster' }, files).http.port).toBe(1);
  });

  test.each([
    ['ldap-port: 636', /^ldap-port in roster\.yaml is not an option; did you mean ldaps-port\?$/],
    ['ROSTER_ALLOW: ::1', /did you mean allow\?/],
    ['ldaps-port: many', /^ldaps-port in roster\.yaml is "many"/],
    ['bind-password: {a: s3cret}', /^bind-password in roster\.yaml must be one value or a list of values\.$/],
    ['bind-password: "s3cret\nx', /^roster\.yaml is not YAML: mend line \d\.$/],
    ['- s3cret', /^roster\.yaml must hold options/],
  ])('refuses %j', (text, sentence) => {
    expect(problemsOf({}, { 'roster.yaml': text })).toMatch(sentence);
    expect(problemsOf({}, { 'roster.yaml': text })).not.toContain('s3cret');
  });
});

function problemsOf(env: Record<string, string>, texts: Record<string, string> = {}): string {
  try {
    readConfig(env, disk(texts));
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(DirectoryError);
    return error instanceof DirectoryError ? error.message : '';
  }
}

function disk(texts: Readonly<Record<string, string>>): ConfigFiles {
  return {
    read(path) {
      if (path === '/locked') throw Object.assign(new Error('locked'), { code: 'EACCES' });
      return texts[path] ?? null;
    },
  };
}
