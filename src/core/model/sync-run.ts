/** A sync run: one pass of a source, from enumeration to its report. */

export const SYNC_PHASES = [
  'connect',
  'enumerate-users',
  'enumerate-groups',
  'plan',
  'guard',
  'apply',
  'report',
] as const;
export type SyncPhase = (typeof SYNC_PHASES)[number];

/** running is the only state that is not final. aborted: its process died. paused: the guard asks a person. */
export type SyncState = 'running' | 'succeeded' | 'failed' | 'aborted' | 'paused';

/** What a run changed; each counter equals the difference in the database before and after. */
export interface SyncCounters {
  readonly usersSeen: number;
  readonly groupsSeen: number;
  readonly usersCreated: number;
  readonly usersUpdated: number;
  /** Gone or disabled upstream: kept, but disabled here. Who was disabled before the import counts as created. */
  readonly usersDisabled: number;
  /** Found again after having been disabled by a sync. */
  readonly usersEnabled: number;
  readonly groupsCreated: number;
  readonly groupsUpdated: number;
  /** No longer found upstream: kept, marked as suspended. */
  readonly groupsSuspended: number;
  readonly membersAdded: number;
  readonly membersRemoved: number;
  /** Entries that could not be imported; each is an item of the report. */
  readonly problems: number;
}

export const NO_COUNTERS: SyncCounters = {
  usersSeen: 0,
  groupsSeen: 0,
  usersCreated: 0,
  usersUpdated: 0,
  usersDisabled: 0,
  usersEnabled: 0,
  groupsCreated: 0,
  groupsUpdated: 0,
  groupsSuspended: 0,
  membersAdded: 0,
  membersRemoved: 0,
  problems: 0,
};

/** One entry of the directory upstream that was not imported as it stands, and why. */
export interface SyncProblem {
  readonly dn: string;
  readonly reason: string;
}

/** A report keeps at most this many problems; the counter tells how many there were. */
export const SYNC_PROBLEMS_MAX = 1000;

export interface SyncRun {
  readonly id: string;
  readonly sourceId: string;
  readonly state: SyncState;
  readonly phase: SyncPhase;
  /** Within the phase: entries read or steps applied so far, of how many where that is known. */
  readonly progress: { readonly done: number; readonly total: number | null };
  readonly counters: SyncCounters;
  readonly problems: readonly SyncProblem[];
  /** One sentence: why it failed, paused or was aborted; for a success, what changed. Empty while running. */
  readonly reason: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** The process that holds the run's lease; see directory/sync-runs.ts. */
  readonly holder: string;
  readonly leaseExpiresAt: Date;
}
