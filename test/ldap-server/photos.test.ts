/** jpegPhoto and the other attributes of profiles, and what becomes of photos when memory is short or the store is away. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../src/core/log.ts';
import type { Picture } from '../../src/core/model/avatar.ts';
import { pictureOf } from '../../src/core/model/avatar.ts';
import { EMPTY_PROFILE } from '../../src/core/model/profile.ts';
import type { User } from '../../src/core/model/user.ts';
import { type Bind, startLdapServer, type TestLdapServer } from '../support/ldap-server.ts';
import { values } from '../support/ldif.ts';
import { aJpeg } from '../support/pictures.ts';
import { aGroup, aMembership, anApplication, aUser } from '../support/rows.ts';
import { ED25519, RSA } from '../support/ssh-keys.ts';

const photo = aPicture(aJpeg(65_536, 'j'));
const jane = aUser({
  username: 'jdoe',
  avatar: { digest: photo.digest, bytes: photo.bytes },
  metadata: { badge: 'never served' },
  profile: {
    fallbackEmail: 'never-served@example.org',
    language: 'de-CH',
    affiliations: ['CERN', 'ETH'],
    employeeNumber: 'E-007',
    title: 'Dr.',
    department: 'Physics',
    phone: '+41 44 123-45 67',
    mobile: '+41 79 123 45 67',
    sshPublicKeys: [`${ED25519} jane`, RSA],
  },
});
const other = aPicture(aJpeg(5_000, 'o'));
const max = aUser({ username: 'max', avatar: { digest: other.digest, bytes: other.bytes } });
const nobody = aUser({ username: 'nophoto' });
const staff = aGroup({ name: 'staff', email: 'staff@example.org', permissions: 'read-annotate' });
const PASSWORD = 'a password for tests';

let ldap: TestLdapServer;
let wiki: Bind;

beforeAll(async () => {
  ldap = await startLdapServer({
    async fill(transaction) {
      await transaction.insertUsers([jane, max, nobody]);
      await transaction.putAvatar(jane.id, photo);
      await transaction.putAvatar(max.id, other);
      await transaction.insertGroups([staff]);
      await transaction.putMemberships([aMembership(staff, jane), aMembership(staff, nobody)]);
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

describe('a photo', () => {
  it.each([
    ['by default', []],
    ['with all attributes', ['*']],
    ['by name', ['uid', 'jpegPhoto']],
    ['by its OID, beside everything', ['*', '+', '0.9.2342.19200300.100.1.60']],
  ])('comes byte for byte %s', async (_when, attributes) => {
    const photos = await photosOf(ldap, ['(uid=jdoe)', ...attributes]);
    expect([...photos.values()]).toEqual([photo.jpeg]);
  });

  it('comes under the name by which it was asked for', async () => {
    const { stdout } = await find(['(uid=max)', 'JPEGphoto']);
    expect(stdout).toMatch(/^JPEGphoto:: /m);
  });

  it.each([
    ['other attributes are asked for', ['cn', 'mail']],
    ['operational ones are', ['+']],
    ['none are', ['1.1']],
  ])('does not come where %s', async (_what, attributes) => {
    expect((await find(['(uid=jdoe)', ...attributes])).stdout).not.toMatch(/jpegPhoto/i);
  });

  it('comes as a type alone where types are asked for', async () => {
    const { stdout } = await find(['-A', '(objectClass=inetOrgPerson)', 'jpegPhoto']);
    expect(stdout.match(/^jpegPhoto::? ?$/gm)).toHaveLength(2);
  });

  it('can be asked for to be there, and by no value', async () => {
    expect(await names('(jpegPhoto=*)')).toEqual(['jdoe', 'max']);
    expect(await names('(&(objectClass=inetOrgPerson)(!(jpegPhoto=*)))')).toEqual(['admin', 'nophoto']);
    for (const value of [photo.digest, '*j*']) {
      expect(await names(`(jpegPhoto=${value})`)).toEqual([]);
      expect(await names(`(!(jpegPhoto=${value}))`)).toEqual([]);
    }
    expect(await names(`(:octetStringMatch:=${photo.digest})`)).toEqual([]);
    const compared = await ldap.run('ldapcompare', [
      'uid=jdoe,ou=users,dc=roster',
      `jpegPhoto:${photo.digest}`,
    ]);
    expect(compared.status).toBe(18);
  });

  it('is never told by what stands for it in memory', async () => {
    const controls = ['-E', '!mv=(jpegPhoto=*)'];
    const { stdout } = await find([...controls, '(uid=jdoe)', '*', '+', 'jpegPhoto']);
    expect(stdout).not.toContain(photo.digest);
    expect([...(await photosOf(ldap, [...controls, '(uid=jdoe)'])).values()]).toEqual([photo.jpeg]);
    const dereferenced = await find(['-E', 'deref=member:jpegPhoto,uid', '(cn=staff)', 'cn']);
    expect(dereferenced.stdout).not.toContain(photo.digest);
    expect(dereferenced.stdout).toContain('jdoe');
  });

  it('is seen by an application in the people that it sees, and in no others', async () => {
    expect([...(await photosOf(ldap, ['(jpegPhoto=*)'], wiki)).values()]).toEqual([photo.jpeg]);
  });
});

describe('many photos', () => {
  const people = Array.from({ length: 40 }, (_, index) => {
    const picture = aPicture(aJpeg(1_000 + 700 * index, String(index % 10)));
    const { digest, bytes } = picture;
    return {
      picture,
      user: aUser({ username: `u${String(index).padStart(2, '0')}`, avatar: { digest, bytes } }),
    };
  });
  const plain = Array.from({ length: 300 }, (_, index) => aUser({ username: `plain${index}` }));

  it.each([
    ['where all stay in memory', 33_554_432],
    ['where some do', 40_000],
    ['where none does', 0],
  ])('come each with its own user %s', async (_where, photoBytesMax) => {
    const served = await startLdapServer({ limits: { photoBytesMax }, fill });
    onTestFinished(() => served.stop());
    const expected = people.map(({ picture }) => picture.jpeg);
    const searches = [
      ['(uid=u*)'],
      ['-E', 'pr=7/noprompt', '(objectClass=inetOrgPerson)'],
      ['-E', 'sss=uid', '(!(uid=plain1))', 'jpegPhoto'],
    ];
    const found = await Promise.all(searches.map((args) => photosOf(served, args)));
    for (const photos of found) {
      expect(people.map(({ user }) => photos.get(dnOf(user)))).toEqual(expected);
      expect(photos.size).toBe(people.length);
    }
    // ldapsearch ends with 4 at the limit.
    const limited = await served.run('ldapsearch', ['-LLL', '-b', 'dc=roster', '-z', '3', '(uid=u*)']);
    expect(limited.stdout.match(/^jpegPhoto::/gm)).toHaveLength(3);
  });

  it('are left out while the store is away, and the search succeeds', async () => {
    const warnings: string[] = [];
    const served = await startLdapServer({
      fill,
      log: { ...silentLogger, warn: (_fields, message) => void warnings.push(message) },
    });
    onTestFinished(() => served.stop());
    const [first] = people;
    await photosOf(served, [`(uid=${first?.user.username})`]);
    await served.test.store.close();
    const { status, stdout } = await served.run('ldapsearch', [
      '-LLL',
      '-o',
      'ldif-wrap=no',
      '-b',
      'dc=roster',
    ]);
    expect(status).toBe(0);
    expect(stdout.match(/^uid: /gm)).toHaveLength(people.length + plain.length + 1);
    expect([...photosIn(stdout).values()]).toEqual([first?.picture.jpeg]);
    expect(warnings).toEqual(['Photos cannot be read; answers go without them.']);
  });

  async function fill(transaction: Parameters<Parameters<TestLdapServer['write']>[1]>[0]): Promise<void> {
    const users = people.map(({ user }) => user);
    await transaction.insertUsers([...users.slice(0, 20), ...plain, ...users.slice(20)]);
    for (const { user, picture } of people) await transaction.putAvatar(user.id, picture);
  }
});

describe('the attributes of a profile', () => {
  it('are served under their standard names', async () => {
    const [entry] = await ldap.search(['-b', 'dc=roster', '(uid=jdoe)']);
    expect(values(entry, 'preferredLanguage')).toEqual(['de-CH']);
    expect(values(entry, 'o')).toEqual(['CERN', 'ETH']);
    expect(values(entry, 'departmentNumber')).toEqual(['Physics']);
    expect(values(entry, 'title')).toEqual(['Dr.']);
    expect(values(entry, 'employeeNumber')).toEqual(['E-007']);
    expect(values(entry, 'telephoneNumber')).toEqual(['+41 44 123-45 67']);
    expect(values(entry, 'mobile')).toEqual(['+41 79 123 45 67']);
    expect(values(entry, 'sshPublicKey')).toEqual([`${ED25519} jane`, RSA]);
    expect(JSON.stringify([...(entry?.attributes ?? [])])).not.toMatch(/never.served/);
  });

  it.each([
    '(employeeNumber=e-007)',
    '(employeeNumber=E-*)',
    '(preferredLanguage=DE-ch)',
    '(o=cern)',
    '(department=physics)',
    '(telephoneNumber=+41441234567)',
    '(telephoneNumber=*1234567)',
    '(mobileTelephoneNumber=+41-79-1234567)',
    `(sshPublicKey=${RSA})`,
    '(&(objectClass=ldapPublicKey)(uid=jdoe)(sshPublicKey=*))',
  ])('find their user by %s', async (filter) => {
    expect(await names(filter)).toEqual(['jdoe']);
  });

  it('are not there where nothing is known', async () => {
    const [entry] = await ldap.search(['-b', 'dc=roster', '(uid=nophoto)']);
    for (const name of [
      'o',
      'departmentNumber',
      'title',
      'employeeNumber',
      'preferredLanguage',
      'sshPublicKey',
      'jpegPhoto',
    ]) {
      expect(values(entry, name), name).toEqual([]);
    }
    expect(nobody.profile).toBe(EMPTY_PROFILE);
  });

  it('of a group are its address and its tag', async () => {
    const [entry] = await ldap.search(['-b', 'dc=roster', '(mail=STAFF@example.org)']);
    expect(values(entry, 'cn')).toEqual(['staff']);
    expect(values(entry, 'groupPermissions')).toEqual(['read-annotate']);
  });
});

function aPicture(jpeg: Buffer): Picture {
  const picture = pictureOf(jpeg);
  if (picture === null) throw new Error('There is no picture.');
  return picture;
}

function find(args: readonly string[], bind?: Bind) {
  return ldap.run('ldapsearch', ['-LLL', '-o', 'ldif-wrap=no', '-b', 'dc=roster', ...args], bind);
}

async function names(filter: string): Promise<string[]> {
  const entries = await ldap.search(['-b', 'ou=users,dc=roster', filter, 'uid']);
  return entries.flatMap((entry) => values(entry, 'uid')).sort();
}

/** By DN. */
async function photosOf(
  served: TestLdapServer,
  args: readonly string[],
  bind?: Bind,
): Promise<Map<string, Buffer>> {
  const all = ['-LLL', '-o', 'ldif-wrap=no', '-b', 'dc=roster', ...args];
  const { status, stdout, stderr } = await served.run('ldapsearch', all, bind);
  if (status !== 0) throw new Error(stderr);
  return photosIn(stdout);
}

function photosIn(ldif: string): Map<string, Buffer> {
  const photos = new Map<string, Buffer>();
  for (const block of ldif.split('\n\n')) {
    const dn = /^dn: (.*)$/m.exec(block)?.[1] ?? '';
    const base64 = /^(?:jpegPhoto|0\.9\.2342\.19200300\.100\.1\.60):: (.*)$/im.exec(block)?.[1];
    if (base64 !== undefined) photos.set(dn, Buffer.from(base64, 'base64'));
  }
  return photos;
}

function dnOf({ username }: User): string {
  return `uid=${username},ou=users,dc=roster`;
}
