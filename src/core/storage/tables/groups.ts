/** The table of groups. */
import { EntitySchema } from 'typeorm';
import { NO_ATTRIBUTES } from '../../model/attribute-definition.ts';
import type { Group } from '../../model/group.ts';
import { NO_METADATA } from '../../model/metadata.ts';
import { emailKey } from '../../model/names.ts';
import { integer, optionalText, text } from './columns.ts';
import { type ImportColumns, importColumns, toImportColumns, toOrigin } from './origin.ts';

export interface GroupRow extends ImportColumns {
  readonly id: string;
  readonly posix_number: number;
  readonly name: string;
  readonly display_name: string;
  readonly description: string;
  readonly email: string | null;
  readonly email_key: string | null;
  readonly permissions: Group['permissions'];
  readonly organization: Group['organization'];
  /** JSON: lists of texts by the id of their definition. */
  readonly attributes: string;
  /** JSON: texts by name. */
  readonly metadata: string;
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
    email: optionalText,
    email_key: optionalText,
    permissions: optionalText,
    organization: optionalText,
    attributes: text,
    metadata: text,
    ...importColumns,
    created_at: integer,
    updated_at: integer,
  },
});

export function toGroupRow(group: Group, digest: string | null = null): GroupRow {
  return {
    id: group.id,
    posix_number: group.posixNumber,
    name: group.name,
    display_name: group.displayName,
    description: group.description,
    email: group.email,
    email_key: group.email === null ? null : emailKey(group.email),
    permissions: group.permissions,
    organization: group.organization,
    attributes: JSON.stringify(group.attributes),
    metadata: JSON.stringify(group.metadata),
    ...toImportColumns(group.origin, digest),
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
    email: row.email,
    permissions: row.permissions,
    organization: row.organization,
    attributes: row.attributes === '{}' ? NO_ATTRIBUTES : JSON.parse(row.attributes),
    metadata: row.metadata === '{}' ? NO_METADATA : JSON.parse(row.metadata),
    origin: toOrigin(row),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}
