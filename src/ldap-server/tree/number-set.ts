/** A set of numbers, for sets that may hold a large part of all there are: much cheaper than a Set of them. */

const BYTES_MIN = 1024;

/** Of a number that was deleted and stands in the list yet. */
const DELETED = 2;

export class NumberSet implements Iterable<number> {
  #states = new Uint8Array(BYTES_MIN);
  readonly #numbers: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(number: number): boolean {
    return this.#states[number] === 1;
  }

  add(number: number): void {
    if (this.has(number)) return;
    if (number >= this.#states.length) {
      const states = new Uint8Array((number + 1) * 2);
      states.set(this.#states);
      this.#states = states;
    }
    if (this.#states[number] !== DELETED) this.#numbers.push(number);
    this.#states[number] = 1;
    this.#size += 1;
  }

  /** Whether it was there. */
  delete(number: number): boolean {
    if (!this.has(number)) return false;
    this.#states[number] = DELETED;
    this.#size -= 1;
    return true;
  }

  /** Takes one out; undefined: there is none. */
  pop(): number | undefined {
    for (let number = this.#numbers.pop(); number !== undefined; number = this.#numbers.pop()) {
      const wasThere = this.delete(number);
      this.#states[number] = 0;
      if (wasThere) return number;
    }
    return undefined;
  }

  *[Symbol.iterator](): Generator<number> {
    for (const number of this.#numbers) if (this.has(number)) yield number;
  }
}
