/** Attributes of the type image, as clients read them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AttributeDefinition } from '../../src/core/model/attribute-definition.ts';
import { formatImage, imageValue } from '../../src/core/model/image.ts';
import { type Bind, startLdapServer, type TestLdapServer } from '../support/ldap-server.ts';
import { aJpeg, aPng } from '../support/pictures.ts';
import { aGroup, aMembership, anApplication, aUser } from '../support/rows.ts';

const define = (number: number, fields: Partial<AttributeDefinition>): AttributeDefinition => ({
  ...{ id: `00000000-0000-4000-8000-00000000000${number}`, name: 'x', subject: 'user', type: 'image' },
  ...{ several: false, description: '', readers: 'all', writers: 'admin', ...fields },
});
const badge = define(1, { name: 'badge' });
const secret = define(2, { name: 'secretScan', readers: 'directory' });
const logo = define(3, { name: 'logo', subject: 'group' });

const kept = (name: string, octets: Buffer) => ({ octets, value: imageValue(name, octets) });
const front = kept('badge', aPng(40, 40));
const scan = kept('secretScan', aJpeg(60_000));
const sign = kept('logo', aPng(3, 3));
const text = ({ value }: typeof front) => [formatImage(value)];
const row = ({ octets, value }: typeof front) => ({ octets, digest: value.digest });

const jane = aUser({ username: 'jdoe', attributes: { [badge.id]: text(front), [secret.id]: text(scan) } });
const nobody = aUser({ username: 'nobody' });
const staff = aGroup({ name: 'staff', attributes: { [logo.id]: text(sign) } });
const PASSWORD = 'a password for tests';

let ldap: TestLdapServer;
let wiki: Bind;

beforeAll(async () => {
  ldap = await startLdapServer({
    async fill(transaction) {
      await transaction.putSetting('attributes', [badge, secret, logo]);
      await transaction.insertUsers([jane, nobody]);
      await transaction.insertGroups([staff]);
      await transaction.putMemberships([aMembership(staff, jane)]);
      await transaction.putAttributeImages(
        'user',
        jane.id,
        new Map([
          [badge.id, row(front)],
          [secret.id, row(scan)],
        ]),
      );
      await transaction.putAttributeImages('group', staff.id, new Map([[logo.id, row(sign)]]));
    },
  });
  const application = anApplication({
    name: 'wiki',
    groups: [staff.id],
    passwordHash: await ldap.hash(PASSWORD),
  });
  await ldap.write([{ subject: 'application', subjectId: application.id, memberId: null }], (it) =>
    it.insertApplication(application),
  );
  wiki = { dn: 'cn=wiki,ou=apps,dc=roster', password: PASSWORD };
});
afterAll(() => ldap.stop());

/** Octets by the name under which they came, of the one entry that the filter finds. */
async function octets(
  filter: string,
  attributes: readonly string[],
  bind?: Bind,
): Promise<Record<string, Buffer>> {
  const args = ['-LLL', '-o', 'ldif-wrap=no', '-b', 'dc=roster', filter, ...attributes];
  const { status, stdout, stderr } = await ldap.run('ldapsearch', args, bind);
  if (status !== 0) throw new Error(stderr);
  const lines = [...stdout.matchAll(/^([\w-]+):: (.*)$/gm)];
  return Object.fromEntries(lines.map(([, name = '', base64 = '']) => [name, Buffer.from(base64, 'base64')]));
}

test.each([
  ['by default', '(uid=jdoe)', [], { badge: front.octets }],
  ['with all', '(uid=jdoe)', ['*', '+'], { badge: front.octets }],
  ['by name', '(uid=jdoe)', ['BADGE'], { BADGE: front.octets }],
  ['of a group', '(cn=staff)', [], { logo: sign.octets }],
  [
    'with one for the bind DN alone, by its name',
    '(uid=jdoe)',
    ['badge', 'secretScan'],
    { badge: front.octets, secretScan: scan.octets },
  ],
  ['of who has none', '(uid=nobody)', [], {}],
  ['where others are asked for', '(uid=jdoe)', ['uid'], {}],
])('a picture comes byte for byte %s', async (_when, filter, attributes, expected) => {
  expect(await octets(filter, attributes)).toEqual(expected);
});

test('applications read the pictures that all may read, and no others', async () => {
  expect(await octets('(uid=jdoe)', ['*', 'secretScan'], wiki)).toEqual({ badge: front.octets });
  expect(await octets('(secretScan=*)', ['uid'], wiki)).toEqual({});
});

test('who has a picture is found by its presence, its octets by nothing', async () => {
  const found = async (filter: string) => (await ldap.search(['-b', 'dc=roster', filter, 'uid'])).length;
  expect(await found('(badge=*)')).toBe(1);
  expect(await found(`(badge=${formatImage(front.value)})`)).toBe(0);
  expect(await found('(badge=image*)')).toBe(0);
});

test('types alone are told without octets, and a compare is refused', async () => {
  const args = ['-LLL', '-A', '-b', 'dc=roster', '(uid=jdoe)', 'badge'];
  expect((await ldap.run('ldapsearch', args)).stdout).toMatch(/^badge:$/m);
  const compared = await ldap.run('ldapcompare', ['uid=jdoe,ou=users,dc=roster', 'badge:x']);
  expect(compared.stderr + compared.stdout).toMatch(/Inappropriate matching/);
});

test('the schema tells that they are octet strings', async () => {
  const args = ['-LLL', '-o', 'ldif-wrap=no', '-b', 'cn=Subschema', '-s', 'base', 'attributeTypes'];
  const line = (await ldap.run('ldapsearch', args)).stdout
    .split('\n')
    .find((each) => each.includes("'badge'"));
  expect(line).toMatch(/NAME 'badge' SYNTAX 1\.3\.6\.1\.4\.1\.1466\.115\.121\.1\.40 SINGLE-VALUE \)/);
});
