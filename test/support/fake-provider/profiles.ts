/** The dialects that the fake provider speaks: where entries are, what they hold, and how a sign-in is refused. */
import { escapeDnValue } from '../../../src/core/syntax/dn.ts';
import type { Attributes, Entry } from './entries.ts';
import type { Knobs } from './knobs.ts';
import type { FakeDirectory, FakeGroup, FakePerson, Kept } from './people.ts';

export type ProfileName =
  | 'jumpcloud'
  | 'okta'
  | 'active-directory'
  | 'openldap'
  | '389ds'
  | 'freeipa'
  | 'google'
  | 'entra-domain-services'
  | 'cloudron'
  | 'roster';

export interface Refusal {
  readonly code: number;
  readonly message: string;
  readonly control?: { readonly oid: string; readonly value: Buffer | null };
}

export interface Profile {
  readonly baseDn: string;
  readonly groupBaseDn: string;
  /** The account that reads. */
  readonly bindDn: string;
  readonly knobs: Partial<Knobs>;
  /** The RDN of a person, without its base. */
  personRdn(person: FakePerson): string;
  groupRdn(group: FakeGroup): string;
  person(kept: Kept<FakePerson>, directory: FakeDirectory): Attributes;
  group(kept: Kept<FakeGroup>, directory: FakeDirectory): Attributes;
  /** The attribute of members, and whether it holds DNs, usernames or ids. */
  readonly member: { readonly attribute: string; readonly form: 'dn' | 'username' | 'id' };
  /** Of everybody. */
  readonly idAttribute: { readonly name: string; value(id: string): string | Buffer };
  /** Numbers and times of changes; operational. */
  stamps(kept: Kept<unknown>): Attributes;
  readonly refusals: Readonly<Record<'wrong' | 'passcode' | Exclude<FakePerson['state'], 'well'>, Refusal>>;
}

/** objectGUID keeps its first three fields in little-endian order. */
function guidBytes(uuid: string): Buffer {
  const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

/** S-1-5-21-1-2-3-rid */
export function sidBytes(rid: number): Buffer {
  const sid = Buffer.alloc(28);
  sid.writeUInt8(1, 0);
  sid.writeUInt8(5, 1);
  sid.writeUInt8(5, 7);
  [21, 1, 2, 3, rid].forEach((part, index) => {
    sid.writeUInt32LE(part, 8 + 4 * index);
  });
  return sid;
}

const generalizedTime = (time: Date) => `${time.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
const INVALID: Refusal = { code: 49, message: '' };
/** PasswordPolicyResponseValue (draft-behera-ldap-password-policy-10 section 6.2) with an error. */
const policyError = (error: number): NonNullable<Refusal['control']> => ({
  oid: '1.3.6.1.4.1.42.2.27.8.5.1',
  value: Buffer.of(0x30, 3, 0x81, 1, error),
});

const INET_ORG_PERSON = ['top', 'person', 'organizationalPerson', 'inetOrgPerson'];

function inetOrgPerson({ username, givenName, familyName, email, more }: FakePerson): Attributes {
  return {
    objectClass: INET_ORG_PERSON,
    uid: [username],
    cn: [`${givenName} ${familyName}`],
    sn: [familyName],
    givenName: [givenName],
    ...(email === null ? {} : { mail: [email] }),
    ...more,
  };
}

const openldap: Profile = {
  baseDn: 'ou=People,dc=example,dc=com',
  groupBaseDn: 'ou=Groups,dc=example,dc=com',
  bindDn: 'cn=reader,dc=example,dc=com',
  knobs: { memberOf: 'operational' },
  personRdn: ({ username }) => `uid=${escapeDnValue(username)}`,
  groupRdn: ({ name }) => `cn=${escapeDnValue(name)}`,
  person: ({ value }) => inetOrgPerson(value),
  group: ({ value }) => ({
    objectClass: ['top', 'groupOfNames'],
    cn: [value.name],
    description: [value.description],
  }),
  member: { attribute: 'member', form: 'dn' },
  idAttribute: { name: 'entryUUID', value: (id) => id },
  stamps: ({ modified }) => ({ modifyTimestamp: [generalizedTime(modified)] }),
  refusals: {
    wrong: INVALID,
    passcode: INVALID,
    disabled: INVALID,
    locked: { ...INVALID, control: policyError(1) },
    expired: { ...INVALID, control: policyError(0) },
    'must-change': { code: 0, message: '', control: policyError(2) },
    'account-expired': INVALID,
  },
};

const jumpcloud: Profile = {
  ...openldap,
  baseDn: 'ou=Users,o=5be4c382c583e54de6a3ff52,dc=jumpcloud,dc=com',
  groupBaseDn: 'ou=Users,o=5be4c382c583e54de6a3ff52,dc=jumpcloud,dc=com',
  bindDn: 'uid=reader,ou=Users,o=5be4c382c583e54de6a3ff52,dc=jumpcloud,dc=com',
  knobs: { memberOf: 'default', idAttr: 'none' },
  person: ({ value, serial }) => ({
    ...inetOrgPerson(value),
    objectClass: [...INET_ORG_PERSON, 'shadowAccount', 'posixAccount', 'jumpcloudUser'],
    uidNumber: [String(5000 + serial)],
    gidNumber: [String(5000 + serial)],
    loginShell: ['/bin/bash'],
    homeDirectory: [`/home/${value.username}`],
    jcLdapAdmin: ['TRUE'],
  }),
};

const okta: Profile = {
  ...openldap,
  baseDn: 'ou=users,dc=dev-133337,dc=okta,dc=com',
  groupBaseDn: 'ou=groups,dc=dev-133337,dc=okta,dc=com',
  bindDn: 'uid=reader@example.com,ou=users,dc=dev-133337,dc=okta,dc=com',
  knobs: {
    memberOf: 'operational',
    idAttr: 'none',
    bindsPerSecond: 4,
    unknownAttrInFilter: 'empty',
    whoami: false,
    refuseControlsOnBind: true,
  },
  group: ({ value }) => ({
    objectClass: ['top', 'groupofUniqueNames'],
    cn: [value.name],
    description: [value.description],
  }),
  member: { attribute: 'uniqueMember', form: 'dn' },
  stamps: () => ({}),
  refusals: {
    wrong: { code: 49, message: 'Authentication failed' },
    passcode: { code: 49, message: 'Authentication failed: MFA is required by the sign on policy' },
    disabled: { code: 49, message: 'Authentication failed' },
    locked: { code: 49, message: 'Authentication failed: account is locked out' },
    expired: { code: 49, message: 'Authentication failed: password expired' },
    'must-change': { code: 49, message: 'Authentication failed: password must be changed' },
    'account-expired': { code: 49, message: 'Authentication failed' },
  },
};

/** As domain controllers say it; `data` is in hexadecimal. */
const adRefusal = (data: string): Refusal => ({
  code: 49,
  message: `80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data ${data}, v2580`,
});

const AD_SUFFIX = 'DC=corp,DC=example,DC=com';
const DOMAIN_USERS_RID = 513;

const activeDirectory: Profile = {
  baseDn: `OU=Staff,${AD_SUFFIX}`,
  groupBaseDn: `OU=Staff,${AD_SUFFIX}`,
  bindDn: `CN=Reader,OU=Staff,${AD_SUFFIX}`,
  knobs: { rangeMax: 1500, memberOf: 'default', idAttr: 'default' },
  personRdn: ({ givenName, familyName }) => `CN=${escapeDnValue(`${givenName} ${familyName}`)}`,
  groupRdn: ({ name }) => `CN=${escapeDnValue(name)}`,
  person: ({ value, serial }, directory) => ({
    ...without(inetOrgPerson(value), 'uid'),
    objectClass: ['top', 'person', 'organizationalPerson', 'user'],
    objectCategory: [`CN=Person,CN=Schema,CN=Configuration,${AD_SUFFIX}`],
    sAMAccountName: [value.username],
    userPrincipalName: [`${value.username}@corp.example.com`],
    userAccountControl: [value.state === 'disabled' ? '514' : '544'],
    accountExpires: [value.state === 'account-expired' ? '116444736000000000' : '9223372036854775807'],
    primaryGroupID: [String(ridOf(directory, value.primaryGroup))],
    objectSid: [sidBytes(100_000 + serial)],
  }),
  group: ({ value }, directory) => ({
    objectClass: ['top', 'group'],
    cn: [value.name],
    description: [value.description],
    sAMAccountName: [value.name],
    groupType: ['-2147483646'],
    objectSid: [sidBytes(ridOf(directory, value.name))],
  }),
  member: { attribute: 'member', form: 'dn' },
  idAttribute: { name: 'objectGUID', value: guidBytes },
  stamps: ({ serial, modified }) => ({
    uSNChanged: [String(serial)],
    whenChanged: [generalizedTime(modified).replace('Z', '.0Z')],
  }),
  refusals: {
    wrong: adRefusal('52e'),
    passcode: adRefusal('52e'),
    disabled: adRefusal('533'),
    locked: adRefusal('775'),
    expired: adRefusal('532'),
    'must-change': adRefusal('773'),
    'account-expired': adRefusal('701'),
  },
};

/** Of a group by its name; nobody's own primary group is Domain Users. */
function ridOf(directory: FakeDirectory, name: string | null): number {
  const index = [...directory.groups.values()].findIndex(({ value }) => value.name === name);
  if (index === -1 || name === 'Domain Users') return DOMAIN_USERS_RID;
  return 2000 + Number.parseInt([...directory.groups.values()][index]?.value.id.slice(0, 6) ?? '0', 16);
}

const nsRefusals: Profile['refusals'] = {
  wrong: INVALID,
  passcode: INVALID,
  disabled: { code: 53, message: 'Account inactivated. Contact system administrator.' },
  locked: { code: 19, message: 'Exceed password retry limit. Please try later.' },
  expired: {
    code: 49,
    message: 'password expired!',
    control: { oid: '2.16.840.1.113730.3.4.4', value: Buffer.from('0') },
  },
  'must-change': {
    code: 0,
    message: '',
    control: { oid: '2.16.840.1.113730.3.4.4', value: Buffer.from('0') },
  },
  'account-expired': { code: 49, message: 'Account expired' },
};

const netscape: Profile = {
  ...openldap,
  knobs: { memberOf: 'default' },
  person: ({ value }) => ({
    ...inetOrgPerson(value),
    ...(value.state === 'disabled' ? { nsAccountLock: ['TRUE'] } : {}),
  }),
  idAttribute: { name: 'nsUniqueId', value: nsUniqueId },
  stamps: ({ serial, modified }) => ({
    entryUSN: [String(serial)],
    modifyTimestamp: [generalizedTime(modified)],
  }),
  refusals: nsRefusals,
};

function nsUniqueId(uuid: string): string {
  return uuid.replaceAll('-', '').replace(/(.{8})(?=.)/g, '$1-');
}

const freeipa: Profile = {
  ...netscape,
  baseDn: 'cn=users,cn=accounts,dc=example,dc=com',
  groupBaseDn: 'cn=groups,cn=accounts,dc=example,dc=com',
  bindDn: 'uid=reader,cn=sysaccounts,cn=etc,dc=example,dc=com',
  group: ({ value }) => ({
    objectClass: ['top', 'groupofnames', 'nestedgroup', 'ipausergroup', 'ipaobject'],
    cn: [value.name],
    description: [value.description],
  }),
  idAttribute: { name: 'ipaUniqueID', value: (id) => id },
};

const google: Profile = {
  ...openldap,
  baseDn: 'ou=Users,dc=example,dc=com',
  groupBaseDn: 'ou=Groups,dc=example,dc=com',
  // Access credentials that Google makes have no DN.
  bindDn: 'ReaderOfRoster',
  knobs: { memberOf: 'default', bindsPerSecond: 4, rejectEmptyBase: true },
  personRdn: ({ username }) => `uid=${escapeDnValue(username)},ou=Staff`,
  person: ({ value }) => ({
    ...inetOrgPerson(value),
    objectClass: [...INET_ORG_PERSON, 'posixAccount'],
    cn: [value.username, `${value.givenName} ${value.familyName}`],
    displayName: [`${value.givenName} ${value.familyName}`],
    googleUid: [value.username],
    gecos: [''],
  }),
  group: ({ value }) => ({
    objectClass: ['top', 'groupOfNames', 'posixGroup'],
    cn: [value.name],
    displayName: [value.name],
    description: [value.description],
  }),
  idAttribute: { name: 'entryUuid', value: (id) => id },
};

const cloudron: Profile = {
  ...openldap,
  baseDn: 'ou=users,dc=cloudron',
  groupBaseDn: 'ou=groups,dc=cloudron',
  bindDn: 'cn=admin,ou=system,dc=cloudron',
  knobs: { memberOf: 'default', idAttr: 'none' },
  personRdn: ({ id }) => `cn=uid-${id}`,
  person: ({ value: { id, username, givenName, familyName, email } }) => ({
    objectclass: ['user', 'inetorgperson', 'person'],
    objectcategory: ['person'],
    cn: [`uid-${id}`],
    uid: [`uid-${id}`],
    username: [username],
    samaccountname: [username],
    displayname: [`${givenName} ${familyName}`],
    givenName: [givenName],
    sn: [familyName],
    ...(email === null ? {} : { mail: [email] }),
  }),
  group: ({ value }) => ({ objectclass: ['group'], cn: [value.name] }),
  member: { attribute: 'memberuid', form: 'id' },
  stamps: () => ({}),
};

const roster: Profile = {
  ...openldap,
  baseDn: 'ou=users,dc=peer',
  groupBaseDn: 'ou=groups,dc=peer',
  bindDn: 'cn=admin,ou=system,dc=peer',
  knobs: { memberOf: 'default' },
};

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  jumpcloud,
  okta,
  'active-directory': activeDirectory,
  openldap,
  '389ds': netscape,
  freeipa,
  google,
  'entra-domain-services': {
    ...activeDirectory,
    baseDn: `OU=AADDC Users,${AD_SUFFIX}`,
    groupBaseDn: `OU=AADDC Users,${AD_SUFFIX}`,
  },
  cloudron,
  roster,
};

function without(attributes: Attributes, name: string): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => key !== name));
}

/** The entries of a directory in the words of a profile. */
export function entriesOf(profile: Profile, directory: FakeDirectory, knobs: Knobs): Entry[] {
  const people = [...directory.people.values()];
  const groups = [...directory.groups.values()];
  const dns = new Map<string, string>();
  for (const { value } of groups) dns.set(value.name, groupDn(profile, value));
  for (const { value } of people) dns.set(value.username, personDn(profile, value));
  const groupsOf = memberOfs(profile, directory);
  const entries: Entry[] = [];
  for (const kept of people) {
    const above = { memberOf: knobs.memberOf === 'none' ? [] : (groupsOf.get(kept.value.username) ?? []) };
    const entry = entryOf(
      profile,
      personDn(profile, kept.value),
      profile.person(kept, directory),
      kept,
      knobs,
    );
    entries.push(withAttributes(entry, above, knobs.memberOf === 'default'));
    if (knobs.duplicateTree) entries.push({ ...entry, dn: compatDn(entry.dn) });
  }
  for (const kept of groups) {
    const { attribute, form } = profile.member;
    const members = kept.value.members
      .filter((name) => directory.people.get(name)?.value.primaryGroup !== kept.value.name)
      .map((name) => {
        if (form === 'dn') return dns.get(name) ?? name;
        const id = directory.people.get(name)?.value.id;
        return form === 'id' && id !== undefined ? `uid-${id}` : name;
      });
    const entry = entryOf(profile, groupDn(profile, kept.value), profile.group(kept, directory), kept, knobs);
    entries.push(withAttributes(entry, knobs.members ? { [attribute]: members } : {}, true));
  }
  return entries;
}

export function personDn(profile: Profile, person: FakePerson): string {
  return `${profile.personRdn(person)},${profile.baseDn}`;
}

function groupDn(profile: Profile, group: FakeGroup): string {
  return `${profile.groupRdn(group)},${profile.groupBaseDn}`;
}

function compatDn(dn: string): string {
  return dn.replace(',cn=accounts,', ',cn=compat,cn=accounts,');
}

function memberOfs(profile: Profile, directory: FakeDirectory): Map<string, string[]> {
  const groupsOf = new Map<string, string[]>();
  for (const { value } of directory.groups.values()) {
    for (const name of value.members) {
      if (directory.people.get(name)?.value.primaryGroup === value.name) continue;
      groupsOf.set(name, [...(groupsOf.get(name) ?? []), groupDn(profile, value)]);
    }
  }
  return groupsOf;
}

function entryOf(
  profile: Profile,
  dn: string,
  attributes: Attributes,
  kept: Kept<FakePerson | FakeGroup>,
  knobs: Knobs,
): Entry {
  const { name, value } = profile.idAttribute;
  const id = knobs.idAttr === 'none' ? {} : { [name]: [value(kept.value.id)] };
  const isShown = knobs.idAttr === 'default';
  return {
    dn,
    user: { ...attributes, ...(isShown ? id : {}) },
    operational: { ...profile.stamps(kept), ...(isShown ? {} : id) },
  };
}

/** Attributes without values are not there. */
function withAttributes(entry: Entry, more: Attributes, isShown: boolean): Entry {
  const present = Object.fromEntries(Object.entries(more).filter(([, values]) => values.length > 0));
  return isShown
    ? { ...entry, user: { ...entry.user, ...present } }
    : { ...entry, operational: { ...entry.operational, ...present } };
}
