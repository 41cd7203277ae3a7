/** Keeps the tree in memory in step with the store: reads the directory once, then follows its changes. */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { ChangeSubscription, Store } from '../core/directory/store.ts';
import type { Logger } from '../core/log.ts';
import type { DirectoryDelta } from '../core/model/change.ts';
import { DEFAULT_POSIX } from '../core/model/posix.ts';
import type { Settings } from '../core/model/settings.ts';
import type { Dit } from './tree/dit.ts';
import { createSchema } from './tree/schema.ts';
import { createSnapshot, type Snapshot } from './tree/snapshot.ts';

export interface Replica {
  /** Resolves when the directory is in memory. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when the tree holds all that was committed before the call, or cannot follow at the moment. */
  caughtUp(): Promise<void>;
  /** The present tree; empty before the start. */
  snapshot(): Snapshot;
  /** Of the last change that is in it. */
  sequence(): number;
  /** Why the tree may be behind the store; null while it is in step. */
  trouble(): string | null;
}

export interface ReplicaDependencies {
  readonly dit: Dit;
  readonly store: Pick<Store, 'readDirectory' | 'changes'>;
  /** Called after each delta in which settings changed, and for each reading of the whole directory; the present ones. */
  settingsChanged(): Promise<Pick<Settings, 'posix' | 'attributes'>>;
  /** Called after each delta in which sources changed, and after each reading of the whole directory. */
  sourcesChanged(): void;
  /** Called when the tree has changed, after the others. */
  treeChanged(): void;
  readonly log: Logger;
}

/** Between attempts to read the directory anew. */
const RETRY_MS = 1000;

export function createReplica(dependencies: ReplicaDependencies): Replica {
  const { dit, store, settingsChanged, sourcesChanged, treeChanged, log } = dependencies;
  let snapshot = createSnapshot(dit);
  let sequence = 0;
  let form: Pick<Settings, 'posix' | 'attributes'> = { posix: DEFAULT_POSIX, attributes: [] };
  let subscription: ChangeSubscription | null = null;
  let rereading: Promise<void> | null = null;
  const stopping = new AbortController();

  const read = async (): Promise<void> => {
    const loaded = createSnapshot(dit);
    const seq = await store.readDirectory(loaded.load);
    // After the rows: what changes from here on the feed will tell.
    const { posix, attributes } = await settingsChanged();
    // Types stay the same while they are defined the same: unfinished paged searches go on by them.
    const isSame = isDeepStrictEqual(attributes, form.attributes);
    const schema = isSame ? snapshot.schema : createSchema(attributes);
    for (const _step of loaded.build(posix, schema)) await nextTurn();
    form = { posix, attributes };
    snapshot = loaded;
    sequence = seq;
  };
  const follow = async (): Promise<void> => {
    await read();
    sourcesChanged();
    treeChanged();
    if (!stopping.signal.aborted) subscription = store.changes.follow(sequence, { changed, lost });
  };
  const changed = async (delta: DirectoryDelta): Promise<void> => {
    snapshot.apply(delta);
    sequence = delta.seq;
    if (delta.settingsChanged) {
      const { posix, attributes } = await settingsChanged();
      // All entries take another form; those of before are served until these are made.
      if (!isDeepStrictEqual({ posix, attributes }, form)) await read();
    }
    if (delta.sourcesChanged) sourcesChanged();
    treeChanged();
    for (const _step of snapshot.settle()) await nextTurn();
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
    caughtUp: async () => subscription?.caughtUp(),
    snapshot: () => snapshot,
    sequence: () => sequence,
    trouble: () => (subscription === null ? 'The directory is being read.' : subscription.trouble),
  };
}
