/** ldapjs, as applications use it: look up, sign in, read groups, page, compare, unbind. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import ldapjs, { type Client, type SearchEntry, type SearchOptions } from 'ldapjs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { JANE, RICHARD, STAFF_DN, startPopulatedRoster } from '../support/populated-roster.ts';
import { BIND_DN, BIND_PASSWORD, type TestRoster } from '../support/roster.ts';

let roster: TestRoster;
let client: Client;

beforeAll(async () => {
  roster = await startPopulatedRoster();
}, 60_000);

afterAll(() => roster?.remove());

beforeEach(async () => {
  client = ldapjs.createClient({
    url: roster.ldapsUrl,
    tlsOptions: { ca: [await readFile(roster.caFile)] },
  });
  await once(client, 'connect');
});

afterEach(() => client.destroy());

test('looks a person up, and signs the person in by the DN that it found', async () => {
  await bind(BIND_DN, BIND_PASSWORD);
  const found = await search('dc=roster', {
    scope: 'sub',
    filter: `(mail=${JANE.email})`,
    attributes: ['uid'],
  });
  expect(found).toEqual([JANE.dn]);
  await bind(found[0] ?? '', JANE.password);
});

test('is refused with the wrong password, and reads nothing from then on', async () => {
  await bind(BIND_DN, BIND_PASSWORD);
  await expect(bind(JANE.dn, 'wrong')).rejects.toMatchObject({ name: 'InvalidCredentialsError' });
  await expect(search('ou=users,dc=roster', { scope: 'sub' })).rejects.toMatchObject({
    name: 'InsufficientAccessRightsError',
  });
});

test('reads the groups of a person by uniqueMember', async () => {
  await bind(BIND_DN, BIND_PASSWORD);
  const filter = `(&(objectClass=groupOfUniqueNames)(uniqueMember=${JANE.dn}))`;
  expect(await search('dc=roster', { scope: 'sub', filter })).toEqual([STAFF_DN]);
});

test('pages through the directory and gets each entry once', async () => {
  await bind(BIND_DN, BIND_PASSWORD);
  const whole = await search('dc=roster', { scope: 'sub', attributes: ['1.1'] });
  const paged = await search('dc=roster', { scope: 'sub', attributes: ['1.1'], paged: { pageSize: 3 } });
  expect(paged.sort()).toEqual(whole.sort());
});

test('compares', async () => {
  await bind(BIND_DN, BIND_PASSWORD);
  expect(await compare(STAFF_DN, 'member', JANE.dn)).toBe(true);
  expect(await compare(STAFF_DN, 'member', RICHARD.dn)).toBe(false);
});

test('unbinds, and the server closes the connection', async () => {
  await bind(JANE.dn, JANE.password);
  const closed = once(client, 'close');
  client.unbind();
  await closed;
});

function bind(dn: string, password: string): Promise<void> {
  return new Promise((resolve, reject) => {
    client.bind(dn, password, (error) => (error ? reject(error) : resolve()));
  });
}

function compare(dn: string, attribute: string, value: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    client.compare(dn, attribute, value, (error, matched) =>
      error ? reject(error) : resolve(matched === true),
    );
  });
}

/** DNs of the entries found. */
function search(base: string, options: SearchOptions): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const found: string[] = [];
    client.search(base, options, (error, response) => {
      if (error) return reject(error);
      response.on('searchEntry', (entry: SearchEntry) => found.push(entry.pojo.objectName));
      response.on('error', reject);
      response.on('end', () => resolve(found));
    });
  });
}
