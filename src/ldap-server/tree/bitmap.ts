/** A bit for each number: for sets that hold many of all there are. */

export class Bitmap {
  #words: Uint32Array;
  #size = 0;

  private constructor(numbersMax: number) {
    this.#words = new Uint32Array((numbersMax >>> 5) + 1);
  }

  /** Of ascending numbers. */
  static of(numbers: Uint32Array): Bitmap {
    const bitmap = new Bitmap(numbers.at(-1) ?? 0);
    for (const number of numbers) bitmap.add(number);
    return bitmap;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#words.byteLength;
  }

  has(number: number): boolean {
    return (((this.#words[number >>> 5] ?? 0) >>> (number & 31)) & 1) === 1;
  }

  add(number: number): void {
    if (this.has(number)) return;
    const word = number >>> 5;
    if (word >= this.#words.length) {
      const words = new Uint32Array(Math.ceil((word + 1) * 1.25));
      words.set(this.#words);
      this.#words = words;
    }
    this.#words[word] = (this.#words[word] ?? 0) | (1 << (number & 31));
    this.#size += 1;
  }

  delete(number: number): void {
    if (!this.has(number)) return;
    this.#words[number >>> 5] = (this.#words[number >>> 5] ?? 0) & ~(1 << (number & 31));
    this.#size -= 1;
  }

  numbers(): Uint32Array {
    const numbers = new Uint32Array(this.#size);
    let count = 0;
    this.#words.forEach((word, index) => {
      for (let left = word; left !== 0; left &= left - 1) {
        numbers[count++] = index * 32 + 31 - Math.clz32(left & -left);
      }
    });
    return numbers;
  }
}
