/** Plans groups without their members. */
import { isDeepStrictEqual } from 'node:util';
import type { ImportedGroupFields, StepOf } from '../core/directory/imports.ts';
import type { NewId } from '../core/ids.ts';
import type { Group } from '../core/model/group.ts';
import { normaliseGroupName, oneLine } from '../core/model/names.ts';
import type { SyncProblem } from '../core/model/sync-run.ts';
import { type EntryKind, type MatchedEntry, matchEntries } from './plan-entries.ts';
import { type PlannedStep, valid } from './plan-steps.ts';
import { type InTurns, visitInTurns } from './plan-turns.ts';
import type { UpstreamGroup } from './source.ts';

export type MatchedGroup = MatchedEntry<UpstreamGroup, Group>;

export interface GroupPlanInput {
  readonly upstream: readonly UpstreamGroup[];
  readonly imports: readonly Group[];
  /** Held by groups that are not imports of this source. */
  readonly taken: ReadonlyMap<string, string>;
  readonly newId: NewId;
}

export interface GroupPlan {
  readonly matched: readonly MatchedGroup[];
  readonly gone: readonly Group[];
  /** Imports whose entries were skipped. */
  readonly skipped: readonly Group[];
  readonly updates: readonly PlannedStep<StepOf<'update-group'>>[];
  readonly creates: readonly PlannedStep<StepOf<'create-group'>>[];
  readonly problems: readonly SyncProblem[];
  readonly weak: boolean;
}

export function* planGroups({ upstream, imports, taken, newId }: GroupPlanInput): InTurns<GroupPlan> {
  const found = yield* matchEntries(GROUP_KIND, upstream, imports, taken, newId);
  const updates: PlannedStep<StepOf<'update-group'>>[] = [];
  const creates: PlannedStep<StepOf<'create-group'>>[] = [];
  yield* visitInTurns(found.matched, (match) => {
    const fields = fieldsOf(match);
    if (match.imported === null) creates.push(createOf(match, fields));
    else updates.push(...updateOf(match.imported, match.entry, fields));
  });
  yield* visitInTurns(found.gone, (group) => updates.push(...suspensionOf(group)));
  return { ...found, updates, creates };
}

/** The names that these groups may get, to ask who else has them. */
export function wantedByGroups(upstream: readonly UpstreamGroup[]): string[] {
  return [...new Set(upstream.flatMap(({ name }) => valid(name, normaliseGroupName) ?? []))];
}

const GROUP_KIND: EntryKind<UpstreamGroup, Group> = {
  nameWord: 'group name',
  nameOf: ({ name }) => name,
  currentName: ({ name }) => name,
  normalise: normaliseGroupName,
  hint: () => '',
};

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

function createOf(
  { key, id, entry }: MatchedGroup,
  fields: ImportedGroupFields,
): PlannedStep<StepOf<'create-group'>> {
  const step = { type: 'create-group', id, externalId: key, dn: entry.dn, fields } as const;
  return { step, dn: entry.dn, counts: { groupsCreated: 1 } };
}

/** No step where nothing changed. */
function updateOf(
  group: Group,
  { dn }: UpstreamGroup,
  fields: ImportedGroupFields,
): PlannedStep<StepOf<'update-group'>>[] {
  const { origin } = group;
  const same = dn === origin?.dn && isDeepStrictEqual(fields, presentFields(group));
  if (same && origin.suspendedSince === null) return [];
  const step = { type: 'update-group', id: group.id, dn, fields, suspended: false } as const;
  return [{ step, dn, counts: { groupsUpdated: 1 } }];
}

function suspensionOf(group: Group): PlannedStep<StepOf<'update-group'>>[] {
  const { id, origin } = group;
  if (origin?.suspendedSince !== null) return [];
  const step = {
    type: 'update-group',
    id,
    dn: origin.dn,
    fields: presentFields(group),
    suspended: true,
  } as const;
  return [{ step, dn: origin.dn, counts: { groupsSuspended: 1 } }];
}
