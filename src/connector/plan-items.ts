/** Tells in names and fields, for people to read, what the steps of a plan do. */
import type { ImportedState, TakenNames } from '../core/directory/imports.ts';
import type { Avatar } from '../core/model/avatar.ts';
import type { Group } from '../core/model/group.ts';
import {
  SYNC_ITEM_CHANGES_MAX,
  SYNC_ITEMS_MAX,
  type SyncAction,
  type SyncChange,
  type SyncItem,
} from '../core/model/sync-run.ts';
import type { User } from '../core/model/user.ts';
import type { Plan } from './plan.ts';
import type { PlannedStep, PlanStep } from './plan-steps.ts';

/** The item of a step; steps may have lost some of their members since they were planned. */
export type Describe = (planned: PlannedStep) => SyncItem;

/** Longer values are cut: what an entry upstream holds may be of any size. */
const VALUE_LENGTH_MAX = 200;

/** Keeps of the state what the first SYNC_ITEMS_MAX steps need: names, and the entries that they change. */
export function createDescribe({ stages }: Plan, state: ImportedState, taken: TakenNames): Describe {
  const steps = stages.flatMap((stage) => stage.steps.map(({ step }) => step));
  const told = steps.slice(0, SYNC_ITEMS_MAX);
  const named = new Set(told.flatMap(idsIn));
  const changed = new Set(told.flatMap((step) => ('fields' in step ? step.id : [])));
  const known = [...state.users, ...state.groups, ...adoptable(taken)];
  const { users = [], groups = [] } = state.settled ?? {};
  const names = new Map<string, string>();
  const tell = (id: string, name: string) => named.has(id) && names.set(id, name);
  for (const { id, name } of [...users, ...groups]) tell(id, name);
  for (const entry of known) tell(entry.id, nameOf(entry));
  for (const step of steps) if ('fields' in step) tell(step.id, nameOf(step.fields));
  const before = new Map(known.flatMap((entry) => (changed.has(entry.id) ? [[entry.id, entry]] : [])));
  return ({ step, dn }) => itemOf(step, dn, names, 'id' in step ? (before.get(step.id) ?? null) : null);
}

/** Of all that the item of a step names. */
function idsIn(step: PlanStep): readonly string[] {
  if (step.type === 'add-members') return [step.groupId, ...step.members.map(({ memberId }) => memberId)];
  return step.type === 'remove-members' ? [step.groupId, ...step.memberIds] : [step.id];
}

/** The first SYNC_ITEMS_MAX steps of a plan. */
export function plannedItems({ stages }: Plan, describe: Describe): readonly SyncItem[] {
  const items: SyncItem[] = [];
  for (const { steps } of stages) {
    for (const planned of steps.slice(0, SYNC_ITEMS_MAX - items.length)) items.push(describe(planned));
  }
  return items;
}

function adoptable({ adoptable: { users, groups } }: TakenNames): readonly (User | Group)[] {
  return [...users.values(), ...groups.values()];
}

function nameOf(entry: { readonly username: string } | { readonly name: string }): string {
  return 'username' in entry ? entry.username : entry.name;
}

function itemOf(
  step: PlanStep,
  dn: string,
  names: ReadonlyMap<string, string>,
  before: User | Group | null,
): SyncItem {
  const id = 'id' in step ? step.id : step.groupId;
  const changes = changesOf(step, names, before);
  return {
    kind: step.type.endsWith('-user') ? 'user' : 'group',
    action: actionOf(step, before),
    name: 'fields' in step ? nameOf(step.fields) : (names.get(id) ?? id),
    dn,
    changes: changes.slice(0, SYNC_ITEM_CHANGES_MAX),
    moreChanges: Math.max(0, changes.length - SYNC_ITEM_CHANGES_MAX),
  };
}

function actionOf(step: PlanStep, before: User | Group | null): SyncAction {
  switch (step.type) {
    case 'create-user':
    case 'create-group':
      return 'create';
    case 'adopt-user':
    case 'adopt-group':
      return 'adopt';
    case 'delete-user':
    case 'delete-group':
      return 'delete';
    case 'add-members':
    case 'remove-members':
      return 'members';
    default: {
      const wasSuspended = before?.origin != null && before.origin.suspendedSince !== null;
      if (step.suspended === wasSuspended) return 'update';
      return step.suspended ? 'suspend' : 'restore';
    }
  }
}

function changesOf(
  step: PlanStep,
  names: ReadonlyMap<string, string>,
  before: User | Group | null,
): SyncChange[] {
  if (step.type === 'add-members') {
    return step.members.map(({ memberId: id }) => ({
      field: 'members',
      from: null,
      to: names.get(id) ?? id,
    }));
  }
  if (step.type === 'remove-members') {
    return step.memberIds.map((id) => ({ field: 'members', from: names.get(id) ?? id, to: null }));
  }
  if (!('fields' in step)) return [];
  const fields = Object.entries(step.fields).map(([field, value]) => {
    const shown = field === 'avatar' ? pictureText : textOf;
    return { field, from: shown(presentValue(before, field)), to: shown(value) };
  });
  const origin = before?.origin ?? null;
  const identity =
    origin === null
      ? []
      : [
          { field: 'dn', from: origin.dn, to: step.dn },
          { field: 'externalId', from: origin.externalId, to: step.externalId ?? origin.externalId },
        ];
  return [...fields, ...identity].filter(({ from, to }) => from !== to);
}

function presentValue(entry: User | Group | null, field: string): unknown {
  if (entry === null) return null;
  if (field in entry) return Reflect.get(entry, field);
  return 'profile' in entry ? Reflect.get(entry.profile, field) : null;
}

/** Not its bytes. */
function pictureText(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const { bytes, digest }: Partial<Avatar> = value;
  return `${bytes} bytes (${digest})`;
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (Array.isArray(value) && value.length === 0) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text;
}
