/** The photos of one search: fetched some at a time, ahead of the answers that hold them. */
import type { Entry } from '../tree/entry.ts';
import { type Selection, selectsPhoto } from '../tree/selection.ts';

/** Where pictures come from; see ../photos.ts. */
export interface PhotoSource {
  /** The picture of a digest, where it is at hand. */
  get(digest: string): Buffer | undefined;
  /** By user id; those that cannot be had are not in it. Never rejects. */
  load(userIds: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
}

export interface SearchPhotos {
  /** What goes along with an entry; null: nothing, or it cannot be had; 'awaited': to be fetched first. */
  of(entry: Entry): Buffer | null | 'awaited';
  readonly isAwaited: boolean;
  /** Fetches what the next answers need; `entries` are these, the first the one that is awaited. */
  fetch(entries: Iterable<Entry>): Promise<void>;
}

/** What one search holds of pictures, beside one that is larger. */
const AHEAD_BYTES_MAX = 131_072;
/** How far it looks ahead for them. */
const AHEAD_ENTRIES_MAX = 256;

/** null: no photos are asked for. */
export function photosOf(selection: Selection, source: PhotoSource): SearchPhotos | null {
  if (!selectsPhoto(selection)) return null;
  return selection.typesOnly ? TYPES_ONLY : new FetchedPhotos(source);
}

const NO_BYTES = Buffer.alloc(0);
const TYPES_ONLY: SearchPhotos = {
  of: ({ photo }) => (photo === null ? null : NO_BYTES),
  isAwaited: false,
  fetch: async () => undefined,
};

const NONE_FETCHED: ReadonlyMap<string, Buffer | null> = new Map();

class FetchedPhotos implements SearchPhotos {
  readonly #source: PhotoSource;
  /** By user id what was fetched last; null: it cannot be had. */
  #fetched: ReadonlyMap<string, Buffer | null> = NONE_FETCHED;
  isAwaited = false;

  constructor(source: PhotoSource) {
    this.#source = source;
  }

  of(entry: Entry): Buffer | null | 'awaited' {
    const found = this.#at(entry);
    if (found !== undefined) return found;
    this.isAwaited = true;
    return 'awaited';
  }

  async fetch(entries: Iterable<Entry>): Promise<void> {
    const missing: string[] = [];
    let [looked, bytes] = [0, 0];
    for (const entry of entries) {
      if (entry.photo !== null && this.#at(entry) === undefined) {
        bytes += entry.photo.bytes;
        if (missing.length > 0 && bytes > AHEAD_BYTES_MAX) break;
        missing.push(entry.id);
      }
      looked += 1;
      if (looked === AHEAD_ENTRIES_MAX) break;
    }
    const found = await this.#source.load(missing);
    this.#fetched = new Map(missing.map((id) => [id, found.get(id) ?? null]));
    this.isAwaited = false;
  }

  /** undefined: not at hand. */
  #at({ id, photo }: Entry): Buffer | null | undefined {
    if (photo === null) return null;
    const fetched = this.#fetched.get(id);
    return fetched === undefined ? this.#source.get(photo.digest) : fetched;
  }
}
