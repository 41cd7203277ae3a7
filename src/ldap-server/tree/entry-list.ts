/** The entries of one kind as a list to be handed out, which is copied only when a change comes after that. */
import type { Entry } from './entry.ts';

const PLACES_MIN = 64;

export class EntryList {
  #entries: Entry[] = [];
  /** Where the entry of a number stands. */
  #places = new Uint32Array(PLACES_MIN);
  #isHandedOut = false;

  get size(): number {
    return this.#entries.length;
  }

  /** Nobody changes it. */
  list(): readonly Entry[] {
    this.#isHandedOut = true;
    return this.#entries;
  }

  first(): Entry | undefined {
    return this.#entries[0];
  }

  add(entry: Entry): void {
    const { number } = entry;
    if (number >= this.#places.length) {
      const places = new Uint32Array(Math.ceil((number + 1) * 1.5));
      places.set(this.#places);
      this.#places = places;
    }
    const entries = this.#own();
    this.#places[number] = entries.length;
    entries.push(entry);
  }

  /** In the place of the one before it, of the same number. */
  replace(entry: Entry): void {
    this.#own()[this.#places[entry.number] ?? 0] = entry;
  }

  remove(number: number): void {
    const entries = this.#own();
    const place = this.#places[number] ?? 0;
    const last = entries.pop();
    if (last === undefined || last.number === number) return;
    entries[place] = last;
    this.#places[last.number] = place;
  }

  #own(): Entry[] {
    if (this.#isHandedOut) this.#entries = this.#entries.slice();
    this.#isHandedOut = false;
    return this.#entries;
  }
}
