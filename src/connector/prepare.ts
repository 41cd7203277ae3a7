/** Plans a sync out of a complete enumeration, and asks the guard about it. */
import { setImmediate as giveWay } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import type { Imports } from '../core/directory/imports.ts';
import type { NewId } from '../core/ids.ts';
import type { Source } from '../core/model/source.ts';
import { guardReason } from './guard.ts';
import { type Plan, planSync, type Upstream, wantedNames } from './plan.ts';
import { createDescribe, type Describe } from './plan-items.ts';
import type { InTurns } from './plan-turns.ts';
import { presets } from './presets/index.ts';

export interface PrepareDependencies {
  readonly directory: { readonly imports: Pick<Imports, 'stateOf' | 'takenByOthers'> };
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
  const state = await imports.stateOf(source.id);
  const taken = await imports.takenByOthers(source.id, await completed(wantedNames(upstream, state), signal));
  const planning = planSync({
    ...{ upstream, state, taken, policy, usernameHint, emptyGroupsVanish, newId },
    now: clock.now(),
  });
  const plan = await completed(planning, signal);
  const pause = guardReason(policy, upstream, state, plan);
  const members = [...new Set(state.memberships.map(({ memberId }) => memberId))];
  return { plan, pause, describe: createDescribe(plan, state, taken), members };
}

async function completed<Result>(work: InTurns<Result>, signal: AbortSignal): Promise<Result> {
  for (;;) {
    const turn = work.next();
    if (turn.done === true) return turn.value;
    signal.throwIfAborted();
    await giveWay();
  }
}
