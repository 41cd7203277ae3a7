/** Plans a sync out of a complete enumeration, and asks the guard about it. */
import { setImmediate as giveWay } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import type { ImportedState, Imports } from '../core/directory/imports.ts';
import type { NewId } from '../core/ids.ts';
import type { Source } from '../core/model/source.ts';
import { guardReason } from './guard.ts';
import { type Plan, planSync, type Upstream, wantedNames } from './plan.ts';
import { createDescribe, type Describe } from './plan-items.ts';
import type { InTurns } from './plan-turns.ts';
import { presets } from './presets/index.ts';

export interface PrepareDependencies {
  readonly directory: {
    readonly imports: Pick<Imports, 'stateOf' | 'identitiesOf' | 'takenByOthers' | 'countMemberships'>;
  };
  readonly clock: Clock;
  readonly newId: NewId;
  readonly signal: AbortSignal;
}

export interface Prepared {
  readonly plan: Plan;
  /** Why a person should look first; null where the plan may be applied. */
  readonly pause: string | null;
  readonly describe: Describe;
  /** Ids of who is a member of imported groups now, groups too. */
  readonly members: readonly string[];
}

export async function prepareSync(
  { directory: { imports }, clock, newId, signal }: PrepareDependencies,
  source: Source,
  upstream: Upstream,
): Promise<Prepared> {
  const { usernameHint, emptyGroupsVanish } = presets[source.preset];
  const { policy } = source;
  const state = await stateBeside(imports, source.id, upstream);
  const wanted = await completed(wantedNames(upstream, state), signal);
  const settled = upstream.settling?.settledIds();
  const taken = await imports.takenByOthers(source.id, wanted, (id) => settled?.has(id) === true);
  const planning = planSync({
    ...{ upstream, state, taken, policy, usernameHint, emptyGroupsVanish, newId },
    now: clock.now(),
  });
  const plan = await completed(planning, signal);
  const settledMembers = await membersBeside(imports, source, state, plan);
  const pause = guardReason(policy, upstream, state, plan, taken.adoptable, settledMembers);
  const members = [...new Set(state.memberships.map(({ memberId }) => memberId))];
  return { plan, pause, describe: createDescribe(plan, state, taken), members };
}

/** Who else is imported is read where groups that are not settled may list them. */
async function stateBeside(
  imports: Pick<Imports, 'stateOf' | 'identitiesOf'>,
  sourceId: string,
  { settling, groups }: Upstream,
): Promise<ImportedState> {
  if (settling === undefined) return imports.stateOf(sourceId);
  const { unsettled, counts } = settling;
  const state = await imports.stateOf(sourceId, unsettled);
  const isNeeded = groups !== null && groups.length + unsettled.groups.length > 0;
  if (!isNeeded || counts.users + counts.groups === 0) return state;
  const ids = settling.settledIds();
  const { user, group } = await imports.identitiesOf(sourceId);
  const settled = {
    users: user.filter(({ id }) => ids.has(id)),
    groups: group.filter(({ id }) => ids.has(id)),
  };
  return { ...state, settled };
}

/** Memberships of other groups that the source may take away; counted where the guard asks. */
async function membersBeside(
  imports: Pick<Imports, 'countMemberships'>,
  { id, policy }: Source,
  { memberships }: ImportedState,
  { counters }: Plan,
): Promise<number> {
  if (counters.membersRemoved < policy.guardMinimum) return 0;
  const { all, imported } = await imports.countMemberships(id);
  if (policy.localMembers === 'remove') return all - memberships.length;
  return imported - memberships.filter(({ fromSource }) => fromSource).length;
}

async function completed<Result>(work: InTurns<Result>, signal: AbortSignal): Promise<Result> {
  for (;;) {
    const turn = work.next();
    if (turn.done === true) return turn.value;
    signal.throwIfAborted();
    await giveWay();
  }
}
