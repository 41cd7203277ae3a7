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

/**
 * running is the only state that is not final. aborted: its process died. paused: the guard asks a person.
 * cancelled: a person ended it; what was applied until then stays.
 */
export type SyncState = 'running' | 'succeeded' | 'failed' | 'aborted' | 'paused' | 'cancelled';

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
  /** Gone upstream for longer than the source's days of grace. */
  readonly usersDeleted: number;
  readonly groupsCreated: number;
  readonly groupsUpdated: number;
  /** No longer found upstream: kept, marked as suspended. */
  readonly groupsSuspended: number;
  readonly groupsDeleted: number;
  readonly membersAdded: number;
  /** Those of deleted users and groups too. */
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
  usersDeleted: 0,
  groupsCreated: 0,
  groupsUpdated: 0,
  groupsSuspended: 0,
  groupsDeleted: 0,
  membersAdded: 0,
  membersRemoved: 0,
  problems: 0,
};

/** One entry of the directory upstream that was not imported as it stands, and why. */
export interface SyncProblem {
  readonly dn: string;
  readonly reason: string;
  /** Of a person: the username that somebody else has here, who can be bound to the entry by hand. */
  readonly takenUsername?: string;
}

export const SYNC_ACTIONS = ['create', 'update', 'suspend', 'restore', 'delete', 'adopt', 'members'] as const;
/** adopt: an entry that was not the source's becomes its import. members: a group's members change. */
export type SyncAction = (typeof SYNC_ACTIONS)[number];

/** One field of an entry, before and after; of a list, such as members, what goes or what comes. */
export interface SyncChange {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** What a run does to one entry here, for people to read. */
export interface SyncItem {
  readonly kind: 'user' | 'group';
  readonly action: SyncAction;
  /** Username or group name. */
  readonly name: string;
  /** Upstream. */
  readonly dn: string;
  /** The first SYNC_ITEM_CHANGES_MAX of them. */
  readonly changes: readonly SyncChange[];
  /** Changes that are not listed. */
  readonly moreChanges: number;
}

/** An item in the report of a run; `seq` is its place there. */
export interface SyncReportItem extends SyncItem {
  readonly seq: number;
}

/** A plan and a report tell of at most this many entries; the counters tell of all. */
export const SYNC_ITEMS_MAX = 10_000;
export const SYNC_ITEM_CHANGES_MAX = 100;

/** What a sync would do, and why it would wait for a person first. */
export interface SyncPreview {
  /** One sentence; null where a sync would go ahead. */
  readonly pause: string | null;
  /** In sentences. */
  readonly summary: string;
  readonly counters: SyncCounters;
  readonly problems: readonly SyncProblem[];
  readonly items: readonly SyncItem[];
  /** Items in all; `items` holds the first SYNC_ITEMS_MAX. */
  readonly itemsTotal: number;
}

/** A report keeps at most this many problems; the counter tells how many there were. */
export const SYNC_PROBLEMS_MAX = 1000;

/** Where a page of runs, newest first, ended: `startedAt` in milliseconds since 1970. */
export interface RunPlace {
  readonly startedAt: number;
  readonly id: string;
}

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
  /** Somebody wants it to end: it stops before it writes more. */
  readonly cancelRequested: boolean;
  /** The process that holds the run's lease; see directory/sync-runs.ts. */
  readonly holder: string;
  readonly leaseExpiresAt: Date;
}
