/** Each wrong setting of a source gets one sentence that names what to mend, and nothing is changed. */
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { type Finished, startRoster, type TestRoster } from '../support/roster.ts';
import { directoryLdif, startSlapd, type TestSlapd } from '../support/slapd.ts';

let slapd: TestSlapd;
let roster: TestRoster;

beforeAll(async () => {
  slapd = await startSlapd({ ldif: directoryLdif({ users: 20, groups: 2 }), sizeLimit: 'unlimited' });
  roster = await startRoster();
}, 60_000);

afterAll(async () => {
  await roster?.remove();
  await slapd?.stop();
});

test.each([
  ['a scheme that is not LDAP', ['--url', 'https://ldap.example.org'], /ldaps:\/\//],
  ['plain LDAP to another machine', ['--url', 'ldap://ldap.example.org'], /ldaps:\/\//],
  ['a filter that does not parse', ['--filter', '(objectClass=person'], /filter/i],
  ['a base that is not a DN', ['--base-dn', 'people'], /base/i],
  ['a username field that is no attribute', ['--username-field', 'u(id)'], /username field/i],
])('sources add refuses %s', async (_name, options, sentence) => {
  const result = await roster.cli(
    [...sourceOptions(`bad-${_name.replaceAll(/[^a-z]+/gi, '-')}`), ...options],
    `${slapd.readerPassword}\n`,
  );
  expectOneSentence(result, sentence);
  expect(await roster.json('sources', 'list')).toEqual([]);
});

test.each([
  ['a host that does not exist', () => ['--url', 'ldaps://no-such-host.invalid'], /no-such-host\.invalid/],
  [
    'a port where nobody listens',
    async () => ['--url', `ldaps://127.0.0.1:${await freePort()}`],
    /127\.0\.0\.1/,
  ],
  ['a bind DN that the source refuses', () => ['--bind-dn', `cn=nobody,${slapd.baseDn}`], /bind/i],
  ['a base that does not exist', () => ['--base-dn', `ou=nowhere,${slapd.baseDn}`], /ou=nowhere/],
  ['a certificate that is not trusted', () => ['--ca-file', ''], /certificate|trust/i],
])('sources sync fails on %s and changes nothing', async (name, options, sentence) => {
  const source = name.replaceAll(/[^a-z]+/gi, '-');
  const overrides = await options();
  const base = sourceOptions(source, overrides[0] === '--ca-file' ? [] : ['--ca-file', await caFile()]);
  expect(
    await roster.cli(
      [...base, ...(overrides[0] === '--ca-file' ? [] : overrides)],
      `${slapd.readerPassword}\n`,
    ),
  ).toMatchObject({ status: 0 });
  const before = await roster.search(['-b', 'dc=roster', '(objectClass=*)', '*', '+']);
  expectOneSentence(await roster.cli(['sources', 'sync', source]), sentence);
  expect((await roster.json<{ state: string }[]>('sources', 'runs', source))[0]).toMatchObject({
    state: 'failed',
  });
  expect(await roster.search(['-b', 'dc=roster', '(objectClass=*)', '*', '+'])).toEqual(before);
  expect((await roster.cli(['sources', 'test', source])).status).toBe(1);
});

test('an unknown source, user or option is named', async () => {
  expectOneSentence(await roster.cli(['sources', 'sync', 'nowhere']), /nowhere/);
  expectOneSentence(await roster.cli(['users', 'show', 'nobody']), /nobody/);
  expect((await roster.cli(['users', 'add', 'x y'])).stderr).toMatch(/username/i);
  expect((await roster.cli(['users', 'lst'])).stderr).toMatch(/lst/);
});

function sourceOptions(name: string, ca: readonly string[] = []): string[] {
  const bases = [
    '--base-dn',
    `ou=people,${slapd.baseDn}`,
    '--group-base-dn',
    `ou=groups,${slapd.baseDn}`,
    '--sync-groups',
  ];
  const bind = ['--bind-dn', slapd.readerDn, '--bind-password-stdin'];
  return ['sources', 'add', name, '--preset', 'openldap', '--url', slapd.url, ...ca, ...bases, ...bind];
}

function expectOneSentence({ status, stderr }: Finished, sentence: RegExp): void {
  expect(status).not.toBe(0);
  expect(stderr.trim()).toMatch(sentence);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
}

async function caFile(): Promise<string> {
  const file = `${roster.folder}/upstream-ca.pem`;
  await writeFile(file, slapd.caPem);
  return file;
}
