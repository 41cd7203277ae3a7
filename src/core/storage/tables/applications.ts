/** The table of applications. */
import { EntitySchema } from 'typeorm';
import type { Application } from '../../model/application.ts';
import { flag, integer, text } from './columns.ts';

export interface ApplicationRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly password_hash: string;
  /** JSON: an array of addresses and ranges. */
  readonly allow: string;
  readonly everyone: boolean | 0 | 1;
  /** JSON: an array of ids, of which some may be of groups that are gone. */
  readonly group_ids: string;
  readonly second_factor: Application['secondFactor'];
  readonly enabled: boolean | 0 | 1;
  readonly created_at: number;
  readonly updated_at: number;
}

export const ApplicationTable = new EntitySchema<ApplicationRow>({
  name: 'applications',
  columns: {
    id: { ...text, primary: true },
    name: text,
    description: text,
    password_hash: text,
    allow: text,
    everyone: flag,
    group_ids: text,
    second_factor: text,
    enabled: flag,
    created_at: integer,
    updated_at: integer,
  },
});

export function toApplicationRow(application: Application): ApplicationRow {
  return {
    id: application.id,
    name: application.name,
    description: application.description,
    password_hash: application.passwordHash,
    allow: JSON.stringify(application.allow),
    everyone: application.everyone,
    group_ids: JSON.stringify(application.groups),
    second_factor: application.secondFactor,
    enabled: application.enabled,
    created_at: application.createdAt.getTime(),
    updated_at: application.updatedAt.getTime(),
  };
}

export function toApplication(row: ApplicationRow): Application {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    passwordHash: row.password_hash,
    allow: JSON.parse(row.allow),
    everyone: Boolean(row.everyone),
    groups: JSON.parse(row.group_ids),
    secondFactor: row.second_factor,
    enabled: Boolean(row.enabled),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}
