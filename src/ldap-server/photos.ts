/** Pictures, read from the store when a search asks for them; some stay in memory. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import type { ReadTransaction } from '../core/directory/store.ts';
import type { Logger } from '../core/log.ts';
import type { StoredImage } from '../core/model/image.ts';

export interface Photos {
  /** The picture of a digest, where it is in memory. */
  get(digest: string): Buffer | undefined;
  /** By the keys of external values. Never rejects: none where the store does not answer soon. */
  load(keys: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
}

export interface PhotosDependencies {
  read(keys: readonly string[]): Promise<ReadonlyMap<string, StoredImage>>;
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
    async load(keys) {
      const nowMs = clock.now().getTime();
      if (awaySinceMs !== null && nowMs < awaySinceMs + AWAY_MS) return NONE;
      try {
        const pictures = await inTime(read(keys));
        awaySinceMs = null;
        for (const picture of pictures.values()) kept.keep(picture);
        return new Map([...pictures].map(([key, { octets }]) => [key, octets]));
      } catch (err) {
        if (awaySinceMs === null) log.warn({ err }, 'Photos cannot be read; answers go without them.');
        awaySinceMs = clock.now().getTime();
        return NONE;
      }
    },
  };
}

/** Avatars by the id of their user, pictures in attributes by their digest. */
export async function readPictures(
  lookup: Pick<ReadTransaction, 'avatars' | 'images'>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, StoredImage>> {
  const avatars = await lookup.avatars(keys);
  const rest = keys.filter((key) => !avatars.has(key));
  const images = rest.length === 0 ? [] : await lookup.images(rest);
  const octets = [...avatars].map(([id, { digest, jpeg }]) => [id, { digest, octets: jpeg }] as const);
  return new Map([...octets, ...images]);
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
    const octets = pictures.get(digest);
    if (octets !== undefined && pictures.delete(digest)) bytes -= octets.length;
    return octets;
  }

  function keep({ digest, octets }: StoredImage): void {
    drop(digest);
    pictures.set(digest, octets);
    bytes += octets.length;
    for (const oldest of pictures.keys()) {
      if (bytes <= bytesMax) return;
      drop(oldest);
    }
  }

  return {
    keep,
    get(digest: string): Buffer | undefined {
      const octets = drop(digest);
      if (octets !== undefined) keep({ digest, octets });
      return octets;
    },
  };
}
