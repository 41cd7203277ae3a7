/** Looks into the audit. */
import { requirePermission } from '../access/require.ts';
import { DirectoryError } from '../errors.ts';
import { type Actor, type AuditLine, IMPORTED_PEOPLE } from '../model/audit.ts';
import { nameKey } from '../model/names.ts';
import { checkLimit } from './lookup.ts';
import type { AuditPlace, AuditQuery, Store } from './store.ts';

/** What is given narrows the search. */
export interface AuditSearch {
  /** Username, source name or what stands for it ("console"). */
  readonly actor?: string;
  /** The user who acted. */
  readonly actorId?: string;
  /** noun.verb */
  readonly action?: string;
  /** Id of the user, group, ... to whom it was done. */
  readonly subjectId?: string;
  /** Inclusive. */
  readonly from?: Date;
  /** Exclusive. */
  readonly to?: Date;
  /** From `next` of the page before. */
  readonly cursor?: string;
  /** 1 to 1000. */
  readonly limit: number;
}

export interface AuditPage {
  /** The newest first. */
  readonly lines: readonly AuditLine[];
  /** Where the next page begins; null on the last. */
  readonly next: string | null;
}

export interface Audit {
  /** Throws DirectoryError: forbidden without audit.read, invalid. */
  list(actor: Actor, search: AuditSearch): Promise<AuditPage>;
}

const CURSOR = /^(\d{1,15})-(\d{1,15})$/;

export function createAudit({ store }: { readonly store: Pick<Store, 'read'> }): Audit {
  return {
    async list(actor, search) {
      requirePermission(actor, 'audit.read');
      checkLimit(search.limit);
      const query = queryOf(search);
      // One more than asked for tells whether there is a next page.
      const found = await store.read((transaction) =>
        transaction.auditSearch({ ...query, limit: search.limit + 1 }),
      );
      const page = found.slice(0, search.limit);
      const last = found.length > search.limit ? page.at(-1) : undefined;
      return {
        lines: page.map(({ line }) => (line.action === IMPORTED_PEOPLE ? counted(line) : line)),
        next: last === undefined ? null : `${last.line.at.getTime()}-${last.seq}`,
      };
    },
  };
}

/** Thousands of ids would fill every list. */
function counted({ details, ...line }: AuditLine): AuditLine {
  const lengths = Object.entries(details).map(([name, ids]) => [name, Array.isArray(ids) ? ids.length : ids]);
  return { ...line, details: Object.fromEntries(lengths) };
}

function queryOf({ actor, actorId, action, subjectId, from, to, cursor }: AuditSearch): AuditQuery {
  return {
    actor: actor === undefined ? null : nameKey(actor),
    actorId: actorId ?? null,
    action: action ?? null,
    subjectId: subjectId ?? null,
    from: from ?? null,
    to: to ?? null,
    before: cursor === undefined ? null : placeOf(cursor),
  };
}

function placeOf(cursor: string): AuditPlace {
  const [, at, seq] = CURSOR.exec(cursor) ?? [];
  if (at !== undefined && seq !== undefined) return { at: Number(at), seq: Number(seq) };
  throw new DirectoryError('invalid', 'This is not the cursor of a page.', { field: 'cursor' });
}
