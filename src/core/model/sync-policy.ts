/** What a sync does with what it finds, where an operator may choose. */
import { DirectoryError } from '../errors.ts';

export const REMOVALS = ['disable', 'delete'] as const;
export const GONE_GROUPS = ['keep', 'remove'] as const;
export const LOCAL_MEMBERS = ['keep', 'remove'] as const;
export const CONFLICTS = ['report', 'link'] as const;

export interface SyncPolicy {
  /** A user gone upstream is disabled at once; `delete`: and deleted `removalGraceDays` later. */
  readonly removal: (typeof REMOVALS)[number];
  /** Days from being disabled to being deleted; 0: deleted at once. */
  readonly removalGraceDays: number;
  /** `remove`: a group gone upstream loses its imported members at once, and is deleted after the days of grace. */
  readonly goneGroups: (typeof GONE_GROUPS)[number];
  /** Members that people added here to an imported group; `remove`: the group mirrors the source. */
  readonly localMembers: (typeof LOCAL_MEMBERS)[number];
  /** A username that a local user has: `link` takes that user over where the e-mail address is the same too. */
  readonly conflicts: (typeof CONFLICTS)[number];
  /** Of two sources that list the same name, the one with the higher number has it. */
  readonly precedence: number;
  /** A run pauses when it would take away more than this share in percent ... */
  readonly guardPercent: number;
  /** ... and at least so many. */
  readonly guardMinimum: number;
}

export const DEFAULT_POLICY: SyncPolicy = {
  removal: 'disable',
  removalGraceDays: 30,
  goneGroups: 'keep',
  localMembers: 'keep',
  conflicts: 'report',
  precedence: 0,
  guardPercent: 20,
  guardMinimum: 10,
};

export const GRACE_DAYS_MAX = 3650;
export const PRECEDENCE_MAX = 1000;
export const GUARD_MINIMUM_MAX = 1_000_000;

/** What is given of a policy, checked. Throws DirectoryError 'invalid', whose field and sentence name what to mend. */
export function normalisePolicy(given: Partial<SyncPolicy>): SyncPolicy {
  const policy = { ...DEFAULT_POLICY, ...given };
  return {
    removal: oneOf('removal', policy.removal, REMOVALS),
    removalGraceDays: between('removalGraceDays', policy.removalGraceDays, 0, GRACE_DAYS_MAX),
    goneGroups: oneOf('goneGroups', policy.goneGroups, GONE_GROUPS),
    localMembers: oneOf('localMembers', policy.localMembers, LOCAL_MEMBERS),
    conflicts: oneOf('conflicts', policy.conflicts, CONFLICTS),
    precedence: between('precedence', policy.precedence, 0, PRECEDENCE_MAX),
    guardPercent: between('guardPercent', policy.guardPercent, 0, 100),
    guardMinimum: between('guardMinimum', policy.guardMinimum, 1, GUARD_MINIMUM_MAX),
  };
}

/** The fields as people call them. */
const WORDS: Readonly<Record<keyof SyncPolicy, string>> = {
  removal: 'What becomes of users gone upstream',
  removalGraceDays: 'The days of grace',
  goneGroups: 'What becomes of groups gone upstream',
  localMembers: 'What becomes of local members of imported groups',
  conflicts: 'The rule for names that a local user has',
  precedence: 'The precedence',
  guardPercent: 'The share at which a sync pauses, in percent,',
  guardMinimum: 'The number from which a sync may pause',
};

function oneOf<Value extends string>(field: keyof SyncPolicy, value: Value, known: readonly Value[]): Value {
  if (known.includes(value)) return value;
  throw new DirectoryError('invalid', `${WORDS[field]} must be ${known.join(' or ')}.`, { field });
}

function between(field: keyof SyncPolicy, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new DirectoryError('invalid', `${WORDS[field]} must be a whole number from ${min} to ${max}.`, {
    field,
  });
}
