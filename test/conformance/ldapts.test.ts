/** ldapts, as applications use it: look up, sign in, read groups, page, compare. */
import { readFile } from 'node:fs/promises';
import { Client, InvalidCredentialsError } from 'ldapts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  EVERYONE_DN,
  JANE,
  JANES_PHOTO,
  RICHARD,
  STAFF_DN,
  startPopulatedRoster,
} from '../support/populated-roster.ts';
import { BIND_DN, BIND_PASSWORD, type TestRoster } from '../support/roster.ts';

const WHO_AM_I = '1.3.6.1.4.1.4203.1.11.3';

let roster: TestRoster;
let client: Client;

beforeAll(async () => {
  roster = await startPopulatedRoster();
}, 60_000);

afterAll(() => roster?.remove());

beforeEach(async () => {
  client = new Client({ url: roster.ldapsUrl, tlsOptions: { ca: [await readFile(roster.caFile)] } });
});

afterEach(() => client.unbind());

test('looks a person up, and signs the person in by the DN that it found', async () => {
  await client.bind(BIND_DN, BIND_PASSWORD);
  const filter = `(&(objectClass=person)(|(uid=${JANE.email})(mail=${JANE.email})))`;
  const { searchEntries } = await client.search('dc=roster', { filter, attributes: ['uid', 'memberOf'] });
  expect(searchEntries).toEqual([{ dn: JANE.dn, uid: JANE.username, memberOf: [EVERYONE_DN, STAFF_DN] }]);
  await client.bind(searchEntries[0]?.dn ?? '', JANE.password);
  expect(await client.exop(WHO_AM_I)).toMatchObject({ value: `dn:${JANE.dn}` });
});

test('is refused with the wrong password, and reads nothing from then on', async () => {
  await client.bind(BIND_DN, BIND_PASSWORD);
  await expect(client.bind(JANE.dn, 'wrong')).rejects.toThrow(InvalidCredentialsError);
  await expect(client.bind(JANE.dn, RICHARD.password)).rejects.toThrow(InvalidCredentialsError);
  await expect(client.search('ou=users,dc=roster')).rejects.toMatchObject({ code: 50 });
});

test('reads the groups of a person by member', async () => {
  await client.bind(BIND_DN, BIND_PASSWORD);
  const filter = `(&(objectClass=groupOfNames)(member=${JANE.dn}))`;
  const { searchEntries } = await client.search('dc=roster', { filter, attributes: ['cn'] });
  expect(searchEntries).toEqual([{ dn: STAFF_DN, cn: 'staff' }]);
});

test('pages through the directory and gets each entry once', async () => {
  await client.bind(BIND_DN, BIND_PASSWORD);
  const { searchEntries: whole } = await client.search('dc=roster', { attributes: ['1.1'] });
  const names: string[] = [];
  const pages = client.searchPaginated('dc=roster', { attributes: ['1.1'], paged: { pageSize: 3 } });
  for await (const { searchEntries } of pages) {
    expect(searchEntries.length).toBeLessThanOrEqual(3);
    names.push(...searchEntries.map(({ dn }) => dn));
  }
  expect(names.sort()).toEqual(whole.map(({ dn }) => dn).sort());
});

test('reads a photo byte for byte', async () => {
  await client.bind(BIND_DN, BIND_PASSWORD);
  const { searchEntries } = await client.search(JANE.dn, {
    scope: 'base',
    explicitBufferAttributes: ['jpegPhoto'],
  });
  expect(searchEntries[0]?.['jpegPhoto']).toEqual(JANES_PHOTO);
});

test('compares', async () => {
  await client.bind(BIND_DN, BIND_PASSWORD);
  expect(await client.compare(STAFF_DN, 'member', JANE.dn.toUpperCase())).toBe(true);
  expect(await client.compare(STAFF_DN, 'member', RICHARD.dn)).toBe(false);
});

test('a search on the same connection goes on after each kind of write was refused', async () => {
  await client.bind(BIND_DN, BIND_PASSWORD);
  await expect(client.add('cn=new,ou=groups,dc=roster', { cn: 'new' })).rejects.toMatchObject({ code: 53 });
  await expect(client.modifyDN(STAFF_DN, 'cn=other')).rejects.toMatchObject({ code: 53 });
  await expect(client.del(STAFF_DN)).rejects.toMatchObject({ code: 53 });
  const { searchEntries } = await client.search(STAFF_DN, { scope: 'base', attributes: ['cn'] });
  expect(searchEntries).toHaveLength(1);
});
