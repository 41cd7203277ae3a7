/** The fake provider as other programs see it: OpenLDAP's ldapsearch, and its faults. */
import { afterEach, expect, test } from 'vitest';
import {
  type FakeProvider,
  type FakeProviderOptions,
  passwordOf,
  startFakeProvider,
} from '../support/fake-provider/index.ts';
import { runProgram } from '../support/program.ts';

const providers: FakeProvider[] = [];

afterEach(async () => {
  for (const provider of providers.splice(0)) await provider.stop();
});

async function start(options: FakeProviderOptions): Promise<FakeProvider> {
  const provider = await startFakeProvider({
    people: ['jane', 'joe'],
    groups: { staff: ['jane', 'joe'] },
    ...options,
  });
  providers.push(provider);
  return provider;
}

function search(provider: FakeProvider, ...args: string[]) {
  const reader = ['-D', provider.bindDn, '-w', provider.bindPassword];
  return runProgram('ldapsearch', [
    '-x',
    '-LLL',
    '-o',
    'ldif-wrap=no',
    '-H',
    provider.url,
    ...reader,
    ...args,
  ]);
}

test.each([
  'jumpcloud',
  'okta',
  'active-directory',
  'openldap',
  '389ds',
  'freeipa',
  'cloudron',
  'roster',
] as const)('ldapsearch reads the people and groups of %s, and signs in', async (profile) => {
  const provider = await start({ profile });
  const people = await search(provider, '-b', provider.baseDn, '(objectClass=person)', 'dn');
  expect(people).toMatchObject({ status: 0 });
  const [, dn = ''] = /^dn: (.*)$/m.exec(people.stdout) ?? [];
  const whoami = await runProgram('ldapsearch', [
    '-x',
    '-LLL',
    '-H',
    provider.url,
    '-D',
    dn,
    '-w',
    passwordOf('jane'),
    '-b',
    dn,
    '-s',
    'base',
    'dn',
  ]);
  expect(whoami.status).toBe(0);
  const wrong = await runProgram('ldapsearch', ['-x', '-H', provider.url, '-D', dn, '-w', 'wrong', '-b', dn]);
  expect(wrong.status).toBe(49);
  const groups = await search(provider, '-b', provider.groupBaseDn, '(cn=staff)');
  expect(groups.stdout).toMatch(/member/i);
});

test('pages come one after the other, with an empty one where told so', async () => {
  const provider = await start({ profile: 'openldap', knobs: { emptyPageWithCookie: true } });
  const { stdout, status } = await search(provider, '-E', 'pr=1/noprompt', '-b', provider.baseDn, 'dn');
  expect(status).toBe(0);
  expect(stdout.match(/^dn:/gm)).toHaveLength(2);
  expect(provider.operations.searches).toBe(4);
});

test('many values come in ranges', async () => {
  const members = Array.from({ length: 5 }, (_, index) => `cn=member ${index}`);
  const provider = await start({
    profile: 'active-directory',
    knobs: { rangeMax: 2 },
    groups: { big: members },
  });
  const first = await search(provider, '-b', provider.groupBaseDn, '(cn=big)', 'member');
  expect(first.stdout).toMatch(/^member;range=0-1: cn=member 0$/m);
  const last = await search(provider, '-b', provider.groupBaseDn, '(cn=big)', 'member;range=4-*');
  expect(last.stdout).toMatch(/^member;range=4-\*: cn=member 4$/m);
});
