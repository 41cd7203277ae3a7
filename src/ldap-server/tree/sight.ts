/** Which users and groups are seen by who is given some groups: these, all groups in them, and the members of all. */
import type { Tree } from './application-view.ts';

/** Of users and groups by number, whether they are listed at the moment or not. */
export interface Sight {
  readonly size: number;
  /** false: when it is next asked for all is found out anew, and of another generation. */
  readonly isKnown: boolean;
  /** Another number whenever other groups are seen than before, or places are given anew. */
  readonly generation: number;
  seesUser(number: number): boolean;
  seesGroup(number: number): boolean;
  /** Where something stands that is seen, in an order that nothing hidden changes: groups first. Else null. */
  placeOf(number: number): number | null;
  /** What stands in each place; NOBODY where somebody left. */
  numbers(): readonly number[];
  /** To be called when the tree has changed; `moved`: the users and groups whose direct groups changed. */
  changed(moved: Iterable<number>): void;
}

export const NOBODY = -1;

export function createSight(
  roots: readonly string[],
  tree: Pick<Tree, 'graph' | 'groups' | 'references'>,
): Sight {
  return new GroupSight(new Set(roots), tree);
}

interface Seen {
  readonly groups: ReadonlySet<number>;
  /** Groups first: users who come later follow them. */
  readonly numbers: number[];
  /** By number, the place + 1; 0: not seen. */
  places: Uint32Array;
  size: number;
}

/** Places where nobody stands may be as many as those where somebody does, and these. */
const LEFT_MAX = 1024;

class GroupSight implements Sight {
  readonly #roots: ReadonlySet<string>;
  readonly #tree: Pick<Tree, 'graph' | 'groups' | 'references'>;
  /** null: to be found out when it is next asked for. */
  #known: Seen | null = null;
  #generation = 0;

  constructor(roots: ReadonlySet<string>, tree: Pick<Tree, 'graph' | 'groups' | 'references'>) {
    this.#roots = roots;
    this.#tree = tree;
  }

  get size(): number {
    return this.#seen().size;
  }

  get isKnown(): boolean {
    return this.#known !== null;
  }

  get generation(): number {
    this.#seen();
    return this.#generation;
  }

  seesUser(number: number): boolean {
    return this.placeOf(number) !== null && !this.seesGroup(number);
  }

  seesGroup(number: number): boolean {
    return this.#seen().groups.has(number);
  }

  placeOf(number: number): number | null {
    const place = this.#seen().places[number] ?? 0;
    return place === 0 ? null : place - 1;
  }

  numbers(): readonly number[] {
    return this.#seen().numbers;
  }

  /** Users come and go at once; where a group does, all is found out anew. */
  changed(moved: Iterable<number>): void {
    const known = this.#known;
    if (known === null) return;
    for (const number of moved) {
      const reference = this.#tree.references.at(number);
      const parents = this.#tree.graph.parents(number);
      const isRoot = reference !== undefined && this.#roots.has(reference.id);
      const isSeen = isRoot || parents.some((parent) => known.groups.has(parent));
      if (reference?.kind === 'group' || known.groups.has(number)) {
        if (isSeen !== known.groups.has(number)) this.#known = null;
      } else if (isSeen) enter(known, number);
      else leave(known, number);
    }
    if (known.numbers.length > 2 * known.size + LEFT_MAX) this.#known = null;
  }

  #seen(): Seen {
    if (this.#known === null) {
      this.#known = seenFrom(this.#roots, this.#tree);
      this.#generation += 1;
    }
    return this.#known;
  }
}

function enter(seen: Seen, number: number): void {
  if (number >= seen.places.length) {
    const places = new Uint32Array(Math.ceil((number + 1) * 1.5));
    places.set(seen.places);
    seen.places = places;
  }
  if (seen.places[number] !== 0) return;
  seen.numbers.push(number);
  seen.places[number] = seen.numbers.length;
  seen.size += 1;
}

function leave(seen: Seen, number: number): void {
  const place = seen.places[number] ?? 0;
  if (place === 0) return;
  seen.numbers[place - 1] = NOBODY;
  seen.places[number] = 0;
  seen.size -= 1;
}

function seenFrom(
  roots: ReadonlySet<string>,
  { graph, references }: Pick<Tree, 'graph' | 'references'>,
): Seen {
  const below = new Set<number>();
  for (const id of roots) {
    const root = references.get(id);
    if (root?.kind !== 'group') continue;
    below.add(root.number);
    for (const number of graph.below(root.number)) below.add(number);
  }
  const isGroup = (number: number): boolean => references.at(number)?.kind === 'group';
  const groups = new Set([...below].filter(isGroup));
  const seen: Seen = { groups, numbers: [], places: new Uint32Array(0), size: 0 };
  for (const number of groups) enter(seen, number);
  for (const number of below) if (!groups.has(number)) enter(seen, number);
  return seen;
}
