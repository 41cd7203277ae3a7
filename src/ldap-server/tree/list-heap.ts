/** Ascending lists side by side in one array, each behind its length, in places whose capacity is a power of two. */
import { lowerBound } from './ascending.ts';

const WORDS_MIN = 64;
/** Of the shortest list. */
const CAPACITY_MIN = 2;

export class ListHeap {
  #words = new Uint32Array(WORDS_MIN);
  #end = 0;
  /** Free places by the logarithm of their capacity. */
  readonly #free: number[][] = [];

  get bytes(): number {
    return this.#words.byteLength;
  }

  sizeOf(offset: number): number {
    return this.#words[offset] ?? 0;
  }

  /** Good until the next change. */
  items(offset: number): Uint32Array {
    return this.#words.subarray(offset + 1, offset + 1 + this.sizeOf(offset));
  }

  /** Returns where the list is. */
  pair(one: number, other: number): number {
    return this.keep(Uint32Array.of(Math.min(one, other), Math.max(one, other)));
  }

  keep(numbers: Uint32Array): number {
    const offset = this.#take(capacityOf(numbers.length));
    this.#words[offset] = numbers.length;
    this.#words.set(numbers, offset + 1);
    return offset;
  }

  /** Returns where the list is now. */
  insert(offset: number, number: number): number {
    const size = this.sizeOf(offset);
    const items = this.items(offset);
    const at = (items[size - 1] ?? 0) < number ? size : lowerBound(items, number);
    if (items[at] === number) return offset;
    const moved = size === capacityOf(size) ? this.#move(offset, size, size * 2) : offset;
    const place = moved + 1 + at;
    this.#words.copyWithin(place + 1, place, moved + 1 + size);
    this.#words[place] = number;
    this.#words[moved] = size + 1;
    return moved;
  }

  /** Returns where the list is now. */
  delete(offset: number, number: number): number {
    const items = this.items(offset);
    const at = lowerBound(items, number);
    if (items[at] !== number) return offset;
    this.#words.copyWithin(offset + 1 + at, offset + 2 + at, offset + 1 + items.length);
    this.#words[offset] = items.length - 1;
    const [before, after] = [capacityOf(items.length), capacityOf(items.length - 1)];
    return before === after ? offset : this.#move(offset, before, after);
  }

  free(offset: number): void {
    this.#give(offset, capacityOf(this.sizeOf(offset)));
  }

  #move(offset: number, before: number, after: number): number {
    const target = this.#take(after);
    this.#words.copyWithin(target, offset, offset + 1 + this.sizeOf(offset));
    this.#give(offset, before);
    return target;
  }

  #take(capacity: number): number {
    const free = this.#free[Math.log2(capacity)]?.pop();
    if (free !== undefined) return free;
    const offset = this.#end;
    this.#end += capacity + 1;
    if (this.#end > this.#words.length) {
      const words = new Uint32Array(Math.max(this.#words.length * 1.5, this.#end));
      words.set(this.#words);
      this.#words = words;
    }
    return offset;
  }

  #give(offset: number, capacity: number): void {
    const size = Math.log2(capacity);
    const free = this.#free[size] ?? [];
    free.push(offset);
    this.#free[size] = free;
  }
}

function capacityOf(size: number): number {
  return size <= CAPACITY_MIN ? CAPACITY_MIN : 2 ** (32 - Math.clz32(size - 1));
}
