/** The audit line: who did what to whom, when, from where and by which door. */

import type { Authority } from '../access/authority.ts';

/** http: the API; web: the pages. */
export type Door = 'cli' | 'http' | 'web' | 'ldap' | 'sync' | 'schedule' | 'start';

/** Who asks. */
export interface Actor {
  readonly door: Door;
  /** A username, a source's name, or what stands for it ("console", "api-token"). */
  readonly name: string;
  /** Remote address, where there is one. */
  readonly address: string | null;
  readonly authority: Authority;
}

/** Of up to a thousand people of a file together: `created` and `updated` are their ids, or how many when shown. */
export const IMPORTED_PEOPLE = 'user.import-people';

/** The actor as the audit keeps it. */
export interface AuditActor extends Pick<Actor, 'door' | 'name' | 'address'> {
  /** null: no user. */
  readonly userId: string | null;
}

export interface AuditLine {
  readonly id: string;
  readonly at: Date;
  readonly actor: AuditActor;
  /** noun.verb, as on the command line: user.add, group.add-member, source.sync. */
  readonly action: string;
  readonly subjectId: string | null;
  /** What changed, without secrets. */
  readonly details: Readonly<Record<string, unknown>>;
}
