/** Looks at roles and changes them. */
import { BUILT_IN_ROLES, CUSTOM_RANK_MAX, CUSTOM_RANK_MIN } from '../access/permissions.ts';
import { requireAbove, requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import type { Actor } from '../model/audit.ts';
import { nameKey, normaliseRoleName, normaliseText } from '../model/names.ts';
import {
  builtInRole,
  type CustomRole,
  type Grant,
  isBuiltInRole,
  ROLES_MAX,
  type Role,
  roleOf,
} from '../model/role.ts';
import { authorityOfRole, checkPermissions, requireRole } from './authority.ts';
import { createGrants } from './grants.ts';
import type { Journal } from './journal.ts';
import { notFound, quote } from './lookup.ts';
import type { AccessLookup, Store } from './store.ts';

export interface NewRole {
  readonly name: string;
  readonly description?: string;
  /** 1 to 299; absent: the lowest. */
  readonly rank?: number;
  /** Names of permissions. */
  readonly permissions?: readonly string[];
}

/** What is given is changed; the permissions as a whole. */
export type RoleChanges = Omit<NewRole, 'name'>;

/** Names are taken in any case. Throws DirectoryError: invalid, not-found, conflict, forbidden. */
export interface Roles {
  /** Built-in and custom, the highest first. */
  list(actor: Actor): Promise<readonly Role[]>;
  byName(actor: Actor, name: string): Promise<Role>;
  add(actor: Actor, input: NewRole): Promise<Role>;
  /** 'forbidden' for built-in roles. */
  edit(actor: Actor, name: string, changes: RoleChanges): Promise<Role>;
  /** 'forbidden' for built-in roles, 'conflict' while somebody has it. */
  delete(actor: Actor, name: string): Promise<Role>;
  /** The single permissions that are given to a user beside the role, or taken away. */
  grantsOf(actor: Actor, username: string): Promise<readonly Grant[]>;
  /** Gives one permission to a user beside the role, takes it away, or (null) leaves it to the role again. */
  setGrant(actor: Actor, username: string, permission: string, allowed: boolean | null): Promise<void>;
}

export interface RolesDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly journal: Journal;
}

export function createRoles({ store, clock, journal }: RolesDependencies): Roles {
  return {
    ...createGrants({ store, clock, journal }),

    async list(actor) {
      requirePermission(actor, 'roles.read');
      const custom = (await store.read((transaction) => transaction.roles())).map(roleOf);
      return [...BUILT_IN, ...custom].toSorted((a, b) => b.rank - a.rank);
    },

    async byName(actor, name) {
      requirePermission(actor, 'roles.read');
      return store.read((transaction) => requireRole(transaction, name));
    },

    add: (actor, input) =>
      store.write(async (transaction) => {
        requirePermission(actor, 'roles.edit');
        const name = normaliseRoleName(input.name);
        await refuseTaken(transaction, name);
        const at = clock.now();
        const fields = { ...NOTHING, ...changedFields(input) };
        requireAbove(actor, authorityOfRole(fields), 'role');
        await transaction.insertRole({ name, ...fields, createdAt: at, updatedAt: at });
        await journal(transaction, { ...entry(at, actor), action: 'role.add', details: { name, ...fields } });
        return roleOf({ name, ...fields, createdAt: at, updatedAt: at });
      }),

    edit: (actor, name, changes) =>
      store.write(async (transaction) => {
        const before = await requireCustomRole(transaction, actor, name);
        const fields = changedFields(changes);
        const role = { ...before, ...fields, updatedAt: clock.now() };
        requireAbove(actor, authorityOfRole(role), 'role');
        await transaction.updateRole(role);
        const details = { name: role.name, changes: fields };
        await journal(transaction, { ...entry(role.updatedAt, actor), action: 'role.edit', details });
        return roleOf(role);
      }),

    delete: (actor, name) =>
      store.write(async (transaction) => {
        const role = await requireCustomRole(transaction, actor, name);
        await refuseUsed(transaction, role.name);
        await transaction.deleteRole(role.name);
        const details = { name: role.name };
        await journal(transaction, { ...entry(clock.now(), actor), action: 'role.delete', details });
        return roleOf(role);
      }),
  };
}

type Fields = Pick<CustomRole, 'description' | 'rank' | 'permissions'>;

const NOTHING: Fields = { description: '', rank: CUSTOM_RANK_MIN, permissions: [] };
const BUILT_IN = Object.keys(BUILT_IN_ROLES).filter(isBuiltInRole).map(builtInRole);

/** The fields that are given, in the form in which they are kept. */
function changedFields({ description, rank, permissions }: RoleChanges): Partial<Fields> {
  return {
    ...(description !== undefined && { description: normaliseText(description, 'description') }),
    ...(rank !== undefined && { rank: checkRank(rank) }),
    ...(permissions !== undefined && { permissions: checkPermissions(permissions) }),
  };
}

function checkRank(rank: number): number {
  if (Number.isInteger(rank) && rank >= CUSTOM_RANK_MIN && rank <= CUSTOM_RANK_MAX) return rank;
  throw new DirectoryError(
    'invalid',
    `The rank of a role is a whole number from ${CUSTOM_RANK_MIN} to ${CUSTOM_RANK_MAX}: above user, below admin.`,
    { field: 'rank' },
  );
}

/** One that the actor may change. Throws DirectoryError: not-found, forbidden. */
async function requireCustomRole(lookup: AccessLookup, actor: Actor, name: string): Promise<CustomRole> {
  requirePermission(actor, 'roles.edit');
  const key = nameKey(name);
  if (isBuiltInRole(key)) {
    throw new DirectoryError('forbidden', `The role ${key} is built in and stays as it is.`);
  }
  const role = (await lookup.role(key)) ?? notFound(`There is no role named ${quote(name)}.`);
  requireAbove(actor, authorityOfRole(role), 'role');
  return role;
}

async function refuseTaken(lookup: AccessLookup, name: string): Promise<void> {
  const roles = await lookup.roles();
  if (isBuiltInRole(name) || roles.some((role) => role.name === name)) {
    throw new DirectoryError('conflict', `The role name ${name} is taken already.`, { field: 'name' });
  }
  if (roles.length < ROLES_MAX) return;
  throw new DirectoryError('conflict', `There are ${ROLES_MAX} roles already, which is the most.`);
}

async function refuseUsed(lookup: AccessLookup, name: string): Promise<void> {
  if (!(await lookup.hasUserOfRole(name))) return;
  throw new DirectoryError('conflict', `Users have the role ${name}: give them another one first.`);
}

/** Roles are not followed by the change feed: who asks what somebody may do reads them. */
function entry(at: Date, actor: Actor) {
  return { at, actor, subjectId: null, changes: [] };
}
