/** The audit line: who did what to whom, when, from where and by which door. */

export type Door = 'cli' | 'http' | 'ldap' | 'sync' | 'start';

/** Who asks for a change. */
export interface Actor {
  readonly door: Door;
  /** A username, a source's name, or what stands for it ("console", "api-token"). */
  readonly name: string;
  /** Remote address, where there is one. */
  readonly address: string | null;
}

export interface AuditLine {
  readonly id: string;
  readonly at: Date;
  readonly actor: Actor;
  /** noun.verb, as on the command line: user.add, group.add-member, source.sync. */
  readonly action: string;
  readonly subjectId: string | null;
  /** What changed, without secrets. */
  readonly details: Readonly<Record<string, unknown>>;
}
