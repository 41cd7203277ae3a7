/** The pictures of one search: fetched some at a time, ahead of the answers that hold them. */
import type { AttributeType } from '../tree/attribute-types.ts';
import type { Entry, ExternalValue } from '../tree/entry.ts';
import { type LoadedOctets, type Selection, selectsExternal } from '../tree/selection.ts';

/** Where pictures come from; see ../photos.ts. */
export interface PhotoSource {
  /** The picture of a digest, where it is at hand. */
  get(digest: string): Buffer | undefined;
  /** By the keys of external values; those that cannot be had are not in it. Never rejects. */
  load(keys: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
}

export interface SearchPhotos {
  /** What goes along with an entry; null: nothing, or it cannot be had; 'awaited': to be fetched first. */
  of(entry: Entry): LoadedOctets | null | 'awaited';
  readonly isAwaited: boolean;
  /** Fetches what the next answers need; `entries` are these, the first the one that is awaited. */
  fetch(entries: Iterable<Entry>): Promise<void>;
}

/** What one search holds of pictures, beside those of one entry. */
const AHEAD_BYTES_MAX = 131_072;
/** How far it looks ahead for them. */
const AHEAD_ENTRIES_MAX = 256;

/** null: no pictures are asked for. */
export function photosOf(selection: Selection, source: PhotoSource): SearchPhotos | null {
  if (!selection.defaults && ![...selection.named.keys()].some(({ external }) => external)) return null;
  return selection.typesOnly ? typesOnly(selection) : new FetchedPhotos(selection, source);
}

const NO_BYTES = Buffer.alloc(0);

function typesOnly(selection: Selection): SearchPhotos {
  return {
    of: (entry) => loaded(selected(entry, selection), () => NO_BYTES),
    isAwaited: false,
    fetch: async () => undefined,
  };
}

const NONE: readonly ExternalValue[] = [];

function selected({ externals }: Entry, selection: Selection): readonly ExternalValue[] {
  return externals.length === 0 ? NONE : externals.filter(({ type }) => selectsExternal(selection, type));
}

/** `octetsOf` null: they cannot be had. */
function loaded(
  values: readonly ExternalValue[],
  octetsOf: (value: ExternalValue) => Buffer | null | undefined,
): LoadedOctets | null {
  const octets = new Map<AttributeType, Buffer>();
  for (const value of values) {
    const found = octetsOf(value);
    if (found) octets.set(value.type, found);
  }
  return octets.size === 0 ? null : octets;
}

const NONE_FETCHED: ReadonlyMap<string, Buffer | null> = new Map();

class FetchedPhotos implements SearchPhotos {
  readonly #selection: Selection;
  readonly #source: PhotoSource;
  /** By key what was fetched last; null: it cannot be had. */
  #fetched: ReadonlyMap<string, Buffer | null> = NONE_FETCHED;
  isAwaited = false;

  constructor(selection: Selection, source: PhotoSource) {
    this.#selection = selection;
    this.#source = source;
  }

  of(entry: Entry): LoadedOctets | null | 'awaited' {
    const values = selected(entry, this.#selection);
    if (values.length === 0) return null;
    if (values.every((value) => this.#at(value) !== undefined))
      return loaded(values, (value) => this.#at(value));
    this.isAwaited = true;
    return 'awaited';
  }

  async fetch(entries: Iterable<Entry>): Promise<void> {
    const missing: string[] = [];
    let [looked, bytes] = [0, 0];
    for (const entry of entries) {
      const wanted = selected(entry, this.#selection);
      if (wanted.some((value) => this.#at(value) === undefined)) {
        bytes += wanted.reduce((sum, value) => sum + value.bytes, 0);
        if (missing.length > 0 && bytes > AHEAD_BYTES_MAX) break;
        missing.push(...wanted.map(({ key }) => key));
      }
      looked += 1;
      if (looked === AHEAD_ENTRIES_MAX) break;
    }
    const found = await this.#source.load(missing);
    this.#fetched = new Map(missing.map((key) => [key, found.get(key) ?? null]));
    this.isAwaited = false;
  }

  /** undefined: not at hand. */
  #at({ key, digest }: ExternalValue): Buffer | null | undefined {
    const fetched = this.#fetched.get(key);
    return fetched === undefined ? this.#source.get(digest) : fetched;
  }
}
