/** What somebody may do, as it was found when the request came in. */
import { PERMISSION_NAMES, type Permission } from './permissions.ts';

export interface Authority {
  /** null: no user, but the console, a schedule, a sync, or the installation's API token. */
  readonly userId: string | null;
  /** Of the role; see BUILT_IN_ROLES. */
  readonly rank: number;
  readonly permissions: ReadonlySet<Permission>;
  /** Whether somebody else acts as the user, by a temporary password. */
  readonly impersonated?: boolean;
  /** Whether the user has just given the own password once more. */
  readonly proven?: boolean;
}

/** Of whoever has the machine or its API token: above all roles. */
export const SYSTEM_AUTHORITY: Authority = {
  userId: null,
  rank: Number.MAX_SAFE_INTEGER,
  permissions: new Set(PERMISSION_NAMES),
};

/** Of whoever has not signed in. */
export const NO_AUTHORITY: Authority = { userId: null, rank: -1, permissions: new Set() };
