/** The followers of one store, and the watch that wakes them. */
import type { ChangeFeed } from '../directory/store.ts';
import type { Logger } from '../log.ts';
import type { Database, Watch } from './database.ts';
import { unavailable } from './errors.ts';
import { createFollower, type Follower } from './follower.ts';

export interface LocalChangeFeed extends ChangeFeed {
  /** This process has committed: no need to wait until the watch notices. */
  wake(): void;
  close(): Promise<void>;
}

export function createChangeFeed({ database, log }: { database: Database; log: Logger }): LocalChangeFeed {
  const followers = new Set<Follower>();
  let watch: Watch | null = null;
  let closed = false;

  function wake(): void {
    for (const follower of followers) follower.wake();
  }

  async function leave(follower: Follower): Promise<void> {
    followers.delete(follower);
    if (followers.size > 0 || watch === null) return;
    const idle = watch;
    watch = null;
    await idle.stop();
  }

  return {
    wake,
    follow(seq, listener) {
      if (closed) throw unavailable('it is closed');
      const onEnd = () => leave(follower);
      const follower = createFollower({ database, log, seq, listener, onEnd });
      followers.add(follower);
      watch ??= database.watch(wake);
      return {
        get trouble() {
          return follower.trouble();
        },
        caughtUp: () => follower.caughtUp(),
        stop: () => follower.stop(),
      };
    },
    async close() {
      closed = true;
      await Promise.all([...followers].map((follower) => follower.stop()));
    },
  };
}
