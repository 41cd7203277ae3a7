import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  groupNameFrom,
  groupSid,
  idBytes,
  type MappedEntry,
  mapGroup,
  mapUser,
  primaryGroupSid,
  sidBytes,
  userAttributes,
} from '../../src/connector/mapping.ts';
import { presetDefaults, presets } from '../../src/connector/presets/index.ts';
import { normaliseGroupName } from '../../src/core/model/names.ts';
import { PRESET_NAMES, type PresetName } from '../../src/core/model/source.ts';
import { parseFilter } from '../../src/core/syntax/filter-text.ts';

type Values = Readonly<Record<string, string | Buffer | readonly string[]>>;

describe('people', () => {
  test('of JumpCloud', () => {
    const entry = entryOf('uid=peter.parker,ou=Users,o=1,dc=jumpcloud,dc=com', {
      mail: 'peter.parker@marvel.com',
      cn: 'Peter Parker',
      uid: 'peter.parker',
      givenname: 'Peter',
      sn: 'Parker',
    });
    expect(user('jumpcloud', entry)).toEqual({
      dn: 'uid=peter.parker,ou=Users,o=1,dc=jumpcloud,dc=com',
      externalId: null,
      username: 'peter.parker',
      email: 'peter.parker@marvel.com',
      otherEmails: [],
      displayName: 'Peter Parker',
      givenName: 'Peter',
      familyName: 'Parker',
      profile: { department: '', employeeNumber: '', language: '', mobile: '', phone: '', title: '' },
      disabled: false,
    });
  });

  test('without a primary address keep all the others', () => {
    const entry = entryOf('uid=jane,ou=users,dc=x', { mailalternateaddress: ['a@x.org', 'b@x.org'] });
    expect(user('cloudron', entry)).toMatchObject({ email: null, otherEmails: ['a@x.org', 'b@x.org'] });
    const single = entryOf('uid=joe,ou=users,dc=x', { mailalternateaddress: 'a@x.org' });
    expect(user('cloudron', single)).toMatchObject({ email: null, otherEmails: ['a@x.org'] });
  });

  test('have the attributes that a source names in any case, with their options', () => {
    const values = {
      employeelogin: 'jane',
      'displayname;lang-de': 'Jana',
      'employeeid;x-hr': '7',
      sshkey: 'k',
    };
    const attributes = {
      ...{ id: ['employeeID;x-HR'], displayName: ['displayName;lang-DE'] },
      ...{ title: ['employeeLogin'], sshPublicKeys: ['sshKey'], avatar: ['sshKey'] },
    };
    const source = { usernameField: 'employeeLogin', dialect: { attributes } };
    expect(mapUser(entryOf('uid=jane', values), source, presets.openldap)).toMatchObject({
      ...{ username: 'jane', externalId: '7', displayName: 'Jana', jpeg: Buffer.from('k') },
      profile: { title: 'jane', sshPublicKeys: ['k'] },
    });
  });

  test('of Active Directory, whose objectGUID is little-endian in its first fields', () => {
    const entry = entryOf('CN=Erin M. Hagens,OU=ak-test,DC=t', {
      cn: 'Erin M. Hagens',
      samaccountname: 'erin.h',
      objectguid: Buffer.from('NP9C8yEqd0+Svq9XdNf75A==', 'base64'),
      useraccountcontrol: '544',
    });
    expect(user('active-directory', entry)).toMatchObject({
      externalId: 'f342ff34-2a21-4f77-92be-af5774d7fbe4',
      username: 'erin.h',
      email: null,
      disabled: false,
    });
    expect(idBytes('objectguid', 'f342ff34-2a21-4f77-92be-af5774d7fbe4').toString('base64')).toBe(
      'NP9C8yEqd0+Svq9XdNf75A==',
    );
  });

  test.each<[PresetName, Values, boolean]>([
    ['active-directory', { useraccountcontrol: '514' }, true],
    ['active-directory', { useraccountcontrol: '512' }, false],
    ['active-directory', { useraccountcontrol: '66050' }, true],
    ['active-directory', { useraccountcontrol: '528' }, false],
    ['openldap', { nsaccountlock: 'TRUE' }, true],
    ['openldap', { nsaccountlock: 'false' }, false],
    ['openldap', { pwdaccountlockedtime: '000001010000Z' }, true],
    ['openldap', { pwdaccountlockedtime: '20240101120000Z' }, false],
    ['roster', { useraccountcontrol: '514' }, true],
  ])('%s: %o means disabled: %s', (preset, values, disabled) => {
    expect(user(preset, entryOf('uid=a', values)).disabled).toBe(disabled);
  });

  test('the first address is the primary one, each address counts once, blanks count as nothing', () => {
    const values = {
      mail: [' ', 'a@x.org', 'b@x.org'],
      mailalternateaddress: ['a@x.org', 'c@x.org'],
      displayname: '',
    };
    expect(user('openldap', entryOf('uid=a', { ...values, cn: ['A', 'B'] }))).toMatchObject({
      email: 'a@x.org',
      otherEmails: ['b@x.org', 'c@x.org'],
      displayName: 'A',
    });
  });
});

test('groups of FreeIPA, Okta and Cloudron have their members by DN or by id', () => {
  const dns = entryOf('cn=all', { cn: 'all', member: ['uid=a,dc=x', 'cn=b,dc=x'] });
  expect(group('openldap', dns)).toMatchObject({ name: 'all', memberDns: ['uid=a,dc=x', 'cn=b,dc=x'] });
  const okta = entryOf('cn=Everyone', { cn: 'Everyone', uniquemember: ['uid=a@x.org,dc=x'] });
  expect(group('okta', okta)).toMatchObject({
    name: 'everyone',
    displayName: 'Everyone',
    memberDns: ['uid=a@x.org,dc=x'],
  });
  const cloudron = entryOf('cn=staff', { cn: 'staff', memberuid: ['uid-1', 'uid-2'] });
  expect(group('cloudron', cloudron)).toMatchObject({ memberDns: [], memberUids: ['uid-1', 'uid-2'] });
});

test.each([
  ['staff', 'staff'],
  ['Domain Admins', 'domain-admins'],
  ['Something (Special)', 'something-special'],
  ['Führungskräfte & Söhne', 'fuhrungskrafte-sohne'],
  ['Großkunden', 'grosskunden'],
  ['Łódź', 'lodz'],
  ['a_b', 'a-b'],
  ['---x---', '---x---'],
  ['(R&D)', 'r-d'],
])('the group name %s becomes %s', (text, name) => {
  expect(groupNameFrom(text)).toBe(name);
});

test('group names in other scripts stay apart', () => {
  expect(groupNameFrom('开发')).toMatch(/^group-[\da-f]{8}$/);
  expect(groupNameFrom('Отдел IT')).toMatch(/^it-[\da-f]{8}$/);
  expect(groupNameFrom('Отдел IT')).not.toBe(groupNameFrom('Группа IT'));
});

test('whatever a group is called, the name made of it is one by our rules', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), (text) => {
      const name = groupNameFrom(text);
      if (name !== text.toLowerCase()) expect(normaliseGroupName(`x${name}`)).toBe(`x${name}`);
    }),
  );
});

test.each(PRESET_NAMES)('the preset %s asks for no password, and its filters parse', (name) => {
  const preset = presets[name];
  const asked = userAttributes({ usernameField: preset.usernameField, dialect: {} }, preset);
  expect(asked.join(' ')).not.toMatch(/password|pwd(?!accountlockedtime)|\*|\+/i);
  expect(() => [parseFilter(preset.userFilter), parseFilter(preset.groupFilter)]).not.toThrow();
  const ids = preset.dialect.attributes.id.map((id) => id.toLowerCase());
  for (const id of preset.searchableIds) expect(ids).toContain(id);
});

test.each<[PresetName, string, string]>([
  ['jumpcloud', 'ou=Users,o=1,dc=jumpcloud,dc=com', 'ou=Users,o=1,dc=jumpcloud,dc=com'],
  ['okta', 'ou=users,dc=org,dc=okta,dc=com', 'ou=groups,dc=org,dc=okta,dc=com'],
  ['openldap', 'ou=people, dc=example, dc=com', 'ou=groups,dc=example,dc=com'],
  ['openldap', 'dc=example,dc=com', 'dc=example,dc=com'],
  ['active-directory', 'OU=Staff,DC=ad,DC=example', 'OU=Staff,DC=ad,DC=example'],
  ['roster', '', ''],
  ['389ds', 'cn=users,cn=accounts,dc=example,dc=com', 'cn=groups,cn=accounts,dc=example,dc=com'],
  ['389ds', 'ou=people,dc=example,dc=com', 'ou=groups,dc=example,dc=com'],
  ['google', 'ou=Users,dc=example,dc=com', 'ou=Groups,dc=example,dc=com'],
])('%s looks for groups of %s in %s', (name, baseDn, groupBaseDn) => {
  expect(presetDefaults(name, baseDn).groupBaseDn).toBe(groupBaseDn);
});

test('the SID of a primary group is that of the domain with its own last part', () => {
  const objectSid = Buffer.from('AQUAAAAAAAUVAAAAJ5aRdErKnK9BRIakWgQAAA==', 'base64');
  const entry = {
    dn: 'CN=x',
    attributes: new Map([
      ['objectsid', [objectSid]],
      ['primarygroupid', [Buffer.from('513')]],
    ]),
  };
  expect(groupSid(entry)).toBe('S-1-5-21-1955698215-2946288202-2760262721-1114');
  expect(primaryGroupSid(entry)).toBe('S-1-5-21-1955698215-2946288202-2760262721-513');
  expect(sidBytes(groupSid(entry) ?? '')).toEqual(objectSid);
  expect(groupSid({ dn: '', attributes: new Map([['objectsid', [Buffer.of(1, 5, 0)]]]) })).toBeNull();
});

function user(name: PresetName, entry: MappedEntry) {
  return mapUser(entry, { usernameField: presets[name].usernameField, dialect: {} }, presets[name]);
}

function group(name: PresetName, entry: MappedEntry) {
  return mapGroup(entry, { groupNameField: presets[name].groupNameField, dialect: {} }, presets[name]);
}

function entryOf(dn: string, values: Values): MappedEntry {
  const attributes = Object.entries(values).map(
    ([name, value]) =>
      [name, (Array.isArray(value) ? value : [value]).map((each) => Buffer.from(each))] as const,
  );
  return { dn, attributes: new Map(attributes) };
}
