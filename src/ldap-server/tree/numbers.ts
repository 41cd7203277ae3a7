/** A small number for each id: what the tables of the tree are addressed by. */
import { hashOf } from './hashes.ts';
import { Postings } from './postings.ts';

export class Numbers {
  readonly #ids: (string | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #byHash = new Postings();

  /** All are below. */
  get end(): number {
    return this.#ids.length;
  }

  /** Allocated, without the ids. */
  get bytes(): number {
    return this.#byHash.bytes;
  }

  of(id: string): number | undefined {
    return this.#byHash.find(hashOf(id), (number) => this.#ids[number] === id);
  }

  idOf(number: number): string | undefined {
    return this.#ids[number];
  }

  /** The number of an id, which has one from here on. */
  take(id: string): number {
    const known = this.of(id);
    if (known !== undefined) return known;
    const number = this.#free.pop() ?? this.#ids.length;
    this.#ids[number] = id;
    this.#byHash.add(hashOf(id), number);
    return number;
  }

  /** It may be another's from here on. */
  free(number: number): void {
    const id = this.#ids[number];
    if (id === undefined) return;
    this.#byHash.remove(hashOf(id), number);
    this.#ids[number] = undefined;
    this.#free.push(number);
  }
}
