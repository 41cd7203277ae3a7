/** What may be permitted, and what each built-in role permits: the one table that everything else asks. */

/** Each permission with what it lets do. What is not listed is not permitted to anybody. */
export const PERMISSIONS = {
  self: 'see and change the own profile, password, sessions and tokens',
  'groups.own': 'manage the members of groups that one owns',
  'users.read': 'see users',
  'users.create': 'add users',
  'users.edit': 'change, enable and disable users of a lower role, and end their sessions',
  'users.delete': 'delete users of a lower role',
  'users.password': 'set the passwords of users of a lower role, and invite them',
  'users.impersonate': 'get a temporary password for users of a lower role',
  'users.second-factor': 'switch off the second factor of users of a lower role',
  'users.role': 'give users of a lower role another role or single permissions, up to the own',
  'users.storage': 'say how much storage users take, for applications',
  'groups.read': 'see groups and their members',
  'groups.create': 'add groups',
  'groups.edit': 'change groups',
  'groups.delete': 'delete groups',
  'groups.members': 'add members and owners to groups, and remove them',
  'organizations.read': 'see organizations that are not public',
  'organizations.create': 'add organizations',
  'organizations.edit': 'change organizations and their members',
  'organizations.delete': 'delete organizations',
  'mail.edit': 'change the mail addresses of groups',
  'applications.read': 'see applications',
  'applications.create': 'add applications',
  'applications.edit': 'change applications and their passwords',
  'applications.delete': 'delete applications',
  'sources.read': 'see sources and their runs',
  'sources.create': 'add sources',
  'sources.edit': 'change sources',
  'sources.delete': 'delete sources',
  'sources.sync': 'synchronize sources, and confirm and cancel runs',
  'settings.read': 'see the settings and the state of the server',
  'settings.edit': 'change the settings',
  'roles.read': 'see roles',
  'roles.edit': 'add, change and delete roles of a lower rank',
  'audit.read': 'see the audit and the sign-ins',
  import: 'import users and groups from files',
  export: 'export users and groups to files',
  backup: 'back up and restore the whole directory',
} as const;

export type Permission = keyof typeof PERMISSIONS;

export const PERMISSION_NAMES = Object.keys(PERMISSIONS).filter(isPermission);

export function isPermission(text: string): text is Permission {
  return Object.hasOwn(PERMISSIONS, text);
}

export type BuiltInRoleName = 'owner' | 'admin' | 'mail-manager' | 'user-manager' | 'user';

export interface BuiltInRole {
  readonly description: string;
  /** Who has the higher one may act on who has the lower. */
  readonly rank: number;
  readonly permissions: readonly Permission[];
}

/** What everybody may; custom roles include it too. */
export const BASE_PERMISSIONS: readonly Permission[] = ['self', 'groups.own'];

const USER_MANAGER: readonly Permission[] = [
  ...BASE_PERMISSIONS,
  ...(['users.read', 'users.create', 'users.edit', 'users.delete', 'users.password'] as const),
  ...(['groups.read', 'groups.create', 'groups.edit', 'groups.delete', 'groups.members'] as const),
];

/** What stays with owners: whole copies of the directory, secrets of all kinds included. */
const OWNERS_ONLY: readonly Permission[] = ['backup'];

/** The highest first. */
export const BUILT_IN_ROLES: Readonly<Record<BuiltInRoleName, BuiltInRole>> = {
  owner: { description: 'May do everything', rank: 400, permissions: PERMISSION_NAMES },
  admin: {
    description: 'May do everything but back up, restore and act on owners and other admins',
    rank: 300,
    permissions: PERMISSION_NAMES.filter((name) => !OWNERS_ONLY.includes(name)),
  },
  'mail-manager': {
    description: 'Manages users, groups and mail addresses',
    rank: 200,
    permissions: [...USER_MANAGER, 'mail.edit'],
  },
  'user-manager': { description: 'Manages users and groups', rank: 100, permissions: USER_MANAGER },
  user: { description: 'Manages nothing but the own account', rank: 0, permissions: BASE_PERMISSIONS },
};

/** What is done elsewhere while an external authority manages people. */
export const MANAGEMENT_PERMISSIONS: ReadonlySet<Permission> = new Set([
  ...([
    'groups.own',
    'users.create',
    'users.edit',
    'users.delete',
    'users.password',
    'users.impersonate',
  ] as const),
  ...(['users.role', 'groups.create', 'groups.edit', 'groups.delete', 'groups.members'] as const),
  ...(['mail.edit', 'roles.edit', 'import'] as const),
]);

export const OWNER_RANK = BUILT_IN_ROLES.owner.rank;
/** Custom roles stand above user and below admin. */
export const CUSTOM_RANK_MIN = BUILT_IN_ROLES.user.rank + 1;
export const CUSTOM_RANK_MAX = BUILT_IN_ROLES.admin.rank - 1;
