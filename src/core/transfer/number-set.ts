/** A set of small whole numbers that takes one bit for each: a million of them in 128 KiB. */

export interface NumberSet {
  has(number: number): boolean;
  add(number: number): void;
}

export function createNumberSet(): NumberSet {
  let bits = new Uint8Array(1024);
  return {
    has: (number) => ((bits[number >> 3] ?? 0) & (1 << (number & 7))) !== 0,
    add(number) {
      const index = number >> 3;
      if (index >= bits.length) {
        const grown = new Uint8Array(Math.max(2 * bits.length, index + 1));
        grown.set(bits);
        bits = grown;
      }
      bits[index] = (bits[index] ?? 0) | (1 << (number & 7));
    },
  };
}
