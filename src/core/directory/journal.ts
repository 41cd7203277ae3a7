/** What every change leaves behind in its own transaction: rows of the change feed and one audit line. */
import type { NewId } from '../ids.ts';
import type { Actor } from '../model/audit.ts';
import type { ChangeSubject, NewChange } from '../model/change.ts';
import type { WriteTransaction } from './store.ts';

interface JournalEntry {
  readonly at: Date;
  readonly actor: Actor;
  /** noun.verb, as on the command line. */
  readonly action: string;
  readonly subjectId: string | null;
  /** What changed, without secrets. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly changes: readonly NewChange[];
}

export type Journal = (transaction: WriteTransaction, entry: JournalEntry) => Promise<void>;

export function createJournal(newId: NewId): Journal {
  return async (transaction, { changes, ...line }) => {
    if (changes.length > 0) await transaction.appendChanges(changes, line.at);
    const { door, name, address, authority } = line.actor;
    const actor = { door, name, address, userId: authority.userId };
    await transaction.appendAudit({ id: newId(), ...line, actor });
  };
}

export function changeOf(subject: Exclude<ChangeSubject, 'membership'>, subjectId: string): NewChange {
  return { subject, subjectId, memberId: null };
}

export function membershipChange(groupId: string, memberId: string): NewChange {
  return { subject: 'membership', subjectId: groupId, memberId };
}
