/** Plans groups without their members. */
import { isDeepStrictEqual } from 'node:util';
import type { ImportedGroupFields, StepOf } from '../core/directory/imports.ts';
import type { NewId } from '../core/ids.ts';
import type { Group } from '../core/model/group.ts';
import { normaliseGroupName, oneLine } from '../core/model/names.ts';
import type { SyncPolicy } from '../core/model/sync-policy.ts';
import type { SyncProblem } from '../core/model/sync-run.ts';
import { type EntryKind, type Holders, type MatchedEntry, matchEntries } from './plan-entries.ts';
import { hasMoved, isKnownGone, isOver, type PlannedStep, valid, viaOf } from './plan-steps.ts';
import { type InTurns, visitInTurns } from './plan-turns.ts';
import type { UpstreamGroup } from './source.ts';

export type MatchedGroup = MatchedEntry<UpstreamGroup, Group>;

export interface GroupPlanInput {
  readonly upstream: readonly UpstreamGroup[];
  readonly imports: readonly Group[];
  /** Of groups that are not imports of this source. */
  readonly holders: Holders<Group>;
  readonly policy: Pick<SyncPolicy, 'goneGroups' | 'removalGraceDays'>;
  readonly now: Date;
  readonly newId: NewId;
  /** See matchEntries. */
  readonly hasIds: boolean;
}

export interface GroupPlan {
  readonly matched: readonly MatchedGroup[];
  readonly gone: readonly Group[];
  /** Imports whose entries were skipped. */
  readonly skipped: readonly Group[];
  readonly expired: readonly Group[];
  readonly updates: readonly PlannedStep<StepOf<'update-group' | 'adopt-group'>>[];
  readonly creates: readonly PlannedStep<StepOf<'create-group'>>[];
  readonly problems: readonly SyncProblem[];
  readonly weak: boolean;
}

export function* planGroups(input: GroupPlanInput): InTurns<GroupPlan> {
  const { upstream, imports, holders, newId, hasIds } = input;
  const found = yield* matchEntries(groupKind(input), upstream, imports, holders, newId, hasIds);
  const updates: PlannedStep<StepOf<'update-group' | 'adopt-group'>>[] = [];
  const creates: PlannedStep<StepOf<'create-group'>>[] = [];
  yield* visitInTurns(found.matched, (match) => {
    const fields = fieldsOf(match);
    if (match.imported === null) creates.push(createOf(match, fields));
    else updates.push(...updateOf(match, match.imported, fields));
  });
  yield* visitInTurns(found.gone, (group) => updates.push(...suspensionOf(group, input.now)));
  return { ...found, updates, creates };
}

/** The names that these groups may get, to ask who else has them. */
export function wantedByGroups(upstream: readonly UpstreamGroup[], imports: readonly Group[]): string[] {
  const wanted = new Set(upstream.flatMap(({ name }) => valid(name, normaliseGroupName) ?? []));
  for (const { name } of imports) wanted.delete(name);
  return [...wanted];
}

function groupKind({ policy, now }: GroupPlanInput): EntryKind<UpstreamGroup, Group> {
  return {
    nameWord: 'group name',
    nameOf: ({ name }) => name,
    currentName: ({ name }) => name,
    normalise: normaliseGroupName,
    hint: () => '',
    // Applications know a group by its name: who makes it anew upstream means the same one.
    isSame: () => true,
    isExpired: ({ origin }) => policy.goneGroups === 'remove' && isOver(origin, policy.removalGraceDays, now),
  };
}

function fieldsOf({ entry, name }: MatchedGroup): ImportedGroupFields {
  return {
    name,
    displayName: oneLine(entry.displayName ?? '') || name,
    description: oneLine(entry.description ?? ''),
  };
}

function presentFields({ name, displayName, description }: Group): ImportedGroupFields {
  return { name, displayName, description };
}

const CREATED = { groupsCreated: 1 } as const;

function createOf(
  { key, id, entry }: MatchedGroup,
  fields: ImportedGroupFields,
): PlannedStep<StepOf<'create-group'>> {
  const { dn } = entry;
  const step = { type: 'create-group', id, externalId: key, dn, ...viaOf(entry), fields } as const;
  return { step, dn, counts: CREATED };
}

/** No step where nothing changed. */
function updateOf(
  { key, entry, adopted }: MatchedGroup,
  group: Group,
  fields: ImportedGroupFields,
): PlannedStep<StepOf<'update-group' | 'adopt-group'>>[] {
  const { dn } = entry;
  const { id, origin } = group;
  const counts = { groupsUpdated: 1 };
  const target = { id, dn, ...viaOf(entry), fields };
  if (adopted) return [{ step: { type: 'adopt-group', externalId: key, ...target }, dn, counts }];
  const sameEntry = origin !== null && key === origin.externalId && !hasMoved(entry, origin);
  if (sameEntry && origin.suspendedSince === null && isDeepStrictEqual(fields, presentFields(group)))
    return [];
  const relinked = key === origin?.externalId ? {} : { externalId: key };
  return [{ step: { type: 'update-group', ...relinked, ...target, suspended: false }, dn, counts }];
}

function suspensionOf(group: Group, now: Date): PlannedStep<StepOf<'update-group'>>[] {
  const { id, origin } = group;
  if (origin === null || isKnownGone(origin, now)) return [];
  const step = {
    type: 'update-group',
    id,
    dn: origin.dn,
    fields: presentFields(group),
    suspended: true,
    gone: true,
  } as const;
  return [{ step, dn: origin.dn, counts: origin.suspendedSince === null ? { groupsSuspended: 1 } : {} }];
}
