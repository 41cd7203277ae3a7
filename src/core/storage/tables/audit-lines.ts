/** The table of audit lines, in the order in which they were written. */
import { EntitySchema } from 'typeorm';
import type { AuditLine, Door } from '../../model/audit.ts';
import { integer, optionalText, text } from './columns.ts';

export interface AuditLineRow {
  readonly seq: number;
  readonly id: string;
  readonly at: number;
  readonly door: Door;
  readonly actor: string;
  readonly address: string | null;
  readonly actor_id: string | null;
  readonly action: string;
  readonly subject_id: string | null;
  /** JSON: an object. */
  readonly details: string;
}

export const AuditLineTable = new EntitySchema<AuditLineRow>({
  name: 'audit_lines',
  columns: {
    seq: { ...integer, primary: true, generated: 'increment' },
    id: text,
    at: integer,
    door: text,
    actor: text,
    address: optionalText,
    actor_id: optionalText,
    action: text,
    subject_id: optionalText,
    details: text,
  },
});

export function toAuditLineRow(line: AuditLine): Omit<AuditLineRow, 'seq'> {
  return {
    id: line.id,
    at: line.at.getTime(),
    door: line.actor.door,
    actor: line.actor.name,
    address: line.actor.address,
    actor_id: line.actor.userId,
    action: line.action,
    subject_id: line.subjectId,
    details: JSON.stringify(line.details),
  };
}

export function toAuditLine(row: AuditLineRow): AuditLine {
  return {
    id: row.id,
    at: new Date(row.at),
    actor: { door: row.door, name: row.actor, address: row.address, userId: row.actor_id },
    action: row.action,
    subjectId: row.subject_id,
    details: JSON.parse(row.details),
  };
}
