/** Reads the audit. */
import type { AuditLookup, AuditQuery } from '../directory/store.ts';
import { IMPORTED_PEOPLE } from '../model/audit.ts';
import type { Dialect, Session } from './session.ts';
import { type AuditLineRow, AuditLineTable, toAuditLine } from './tables/audit-lines.ts';
import { toMs } from './tables/columns.ts';

export function createAuditLookup(session: Session): AuditLookup {
  return {
    async auditLines(limit) {
      return (await session.find(AuditLineTable, { order: { seq: 'DESC' }, take: limit })).map(toAuditLine);
    },
    async auditSearch(query) {
      const { sql, values } = auditSearchSql(session.dialect, query);
      const rows = await session.query<AuditLineRow>(sql, values);
      return rows.map((row) => ({ seq: Number(row.seq), line: toAuditLine(row) }));
    },
  };
}

/** One statement for what is asked; each equality has an index that ends in time and seq. */
export function auditSearchSql(
  dialect: Dialect,
  { limit, before, ...query }: AuditQuery & { readonly limit: number },
): { readonly sql: string; readonly values: readonly (string | number)[] } {
  const values: (string | number)[] = [];
  const place = (value: string | number) => dialect.parameter(values.push(value));
  const { subjectId } = query;
  const isPerson = subjectId !== null && UUID.test(subjectId);
  const conditions = conditionsOf(isPerson ? { ...query, subjectId: null } : query).map(
    ({ column, operator, value }) => `"${column}" ${operator} ${place(value)}`,
  );
  if (isPerson) {
    const own = `"subject_id" = ${place(subjectId)}`;
    const imported = `"action" = ${place(IMPORTED_PEOPLE)} AND "details" LIKE ${place(`%"${subjectId}"%`)}`;
    conditions.push(`(${own} OR (${imported}))`);
  }
  if (before !== null) conditions.push(`("at", "seq") < (${place(before.at)}, ${place(before.seq)})`);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const bound = `ORDER BY "at" DESC, "seq" DESC LIMIT ${place(limit)}`;
  return { sql: `SELECT * FROM "audit_lines" ${where} ${bound}`, values };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface Condition {
  readonly column: string;
  readonly operator: string;
  readonly value: string | number;
}

function conditionsOf(query: Omit<AuditQuery, 'before'>): readonly Condition[] {
  const possible = [
    { column: 'actor', operator: '=', value: query.actor },
    { column: 'actor_id', operator: '=', value: query.actorId },
    { column: 'action', operator: '=', value: query.action },
    { column: 'subject_id', operator: '=', value: query.subjectId },
    { column: 'at', operator: '>=', value: toMs(query.from) },
    { column: 'at', operator: '<', value: toMs(query.to) },
  ];
  return possible.flatMap(({ value, ...rest }) => (value === null ? [] : [{ ...rest, value }]));
}
