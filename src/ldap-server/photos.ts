/** Pictures of people, read from the store when a search asks for them; some stay in memory. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/log.ts';
import type { Picture } from '../core/model/avatar.ts';

export interface Photos {
  /** The picture of a digest, where it is in memory. */
  get(digest: string): Buffer | undefined;
  /** Those of these users, by user id. Never rejects: none where the store does not answer soon. */
  load(userIds: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
}

export interface PhotosDependencies {
  read(userIds: readonly string[]): Promise<ReadonlyMap<string, Picture>>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  /** Kept in memory at most; those that were asked for last. */
  readonly photoBytesMax: number;
}

/** How long a search waits for pictures before it goes on without them. */
const LOAD_MS = 2_000;
/** How long nobody asks a store that did not answer. */
const AWAY_MS = 5_000;
const NONE: ReadonlyMap<string, Buffer> = new Map();

export function createPhotos({ read, clock, log, photoBytesMax }: PhotosDependencies): Photos {
  const kept = createKeptPictures(photoBytesMax);
  /** Since the store last failed to answer; null: it does. */
  let awaySinceMs: number | null = null;

  return {
    get: kept.get,
    async load(userIds) {
      const nowMs = clock.now().getTime();
      if (awaySinceMs !== null && nowMs < awaySinceMs + AWAY_MS) return NONE;
      try {
        const pictures = await inTime(read(userIds));
        awaySinceMs = null;
        for (const picture of pictures.values()) kept.keep(picture);
        return new Map([...pictures].map(([id, { jpeg }]) => [id, jpeg]));
      } catch (err) {
        if (awaySinceMs === null) log.warn({ err }, 'Photos cannot be read; answers go without them.');
        awaySinceMs = clock.now().getTime();
        return NONE;
      }
    },
  };
}

async function inTime<T>(reading: Promise<T>): Promise<T> {
  const answered = new AbortController();
  const late = pause(LOAD_MS, undefined, { signal: answered.signal }).then(() => {
    throw new Error(`The store did not answer within ${LOAD_MS} ms.`);
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    answered.abort();
  }
}

/** By digest, the one that was asked for longest ago first. */
function createKeptPictures(bytesMax: number) {
  const pictures = new Map<string, Buffer>();
  let bytes = 0;

  function drop(digest: string): Buffer | undefined {
    const jpeg = pictures.get(digest);
    if (jpeg !== undefined && pictures.delete(digest)) bytes -= jpeg.length;
    return jpeg;
  }

  function keep({ digest, jpeg }: Pick<Picture, 'digest' | 'jpeg'>): void {
    drop(digest);
    pictures.set(digest, jpeg);
    bytes += jpeg.length;
    for (const oldest of pictures.keys()) {
      if (bytes <= bytesMax) return;
      drop(oldest);
    }
  }

  return {
    keep,
    get(digest: string): Buffer | undefined {
      const jpeg = drop(digest);
      if (jpeg !== undefined) keep({ digest, jpeg });
      return jpeg;
    },
  };
}
