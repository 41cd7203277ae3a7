/** Ascending lists of numbers, and what they have in common. */

/** The index of the first of ascending `items` that is not below `number`. */
export function lowerBound(items: Uint32Array, number: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A list that is this much longer is searched for each number, instead of being walked. */
const WALK_SHARE = 16;

/** What of the one list is in the other. */
export function intersection(few: Uint32Array, many: Uint32Array): Uint32Array {
  if (few.length * WALK_SHARE < many.length) {
    return few.filter((number) => many[lowerBound(many, number)] === number);
  }
  let at = 0;
  return few.filter((number) => {
    while (at < many.length && (many[at] ?? 0) < number) at += 1;
    return many[at] === number;
  });
}

/** What of ascending numbers is not among others, which ascend too. */
export function difference(numbers: Uint32Array, others: Uint32Array): Uint32Array {
  let at = 0;
  return numbers.filter((number) => {
    while (at < others.length && (others[at] ?? 0) < number) at += 1;
    return others[at] !== number;
  });
}
