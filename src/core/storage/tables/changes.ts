/** The table of changes: the feed that followers read. */
import { EntitySchema } from 'typeorm';
import type { ChangeSubject, NewChange } from '../../model/change.ts';
import { integer, optionalText, text } from './columns.ts';

/** Marks the oldest row left after pruning: what came before it is gone; see prune.ts. */
export const PRUNED = 'pruned';

export interface ChangeRow {
  readonly seq: number;
  readonly subject: ChangeSubject | typeof PRUNED;
  readonly subject_id: string;
  readonly member_id: string | null;
  readonly at: number;
}

export const ChangeTable = new EntitySchema<ChangeRow>({
  name: 'changes',
  columns: {
    seq: { ...integer, primary: true, generated: 'increment' },
    subject: text,
    subject_id: text,
    member_id: optionalText,
    at: integer,
  },
});

export function toChangeRow(change: NewChange, at: Date): Omit<ChangeRow, 'seq'> {
  return {
    subject: change.subject,
    subject_id: change.subjectId,
    member_id: change.memberId,
    at: at.getTime(),
  };
}
