/** What happens in one worker, gathered for the process that shows it to people. */
import {
  type Activity,
  createPace,
  LINES_MAX,
  type SearchSeen,
  type SignInSeen,
} from '../../core/activity/activity.ts';
import { isSuccess } from '../../core/activity/reasons.ts';
import type { Clock } from '../../core/clock.ts';

/** What happened since the last time. */
export interface Happened {
  readonly signIns: readonly SignInSeen[];
  /** Sign-ins beyond those. */
  readonly more: { readonly ok: number; readonly failed: number };
  readonly searches: readonly SearchSeen[];
  readonly connections: readonly { readonly address: string; readonly reason: string }[];
}

type Told = Pick<Activity, 'signIn' | 'search' | 'connection'>;

export interface ForwardedActivity extends Told {
  /** null: nothing. */
  take(): Happened | null;
}

/** Holds no more than an activity keeps. */
export function createForwardedActivity({ clock }: { readonly clock: Clock }): ForwardedActivity {
  const paces = { well: createPace(), failed: createPace(), refused: createPace() };
  let happened = nothing();

  return {
    signIn(seen) {
      if (happened.signIns.length < LINES_MAX) happened.signIns.push(seen);
      else if (seen.reason !== 'anonymous') happened.more[isSuccess(seen.reason) ? 'ok' : 'failed'] += 1;
    },
    search(ok, describe) {
      const pace = ok ? paces.well : paces.failed;
      if (happened.searches.length < LINES_MAX && pace(clock.now().getTime()))
        happened.searches.push(describe());
    },
    connection(address, reason) {
      if (happened.connections.length < LINES_MAX && paces.refused(clock.now().getTime()))
        happened.connections.push({ address, reason });
    },
    take() {
      const { signIns, searches, connections } = happened;
      if (signIns.length + searches.length + connections.length === 0) return null;
      const taken = happened;
      happened = nothing();
      return taken;
    },
  };
}

/** As if it had happened here. */
export function takeOver(
  { signIns, more, searches, connections }: Happened,
  activity: Told & Pick<Activity, 'moreSignIns'>,
): void {
  for (const seen of signIns) activity.signIn(seen);
  activity.moreSignIns(more);
  for (const seen of searches) activity.search(seen.ok, () => seen);
  for (const { address, reason } of connections) activity.connection(address, reason);
}

function nothing() {
  return {
    signIns: [] as SignInSeen[],
    more: { ok: 0, failed: 0 },
    searches: [] as SearchSeen[],
    connections: [] as { address: string; reason: string }[],
  };
}
