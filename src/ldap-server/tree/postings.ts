/** Sets of numbers by key, in typed arrays: a few bytes for each number, and nothing for the garbage collector to visit. */
import { intersection, lowerBound } from './ascending.ts';
import { Bitmap } from './bitmap.ts';
import { ListHeap } from './list-heap.ts';

/** The largest number. */
const NUMBER_MAX = 0x7fff_fffe;

const SLOTS_MIN = 16;
const LOAD_MAX = 0.8;
const GROWTH = 1.5;
/** Fibonacci hashing: spreads keys that lie side by side, and those of which only the upper bits differ. */
const SPREAD = 0x9e37_79b1;

/** What stands in a slot: 0 for nothing, a single number + 1, or where its set is. */
const IN_LISTS = 0x8000_0000;
const IN_BITMAPS = 0xc000_0000;

const BITMAP_SIZE_MIN = 256;
/** A bit for each number up to the last costs at most half of what the list does. */
const BITMAP_SPAN_MAX = 16;
/** Beyond this a bitmap costs twice of what a list would. */
const LIST_SPAN_MIN = 64;

/** A multimap of unsigned 32-bit keys to numbers, each set in ascending order. */
export class Postings {
  #keys = new Uint32Array(SLOTS_MIN);
  #values = new Uint32Array(SLOTS_MIN);
  #size = 0;
  readonly #lists = new ListHeap();
  readonly #bitmaps: (Bitmap | undefined)[] = [];

  /** Of the tables and sets, allocated. */
  get bytes(): number {
    const bitmaps = this.#bitmaps.reduce((sum, bitmap) => sum + (bitmap?.bytes ?? 0), 0);
    return this.#keys.byteLength + this.#values.byteLength + this.#lists.bytes + bitmaps;
  }

  add(key: number, number: number): void {
    const slot = this.#slotOf(key);
    const value = this.#values[slot] ?? 0;
    if (value === 0) this.#insert(slot, key, number);
    else if (value < IN_LISTS) {
      if (value !== number + 1) this.#values[slot] = IN_LISTS + this.#lists.pair(value - 1, number);
    } else if (value < IN_BITMAPS) this.#addToList(slot, value - IN_LISTS, number);
    else this.#addToBitmap(slot, value - IN_BITMAPS, number);
  }

  remove(key: number, number: number): void {
    const slot = this.#slotOf(key);
    const value = this.#values[slot] ?? 0;
    if (value === 0) return;
    if (value < IN_LISTS) {
      if (value === number + 1) this.#vacate(slot);
    } else if (value < IN_BITMAPS) this.#removeFromList(slot, value - IN_LISTS, number);
    else this.#removeFromBitmap(slot, value - IN_BITMAPS, number);
  }

  count(key: number): number {
    const value = this.#values[this.#slotOf(key)] ?? 0;
    if (value === 0) return 0;
    if (value < IN_LISTS) return 1;
    return value < IN_BITMAPS
      ? this.#lists.sizeOf(value - IN_LISTS)
      : this.#bitmapAt(value - IN_BITMAPS).size;
  }

  has(key: number, number: number): boolean {
    const value = this.#values[this.#slotOf(key)] ?? 0;
    if (value < IN_LISTS) return value === number + 1;
    if (value >= IN_BITMAPS) return this.#bitmapAt(value - IN_BITMAPS).has(number);
    const items = this.#lists.items(value - IN_LISTS);
    return items[lowerBound(items, number)] === number;
  }

  /** A copy. */
  numbers(key: number): Uint32Array {
    const value = this.#values[this.#slotOf(key)] ?? 0;
    if (value === 0) return NONE;
    if (value < IN_LISTS) return Uint32Array.of(value - 1);
    return value < IN_BITMAPS
      ? this.#lists.items(value - IN_LISTS).slice()
      : this.#bitmapAt(value - IN_BITMAPS).numbers();
  }

  /** Hands on what `numbers` would copy: most keys have one number. */
  tell(key: number, listener: { add(number: number): void; addAll(numbers: Uint32Array): void }): void {
    const value = this.#values[this.#slotOf(key)] ?? 0;
    if (value === 0) return;
    if (value < IN_LISTS) listener.add(value - 1);
    else listener.addAll(this.numbers(key));
  }

  /** The first of the key's numbers that passes; undefined: none does. */
  find(key: number, test: (number: number) => boolean): number | undefined {
    const value = this.#values[this.#slotOf(key)] ?? 0;
    if (value === 0) return undefined;
    if (value >= IN_LISTS) return this.numbers(key).find(test);
    return test(value - 1) ? value - 1 : undefined;
  }

  /** Those of ascending `numbers` that the key has too; may return `numbers` itself. */
  retain(key: number, numbers: Uint32Array): Uint32Array {
    const value = this.#values[this.#slotOf(key)] ?? 0;
    if (value >= IN_BITMAPS) {
      const bitmap = this.#bitmapAt(value - IN_BITMAPS);
      return numbers.filter((number) => bitmap.has(number));
    }
    if (value < IN_LISTS) return numbers.includes(value - 1) ? Uint32Array.of(value - 1) : NONE;
    return intersection(numbers, this.#lists.items(value - IN_LISTS));
  }

  /** Of the key, or of the free place where it belongs. */
  #slotOf(key: number): number {
    const [keys, values] = [this.#keys, this.#values];
    let slot = homeOf(key, keys.length);
    while (values[slot] !== 0 && keys[slot] !== key) slot = slot + 1 === keys.length ? 0 : slot + 1;
    return slot;
  }

  #insert(slot: number, key: number, number: number): void {
    if (number > NUMBER_MAX) throw new RangeError(`There are at most ${NUMBER_MAX} entries.`);
    this.#keys[slot] = key;
    this.#values[slot] = number + 1;
    this.#size += 1;
    if (this.#size > this.#keys.length * LOAD_MAX) this.#grow();
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = new Uint32Array(keys.length * GROWTH);
    this.#values = new Uint32Array(keys.length * GROWTH);
    for (let slot = 0; slot < keys.length; slot += 1) {
      const [key = 0, value = 0] = [keys[slot], values[slot]];
      if (value === 0) continue;
      const target = this.#slotOf(key);
      this.#keys[target] = key;
      this.#values[target] = value;
    }
  }

  /** Moves what was pushed behind the slot back, so that every key is found from where it belongs. */
  #vacate(slot: number): void {
    const { length } = this.#keys;
    const behind = (one: number, other: number): number => (one - other + length) % length;
    let hole = slot;
    for (let next = (hole + 1) % length; this.#values[next] !== 0; next = (next + 1) % length) {
      const key = this.#keys[next] ?? 0;
      if (behind(next, homeOf(key, length)) < behind(next, hole)) continue;
      this.#keys[hole] = key;
      this.#values[hole] = this.#values[next] ?? 0;
      hole = next;
    }
    this.#values[hole] = 0;
    this.#size -= 1;
  }

  #addToList(slot: number, offset: number, number: number): void {
    const moved = this.#lists.insert(offset, number);
    if (moved === offset) return;
    this.#values[slot] = IN_LISTS + moved;
    const items = this.#lists.items(moved);
    const span = (items.at(-1) ?? 0) + 1;
    if (items.length < BITMAP_SIZE_MIN || span > items.length * BITMAP_SPAN_MAX) return;
    this.#values[slot] = IN_BITMAPS + this.#keepBitmap(Bitmap.of(items));
    this.#lists.free(moved);
  }

  #removeFromList(slot: number, offset: number, number: number): void {
    const moved = this.#lists.delete(offset, number);
    if (this.#lists.sizeOf(moved) > 0) this.#values[slot] = IN_LISTS + moved;
    else {
      this.#lists.free(moved);
      this.#vacate(slot);
    }
  }

  #addToBitmap(slot: number, index: number, number: number): void {
    const bitmap = this.#bitmapAt(index);
    if (number > bitmap.size * LIST_SPAN_MIN) {
      this.#toList(slot, index);
      this.add(this.#keys[slot] ?? 0, number);
    } else bitmap.add(number);
  }

  #removeFromBitmap(slot: number, index: number, number: number): void {
    const bitmap = this.#bitmapAt(index);
    bitmap.delete(number);
    if (bitmap.bytes * 8 > bitmap.size * LIST_SPAN_MIN) this.#toList(slot, index);
  }

  #toList(slot: number, index: number): void {
    const numbers = this.#bitmapAt(index).numbers();
    this.#bitmaps[index] = undefined;
    this.#values[slot] = IN_LISTS + this.#lists.keep(numbers);
  }

  #keepBitmap(bitmap: Bitmap): number {
    const free = this.#bitmaps.indexOf(undefined);
    const index = free < 0 ? this.#bitmaps.length : free;
    this.#bitmaps[index] = bitmap;
    return index;
  }

  #bitmapAt(index: number): Bitmap {
    const bitmap = this.#bitmaps[index];
    if (bitmap === undefined) throw new Error('A set of numbers is lost.');
    return bitmap;
  }
}

const NONE = new Uint32Array(0);

/** Where the search for a key begins. */
function homeOf(key: number, slots: number): number {
  return Math.floor(((Math.imul(key, SPREAD) >>> 0) * slots) / 2 ** 32);
}
