import { afterAll, beforeAll, expect, test } from 'vitest';
import { values } from '../support/ldif.ts';
import { startRoster, type TestRoster } from '../support/roster.ts';

/** The server follows what the command line has written. */
const POLL = { timeout: 10_000 };

let roster: TestRoster;

beforeAll(async () => {
  roster = await startRoster();
  for (const name of ['jdoe', 'rroe']) expect((await roster.cli(['users', 'add', name])).status).toBe(0);
});

afterAll(() => roster.remove());

test('an organization is added, shown and listed apart from groups', async () => {
  const added = ['organizations', 'add', 'Acme', '--name', 'Acme Inc.', '--owner', 'jdoe', '--public'];
  expect(await roster.cli(added)).toEqual({ status: 0, stdout: 'Added organization acme.\n', stderr: '' });
  expect(await roster.json('organizations', 'show', 'acme')).toMatchObject({
    ...{ slug: 'acme', name: 'Acme Inc.', visibility: 'public', owners: ['jdoe'] },
    ...{ members: 1, groups: 0, applications: 0 },
  });
  expect((await roster.cli(['organizations', 'list'])).stdout).toMatch(/acme +Acme Inc\. +public/);
  expect((await roster.cli(['groups', 'list'])).stdout).not.toContain('acme');
});

test('an organization is served over LDAP as a group', async () => {
  await roster.cli(['organizations', 'add', 'globex', '--name', 'Globex', '--owner', 'jdoe']);
  const member = await roster.cli(['organizations', 'add-member', 'globex', 'rroe']);
  expect(member.stdout).toBe('rroe is a member of globex now.\n');
  await expect
    .poll(async () => {
      const found = await roster.search([
        '-b',
        'ou=groups,dc=roster',
        '(&(cn=globex)(objectClass=rosterOrganization))',
      ]);
      return found.map((entry) => [entry.dn, values(entry, 'o'), values(entry, 'member').length]);
    }, POLL)
    .toEqual([['cn=globex,ou=groups,dc=roster', ['Globex'], 2]]);
  const people = await roster.search(['-b', 'dc=roster', '(memberOf=cn=globex,ou=groups,dc=roster)', 'uid']);
  expect(people.flatMap((entry) => values(entry, 'uid')).sort()).toEqual(['jdoe', 'rroe']);
});

test('an organization is deleted once it is known what goes with it', async () => {
  await roster.cli(['organizations', 'add', 'initech', '--owner', 'jdoe']);
  expect(await roster.cli(['organizations', 'delete', 'initech'])).toMatchObject({
    status: 1,
    stderr: 'With initech, 1 member loses it. With --yes it is deleted all the same.\n',
  });
  expect((await roster.cli(['organizations', 'delete', 'initech', '--yes'])).stdout).toBe(
    'Deleted organization initech.\n',
  );
});

test('attributes are defined while the server runs, and served', async () => {
  await roster.cli(['attributes', 'add', 'costCentre', '--type', 'integer', '--description', 'Who pays']);
  await roster.cli(['attributes', 'add', 'hobby', '--several']);
  const given = ['--attribute', 'costcentre=007', '--attribute', 'hobby=chess', '--attribute', 'hobby=go'];
  expect(await roster.cli(['users', 'edit', 'jdoe', ...given])).toMatchObject({ status: 0, stderr: '' });
  const search = () => roster.search(['-b', 'ou=users,dc=roster', '(&(costCentre>=5)(hobby=GO))']);
  await expect
    .poll(async () => (await search()).map((entry) => [entry.dn, values(entry, 'costCentre')]), POLL)
    .toEqual([['uid=jdoe,ou=users,dc=roster', ['7']]]);
  const [subschema] = await roster.search(['-b', 'cn=Subschema', '-s', 'base', 'attributeTypes']);
  expect(subschema && values(subschema, 'attributeTypes').join('\n')).toMatch(/2\.25\.\d+ NAME 'costCentre'/);
});

test('attributes are shown, refused where they do not fit, and deleted with their values', async () => {
  await roster.cli(['attributes', 'add', 'badge', '--type', 'integer']);
  await roster.cli(['users', 'edit', 'rroe', '--attribute', 'badge=12']);
  expect(await roster.json('users', 'show', 'rroe')).toMatchObject({ attributes: { badge: ['12'] } });
  expect(await roster.cli(['users', 'edit', 'rroe', '--attribute', 'badge=many'])).toMatchObject({
    ...{ status: 1, stderr: expect.stringMatching(/^badge is a whole number/) },
  });
  expect(await roster.cli(['attributes', 'add', 'MAIL'])).toMatchObject({
    ...{ status: 1, stderr: 'There is an attribute named MAIL already.\n' },
  });
  expect(await roster.cli(['attributes', 'delete', 'badge'])).toMatchObject({
    status: 1,
    stderr: '1 user has values of badge, which go with it. With --yes it is deleted all the same.\n',
  });
  expect(await roster.cli(['attributes', 'delete', 'badge', '--yes'])).toMatchObject({ status: 0 });
  await expect
    .poll(async () => {
      const found = await roster.search(['-b', 'ou=users,dc=roster', '(uid=rroe)']);
      return found.map((entry) => values(entry, 'badge'));
    }, POLL)
    .toEqual([[]]);
});

test('a quota is kept as metadata and served', async () => {
  await roster.cli(['users', 'edit', 'rroe', '--metadata', 'maxStorageMB=500']);
  await expect
    .poll(async () => {
      const found = await roster.search(['-b', 'ou=users,dc=roster', '(uid=rroe)', 'rosterQuota']);
      return found.map((entry) => values(entry, 'rosterQuota'));
    }, POLL)
    .toEqual([['500 MB']]);
  expect((await roster.cli(['users', 'storage', 'rroe'])).stdout).toMatch(/Allowed +500 MB\nUsed +0 MB/);
  expect((await roster.cli(['settings', 'set', 'storage-limited', 'on'])).stdout).toBe(
    'Set storage-limited to on.\n',
  );
});
