/** Keeps the tree in memory in step with the store: reads the directory once, then follows its changes. */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { ChangeSubscription, Store } from '../core/directory/store.ts';
import type { Logger } from '../core/log.ts';
import type { DirectoryDelta } from '../core/model/change.ts';
import type { Dit } from './tree/dit.ts';
import { createSnapshot, type Snapshot } from './tree/snapshot.ts';

export interface Replica {
  /** Resolves when the directory is in memory. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The present tree; empty before the start. */
  snapshot(): Snapshot;
  /** Why the tree may be behind the store; null while it is in step. */
  trouble(): string | null;
}

export interface ReplicaDependencies {
  readonly dit: Dit;
  readonly store: Pick<Store, 'readDirectory' | 'changes'>;
  /** Called after each delta in which settings changed, and after each reading of the whole directory. */
  settingsChanged(): Promise<void>;
  readonly log: Logger;
}

/** Between attempts to read the directory anew. */
const RETRY_MS = 1000;

export function createReplica({ dit, store, settingsChanged, log }: ReplicaDependencies): Replica {
  let snapshot = createSnapshot(dit);
  let subscription: ChangeSubscription | null = null;
  let rereading: Promise<void> | null = null;
  const stopping = new AbortController();

  const follow = async (): Promise<void> => {
    const loaded = createSnapshot(dit);
    const seq = await store.readDirectory(loaded.load);
    for (const _step of loaded.build()) await nextTurn();
    snapshot = loaded;
    await settingsChanged();
    if (!stopping.signal.aborted) subscription = store.changes.follow(seq, { changed, lost });
  };
  const changed = async (delta: DirectoryDelta): Promise<void> => {
    snapshot.apply(delta);
    if (delta.settingsChanged) await settingsChanged();
  };
  const lost = (): void => {
    const behind = subscription;
    subscription = null;
    rereading = reread(behind).finally(() => {
      rereading = null;
    });
  };
  /** Serves the tree of before until the new one is complete. */
  const reread = async (behind: ChangeSubscription | null): Promise<void> => {
    await behind?.stop();
    while (!stopping.signal.aborted) {
      try {
        return await follow();
      } catch (error) {
        log.error({ err: error }, 'the directory cannot be read anew; trying again');
        await pause(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };

  return {
    start: follow,
    async stop() {
      stopping.abort();
      await rereading;
      await subscription?.stop();
    },
    snapshot: () => snapshot,
    trouble: () => (subscription === null ? 'The directory is being read.' : subscription.trouble),
  };
}
