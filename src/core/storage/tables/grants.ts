/** The table of single permissions that are given to users, or taken away from them. */
import { EntitySchema } from 'typeorm';
import type { Permission } from '../../access/permissions.ts';
import type { Grant } from '../../model/role.ts';
import { flag, text } from './columns.ts';

export interface GrantRow {
  readonly user_id: string;
  readonly permission: Permission;
  readonly allowed: boolean | 0 | 1;
}

export const GrantTable = new EntitySchema<GrantRow>({
  name: 'grants',
  columns: { user_id: { ...text, primary: true }, permission: { ...text, primary: true }, allowed: flag },
});

export function toGrantRow({ userId, permission, allowed }: Grant): GrantRow {
  return { user_id: userId, permission, allowed };
}

export function toGrant(row: GrantRow): Grant {
  return { userId: row.user_id, permission: row.permission, allowed: Boolean(row.allowed) };
}
