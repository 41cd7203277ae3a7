/** Writes LDIF of a made-up company: people with difficult names, and groups large, nested and small. */

export interface MadeUpDirectory {
  readonly users: number;
  readonly groups: number;
  readonly baseDn?: string;
  /** Members of the first group, at most `users`. */
  readonly largestGroup?: number;
}

export const READER_PASSWORD = 'reader-secret';

const GIVEN_NAMES = [
  'Jane',
  'Jürgen',
  'Zoë',
  'Łukasz',
  'Анна',
  '麗',
  'Jean Pierre',
  "D'Arcy",
  'Σοφία',
  'Jóhanna',
];
const FAMILY_NAMES = ['Doe', 'Müller, Dr.', 'Ångström', 'Иванова', '王', 'van der Berg', 'O’Neil', 'Ñandú'];

/** The username of person number `index`, counted from 1. */
export function userName(index: number): string {
  return `user${index}`;
}

/** The clear password of person number `index`. */
export function userPassword(index: number): string {
  return `password-${index}`;
}

/**
 * The suffix, ou=people, ou=groups, cn=reader, `users` people (uid=user1 ...) and `groups` groupOfNames
 * (cn=group1 ...). group1 is the largest; group2 holds group3 beside its people.
 */
export function directoryLdif(directory: MadeUpDirectory): string {
  const baseDn = directory.baseDn ?? 'dc=example,dc=com';
  const domain = /^dc=([^,]+)/.exec(baseDn)?.[1] ?? 'example';
  const entries = [
    ['objectClass: dcObject', 'objectClass: organization', `dc: ${domain}`, 'o: Example', `dn: ${baseDn}`],
    ['objectClass: organizationalUnit', 'ou: people', `dn: ou=people,${baseDn}`],
    ['objectClass: organizationalUnit', 'ou: groups', `dn: ou=groups,${baseDn}`],
    [
      'objectClass: organizationalRole',
      'objectClass: simpleSecurityObject',
      'cn: reader',
      `userPassword: ${READER_PASSWORD}`,
      `dn: cn=reader,${baseDn}`,
    ],
    ...range(directory.users).map((index) => person(index, baseDn)),
    ...range(directory.groups).map((index) => group(index, directory, baseDn)),
  ];
  return entries.map(([...lines]) => `${[lines.pop(), ...lines].join('\n')}\n`).join('\n');
}

function person(index: number, baseDn: string): string[] {
  const given = GIVEN_NAMES[index % GIVEN_NAMES.length] ?? '';
  const family = FAMILY_NAMES[index % FAMILY_NAMES.length] ?? '';
  const uid = userName(index);
  return [
    'objectClass: inetOrgPerson',
    `uid: ${uid}`,
    encoded('cn', `${given} ${family} ${index}`),
    encoded('displayName', `${given} ${family} ${index}`),
    encoded('givenName', given),
    encoded('sn', family),
    `mail: ${uid}@example.com`,
    `userPassword: ${userPassword(index)}`,
    `dn: uid=${uid},ou=people,${baseDn}`,
  ];
}

function group(index: number, directory: MadeUpDirectory, baseDn: string): string[] {
  const size = index === 1 ? Math.min(directory.largestGroup ?? 500, directory.users) : 3;
  const members = range(size).map((step) => {
    const member = index === 1 ? step : ((index * 3 + step) % directory.users) + 1;
    return `member: uid=${userName(member)},ou=people,${baseDn}`;
  });
  const nested = index === 2 && directory.groups >= 3 ? [`member: cn=group3,ou=groups,${baseDn}`] : [];
  return [
    'objectClass: groupOfNames',
    `cn: group${index}`,
    `description: Group ${index}`,
    ...new Set([...members, ...nested]),
    `dn: cn=group${index},ou=groups,${baseDn}`,
  ];
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

// RFC 2849: what is not plain ASCII travels as base64.
function encoded(name: string, value: string): string {
  return `${name}:: ${Buffer.from(value).toString('base64')}`;
}
