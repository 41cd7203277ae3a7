/** The table of groups. */
import { EntitySchema } from 'typeorm';
import type { Group } from '../../model/group.ts';
import { integer, text } from './columns.ts';
import { type OriginColumns, originColumns, toOrigin, toOriginColumns } from './origin.ts';

export interface GroupRow extends OriginColumns {
  readonly id: string;
  readonly posix_number: number;
  readonly name: string;
  readonly display_name: string;
  readonly description: string;
  readonly created_at: number;
  readonly updated_at: number;
}

export const GroupTable = new EntitySchema<GroupRow>({
  name: 'groups',
  columns: {
    id: { ...text, primary: true },
    posix_number: integer,
    name: text,
    display_name: text,
    description: text,
    ...originColumns,
    created_at: integer,
    updated_at: integer,
  },
});

export function toGroupRow(group: Group): GroupRow {
  return {
    id: group.id,
    posix_number: group.posixNumber,
    name: group.name,
    display_name: group.displayName,
    description: group.description,
    ...toOriginColumns(group.origin),
    created_at: group.createdAt.getTime(),
    updated_at: group.updatedAt.getTime(),
  };
}

export function toGroup(row: GroupRow): Group {
  return {
    id: row.id,
    posixNumber: row.posix_number,
    name: row.name,
    displayName: row.display_name,
    description: row.description,
    origin: toOrigin(row),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}
