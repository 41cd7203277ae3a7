/** The directory information tree: the names of its containers and entries, and whom a name at a bind means. */
import { DirectoryError } from '../../core/errors.ts';
import { type Dn, dnKey, formatDn, parseDn, type Rdn } from '../../core/syntax/dn.ts';
import { foldAttribute } from '../../core/syntax/folding.ts';
import { type AttributeType, attributeType, findAttributeType } from './attribute-types.ts';

/** A DN as it is served everywhere, with the key by which it is compared. */
export interface Name {
  readonly dn: string;
  readonly key: string;
}

/** Whom somebody claims to be at a bind. */
export type AccountName =
  | { readonly kind: 'admin' }
  | { readonly kind: 'application'; readonly name: string }
  | { readonly kind: 'user'; readonly by: 'username' | 'email' | 'id'; readonly value: string };

export interface Dit {
  readonly suffix: Name & { readonly rdn: Rdn };
  readonly users: Name;
  readonly groups: Name;
  readonly apps: Name;
  readonly system: Name;
  readonly admin: Name;
  readonly subschema: Name;
  /** `uid=<username>,ou=users,<suffix>` */
  user(username: string): Name;
  /** `cn=<name>,ou=groups,<suffix>` */
  group(name: string): Name;
  /** `cn=<name>,ou=apps,<suffix>` */
  application(name: string): Name;
  /**
   * The account that a bind's name means: the admin's DN, an application's, a user's by uid, cn, mail or
   * entryUUID, a bare username or e-mail address; null: nobody can have it. Throws DirectoryError 'invalid' where it is no name at all.
   */
  account(text: string): AccountName | null;
}

/** Of these names the DN and its key are the same, without a character to escape or to fold. */
export const PLAIN_USERNAME = /^[a-z0-9.-]+$/;

const SUBSCHEMA_DN = 'cn=Subschema';

/** Throws DirectoryError 'invalid' where `baseDn` is not the DN of an entry. */
export function createDit(baseDn: string): Dit {
  const suffixDn = parseDn(baseDn);
  const [rdn] = suffixDn;
  if (rdn === undefined) {
    throw new DirectoryError('invalid', 'The base DN must not be empty; set one such as dc=roster.', {
      field: 'baseDn',
    });
  }
  const suffix = { dn: formatDn(suffixDn), key: dnKey(suffixDn), rdn };
  const users = below(suffix, 'ou', 'users');
  const groups = below(suffix, 'ou', 'groups');
  const apps = below(suffix, 'ou', 'apps');
  const system = below(suffix, 'ou', 'system');
  const admin = below(system, 'cn', 'admin');
  return {
    suffix,
    users,
    groups,
    apps,
    system,
    admin,
    subschema: { dn: SUBSCHEMA_DN, key: dnKey(parseDn(SUBSCHEMA_DN)) },
    user: (username) => below(users, 'uid', username),
    group: (name) => below(groups, 'cn', name),
    application: (name) => below(apps, 'cn', name),
    account: (text) => accountOf(text, { users, apps, admin }),
  };
}

function below(parent: Name, type: string, value: string): Name {
  const rdn: Dn = [[{ type, value }]];
  return { dn: `${formatDn(rdn)},${parent.dn}`, key: `${dnKey(rdn)},${parent.key}` };
}

const USER_RDN_TYPES: ReadonlyMap<AttributeType | undefined, 'username' | 'email' | 'id'> = new Map([
  [attributeType.uid, 'username'],
  [attributeType.cn, 'username'],
  [attributeType.mail, 'email'],
  [attributeType.entryUUID, 'id'],
]);

interface Accounts {
  readonly users: Name;
  readonly apps: Name;
  readonly admin: Name;
}

function accountOf(text: string, { users, apps, admin }: Accounts): AccountName | null {
  if (!text.includes('=')) return bareAccount(text);
  const username = plainUsername(text, users);
  if (username !== null) return { kind: 'user', by: 'username', value: username };
  const dn = parseDn(text);
  if (dnKey(dn) === admin.key) return { kind: 'admin' };
  const [rdn = [], ...parent] = dn;
  const parentKey = dnKey(parent);
  // A second factor may travel beside the name; accounts without one ignore it.
  const [name, ...others] = rdn.filter(({ type }) => foldAttribute(type) !== 'totptoken');
  if (name === undefined || others.length > 0) return null;
  const type = findAttributeType(name.type);
  if (parentKey === apps.key && type === attributeType.cn) {
    return { kind: 'application', name: name.value.trim().toLowerCase() };
  }
  const by = parentKey === users.key ? USER_RDN_TYPES.get(type) : undefined;
  if (by === undefined) return null;
  return by === 'username' ? bareAccount(name.value) : { kind: 'user', by, value: name.value.trim() };
}

/** Of `uid=<username>,ou=users,<suffix>` in our own spelling, which nearly every program has from us; null: to be parsed. */
function plainUsername(text: string, users: Name): string | null {
  const end = text.length - users.dn.length - 1;
  if (!text.startsWith('uid=') || text[end] !== ',' || !text.endsWith(users.dn)) return null;
  const username = text.slice('uid='.length, end);
  return PLAIN_USERNAME.test(username) ? username : null;
}

function bareAccount(text: string): AccountName {
  const value = text.trim();
  return { kind: 'user', by: value.includes('@') ? 'email' : 'username', value };
}
