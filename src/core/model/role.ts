/** A role: what its users may do. */
import {
  BASE_PERMISSIONS,
  BUILT_IN_ROLES,
  type BuiltInRoleName,
  type Permission,
} from '../access/permissions.ts';

/** One that an administrator made; the built-in ones are in access/permissions.ts. */
export interface CustomRole {
  /** Unique, lower-case, as a group name; it is what users bear, and never changes. */
  readonly name: string;
  readonly description: string;
  /** CUSTOM_RANK_MIN to CUSTOM_RANK_MAX. */
  readonly rank: number;
  /** Those beyond BASE_PERMISSIONS. */
  readonly permissions: readonly Permission[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Either kind, as it is shown and asked. */
export interface Role {
  readonly name: string;
  readonly description: string;
  readonly rank: number;
  readonly permissions: readonly Permission[];
  readonly builtIn: boolean;
}

export const ROLES_MAX = 100;

export function isBuiltInRole(name: string): name is BuiltInRoleName {
  return Object.hasOwn(BUILT_IN_ROLES, name);
}

export function builtInRole(name: BuiltInRoleName): Role {
  return { name, ...BUILT_IN_ROLES[name], builtIn: true };
}

export function roleOf({ name, description, rank, permissions }: CustomRole): Role {
  return {
    ...{ name, description, rank },
    permissions: [...new Set([...BASE_PERMISSIONS, ...permissions])],
    builtIn: false,
  };
}

/** A single permission given to a user beside the role, or taken away from it. */
export interface Grant {
  readonly userId: string;
  readonly permission: Permission;
  readonly allowed: boolean;
}
