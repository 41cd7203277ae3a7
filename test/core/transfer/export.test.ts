import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createJournal } from '../../../src/core/directory/journal.ts';
import { newId } from '../../../src/core/ids.ts';
import { guardCell, unguardCell } from '../../../src/core/transfer/csv-cell.ts';
import { createExport, type ExportFormat } from '../../../src/core/transfer/export.ts';
import { ldifRecord } from '../../../src/core/transfer/ldif.ts';
import { asUser } from '../../support/actors.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';
import { parseLdif, values } from '../../support/ldif.ts';

const FORMULA = '=HYPERLINK("http://example.org","click")';

let test_: TestDirectory;

beforeAll(async () => {
  test_ = await openTestDirectory();
  const { users, groups } = test_.directory;
  await users.add(ACTOR, {
    ...{
      username: 'jdoe',
      email: 'jane@example.org',
      displayName: FORMULA,
      familyName: 'Döe',
      role: 'admin',
    },
    ...{ fallbackEmail: 'other@example.org', password: 'a password of hers' },
  });
  await users.add(ACTOR, { username: 'kim', displayName: 'Kim, "the" first' });
  await users.setEnabled(ACTOR, 'kim', false);
  await groups.add(ACTOR, { name: 'staff', description: ' All of us ' });
  await groups.add(ACTOR, { name: 'empty' });
  await groups.addMember(ACTOR, 'staff', { name: 'jdoe', owner: true });
  await groups.addMember(ACTOR, 'staff', { name: 'kim' });
  await groups.addMember(ACTOR, 'staff', { name: 'empty', kind: 'group' });
});

afterAll(() => test_.remove());

async function exported(format: ExportFormat, actor = ACTOR): Promise<string> {
  const write = createExport({
    ...{ store: test_.store, clock: test_.clock, journal: createJournal(newId), baseDn: 'dc=roster' },
  });
  let text = '';
  await write(actor, format, async (part) => {
    text += part;
  });
  return text;
}

test('CSV has the columns of Cloudron, and no cell that a spreadsheet would run', async () => {
  const [head, ...rows] = parse(await exported('csv')) as string[][];
  expect(head).toEqual(['id', 'username', 'email', 'fallback email', 'full name', 'role', 'active']);
  expect(rows.map(([, ...row]) => row)).toEqual([
    ['jdoe', 'jane@example.org', 'other@example.org', `'${FORMULA}`, 'admin', 'true'],
    ['kim', '', '', 'Kim, "the" first', 'user', 'false'],
  ]);
});

test('JSON has users, groups and memberships, and no hash', async () => {
  const text = await exported('json');
  expect(text).not.toMatch(/\$2b\$/);
  expect(JSON.parse(text)).toMatchObject({
    ...{ roster: 'export', version: 1 },
    users: [
      {
        username: 'jdoe',
        fallbackEmail: 'other@example.org',
        displayName: FORMULA,
        role: 'admin',
        active: true,
      },
      { username: 'kim', email: null, active: false },
    ],
    groups: [{ name: 'empty' }, { name: 'staff', description: 'All of us' }],
    memberships: expect.arrayContaining([
      { group: 'staff', member: 'jdoe', kind: 'user', owner: true },
      { group: 'staff', member: 'empty', kind: 'group', owner: false },
    ]),
  });
});

test('LDIF has who is listed over LDAP', async () => {
  const text = await exported('ldif');
  expect(text.startsWith('version: 1\n\n')).toBe(true);
  const entries = parseLdif(text.slice('version: 1\n\n'.length));
  expect(entries.map(({ dn }) => dn)).toEqual([
    ...['ou=users,dc=roster', 'ou=groups,dc=roster', 'uid=jdoe,ou=users,dc=roster'],
    ...['cn=empty,ou=groups,dc=roster', 'cn=staff,ou=groups,dc=roster'],
  ]);
  expect(text).toContain('\nsn:: RMO2ZQ==\n');
  expect(text).toContain('\nmember: uid=jdoe,ou=users,dc=roster\n');
  expect(text).not.toContain('kim');
});

test('who may not export gets nothing', async () => {
  await test_.directory.users.add(ACTOR, { username: 'lee', role: 'user-manager' });
  await expect(exported('csv', await asUser(test_, 'lee'))).rejects.toMatchObject({ code: 'forbidden' });
  await test_.directory.users.delete(ACTOR, 'lee');
});

test('whatever was guarded is unguarded, and what is guarded is no formula', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^'*[=+@-].*$/)), (text) => {
      expect(unguardCell(guardCell(text))).toBe(text);
      expect(guardCell(text)).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
});

test('any value comes back out of LDIF, on lines that are not too long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300, minLength: 1 }), (value) => {
      const text = ldifRecord('cn=x', [['description', value]]);
      expect(text.split('\n').every((line) => line.length <= 76)).toBe(true);
      const [entry] = parseLdif(text);
      expect(values(entry, 'description')).toEqual([value]);
    }),
  );
});
