/** Looks for groups in the database, along the index of their names. */
import type { OrganizationQuery, Page } from '../directory/store.ts';
import type { Group } from '../model/group.ts';
import { foldCase } from '../syntax/folding.ts';
import { anywhere, checkRows } from './page.ts';
import type { Session } from './session.ts';
import { type GroupRow, toGroup } from './tables/groups.ts';

/** Throws DirectoryError 'invalid' (field `limit`). */
export async function findGroups(
  session: Session,
  { search, after, limit }: Page & { readonly search: string },
): Promise<readonly Group[]> {
  checkRows(limit);
  const parameters: string[] = [];
  const bind = (value: string) => session.dialect.parameter(parameters.push(value));
  const matches = (column: string) => `${column} LIKE ${bind(anywhere(foldCase(search)))} ESCAPE '!'`;
  const sql = `SELECT * FROM "groups" WHERE name > ${bind(after ?? '')}
    AND organization IS NULL
    AND (${matches('name')} OR ${matches('lower(display_name)')}) ORDER BY name LIMIT ${limit}`;
  return (await session.query<GroupRow>(sql, parameters)).map(toGroup);
}

/** Throws DirectoryError 'invalid' (field `limit`). */
export async function findOrganizations(
  session: Session,
  { search, after, limit, seenBy }: OrganizationQuery,
): Promise<readonly Group[]> {
  checkRows(limit);
  const parameters: string[] = [];
  const bind = (value: string) => session.dialect.parameter(parameters.push(value));
  const matches = (column: string) => `${column} LIKE ${bind(anywhere(foldCase(search)))} ESCAPE '!'`;
  const conditions = [
    `name > ${bind(after ?? '')}`,
    'organization IS NOT NULL',
    `(${matches('name')} OR ${matches('lower(display_name)')})`,
  ];
  if (seenBy !== null) {
    const own = `SELECT group_id FROM "memberships" WHERE member_id = ${bind(seenBy)}`;
    conditions.push(`(organization = 'public' OR id IN (${own}))`);
  }
  const sql = `SELECT * FROM "groups" WHERE ${conditions.join(' AND ')} ORDER BY name LIMIT ${limit}`;
  return (await session.query<GroupRow>(sql, parameters)).map(toGroup);
}
