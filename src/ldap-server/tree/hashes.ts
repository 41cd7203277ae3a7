/** From texts to 32-bit keys of indexes. Texts may share one: what an index finds must be confirmed. */

/** FNV-1a over UTF-16 code units. */
export function hashOf(text: string): number {
  let hash = 0x811c_9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193);
  }
  return hash >>> 0;
}

/** Stand for a text's beginning and end; no folded text holds them. */
const START = '\x02';
const END = '\x03';

/** Adds the keys of all groups of three characters in a folded text, its ends included. */
export function addGrams(text: string, grams: Set<number>): void {
  addInner(START + text + END, grams);
}

/** Characters in a row that every text which holds these parts must have; none where the parts are too short. */
export function gramsOf(initial: string, any: readonly string[], final: string): ReadonlySet<number> {
  const grams = new Set<number>();
  if (initial !== '') addInner(START + initial, grams);
  for (const part of any) addInner(part, grams);
  if (final !== '') addInner(final + END, grams);
  return grams;
}

function addInner(text: string, grams: Set<number>): void {
  let [first, second] = [text.charCodeAt(0), text.charCodeAt(1)];
  for (let index = 2; index < text.length; index += 1) {
    const third = text.charCodeAt(index);
    grams.add(((first << 20) ^ (second << 10) ^ third) >>> 0);
    [first, second] = [second, third];
  }
}
