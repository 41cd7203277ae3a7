/** Sources, runs and what they do in words, and where their pages are. */
import type { VNode } from 'preact';
import { scheduleInWords } from '../../../core/model/schedule.ts';
import type { Source } from '../../../core/model/source.ts';
import type {
  SyncAction,
  SyncCounters,
  SyncPhase,
  SyncRun,
  SyncState,
} from '../../../core/model/sync-run.ts';
import { type Mood, State, Time } from '../../views/parts.tsx';

export const SOURCES_PATH = '/sources';
/** Names that stand for something else in a path. */
const PATHS_TAKEN: ReadonlySet<string> = new Set(['new', 'schedule']);

export function sourcePath({ id, name }: Pick<Source, 'id' | 'name'>): string {
  return `${SOURCES_PATH}/${PATHS_TAKEN.has(name) ? id : encodeURIComponent(name)}`;
}

export function runPath(source: Pick<Source, 'id' | 'name'>, { id }: Pick<SyncRun, 'id'>): string {
  return `${sourcePath(source)}/runs/${encodeURIComponent(id)}`;
}

export function SourceState({ enabled }: Pick<Source, 'enabled'>): VNode {
  return enabled ? <State mood="good">enabled</State> : <State mood="warn">disabled</State>;
}

const STATES: Readonly<Record<SyncState, readonly [Mood, string]>> = {
  running: ['good', 'running'],
  succeeded: ['good', 'succeeded'],
  failed: ['bad', 'failed'],
  aborted: ['bad', 'broken off'],
  paused: ['warn', 'waits for you'],
  cancelled: ['muted', 'cancelled'],
};

export function RunState({ run: { state, cancelRequested } }: { readonly run: SyncRun }): VNode {
  const [mood, word] = STATES[state];
  return <State mood={mood}>{state === 'running' && cancelRequested ? 'ending' : word}</State>;
}

/** "Every day at 02:30 (UTC)", and when that is next. */
export function NextRun({ source }: { readonly source: Source }): VNode {
  const { schedule, enabled, nextRunAt } = source;
  if (schedule === null) return <>Only by hand</>;
  if (!enabled) return <>{scheduleInWords(source)}, once it is enabled</>;
  return (
    <>
      {scheduleInWords(source)}; next <Time at={nextRunAt} />
    </>
  );
}

export const PHASES: Readonly<Record<SyncPhase, string>> = {
  connect: 'Connecting',
  'enumerate-users': 'Reading people',
  'enumerate-groups': 'Reading groups',
  plan: 'Comparing',
  guard: 'Checking the plan',
  apply: 'Writing changes',
  report: 'Writing the report',
};

/** What a run does to an entry, as one filters by it. */
export const ACTIONS: Readonly<Record<SyncAction, string>> = {
  create: 'created',
  update: 'changed',
  suspend: 'disabled',
  restore: 'enabled again',
  delete: 'deleted',
  adopt: 'taken over',
  members: 'has other members',
};

const PLURALS = {
  person: 'people',
  group: 'groups',
  member: 'members',
  membership: 'memberships',
  problem: 'problems',
} as const;
type Noun = keyof typeof PLURALS;

/** For example "1 person", "2 people". */
export function counted(count: number, noun: Noun): string {
  return `${count} ${count === 1 ? noun : PLURALS[noun]}`;
}

const COUNTED: readonly (readonly [keyof SyncCounters, Noun, string])[] = [
  ['usersSeen', 'person', 'found'],
  ['groupsSeen', 'group', 'found'],
  ['usersCreated', 'person', 'created'],
  ['usersUpdated', 'person', 'changed'],
  ['usersDisabled', 'person', 'disabled'],
  ['usersEnabled', 'person', 'enabled again'],
  ['usersDeleted', 'person', 'deleted'],
  ['groupsCreated', 'group', 'created'],
  ['groupsUpdated', 'group', 'changed'],
  ['groupsSuspended', 'group', 'gone'],
  ['groupsDeleted', 'group', 'deleted'],
  ['membersAdded', 'membership', 'added'],
  ['membersRemoved', 'membership', 'removed'],
  ['problems', 'problem', ''],
];

/** Those that are not 0. */
export function Counters({ counters }: { readonly counters: SyncCounters }): VNode | null {
  const told = COUNTED.filter(([name]) => counters[name] > 0);
  if (told.length === 0) return null;
  return (
    <ul class="counters">
      {told.map(([name, noun, verb]) => (
        <li key={name}>{`${counted(counters[name], noun)} ${verb}`}</li>
      ))}
    </ul>
  );
}
