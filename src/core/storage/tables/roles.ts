/** The table of custom roles. */
import { EntitySchema } from 'typeorm';
import type { CustomRole } from '../../model/role.ts';
import { integer, text } from './columns.ts';

export interface RoleRow {
  readonly name: string;
  readonly description: string;
  readonly rank: number;
  /** JSON: an array of names of permissions. */
  readonly permissions: string;
  readonly created_at: number;
  readonly updated_at: number;
}

export const RoleTable = new EntitySchema<RoleRow>({
  name: 'roles',
  columns: {
    name: { ...text, primary: true },
    description: text,
    rank: integer,
    permissions: text,
    created_at: integer,
    updated_at: integer,
  },
});

export function toRoleRow(role: CustomRole): RoleRow {
  return {
    name: role.name,
    description: role.description,
    rank: role.rank,
    permissions: JSON.stringify(role.permissions),
    created_at: role.createdAt.getTime(),
    updated_at: role.updatedAt.getTime(),
  };
}

export function toRole(row: RoleRow): CustomRole {
  return {
    name: row.name,
    description: row.description,
    rank: row.rank,
    permissions: JSON.parse(row.permissions),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}
