/** The users and groups that are listed, by number and by id. */
import type { Numbers } from './numbers.ts';
import type { Reference } from './reference.ts';

export class References {
  readonly #numbers: Pick<Numbers, 'of'>;
  readonly #byNumber: (Reference | undefined)[] = [];
  #size = 0;

  constructor(numbers: Pick<Numbers, 'of'>) {
    this.#numbers = numbers;
  }

  get size(): number {
    return this.#size;
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  get(id: string): Reference | undefined {
    const number = this.#numbers.of(id);
    return number === undefined ? undefined : this.#byNumber[number];
  }

  at(number: number): Reference | undefined {
    return this.#byNumber[number];
  }

  /** A new list: of those of some numbers that are listed. */
  of(numbers: Iterable<number>): Reference[] {
    const references: Reference[] = [];
    for (const number of numbers) {
      const reference = this.#byNumber[number];
      if (reference !== undefined) references.push(reference);
    }
    return references;
  }

  set(number: number, reference: Reference | undefined): void {
    if (this.#byNumber[number] !== undefined) this.#size -= 1;
    if (reference !== undefined) this.#size += 1;
    this.#byNumber[number] = reference;
  }
}
