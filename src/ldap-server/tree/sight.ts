/** Which users and groups are seen by who is given some groups: these, all groups in them, and the members of all. */
import type { Tree } from './application-view.ts';

/** Of users and groups by id, whether they are listed at the moment or not. */
export interface Sight {
  readonly size: number;
  /** Another number whenever other groups are seen than before. */
  readonly generation: number;
  seesUser(id: string): boolean;
  seesGroup(id: string): boolean;
  /** All that is seen, in an order that nothing hidden changes: groups first. */
  ids(): readonly string[];
  /** Where in that order something stands that is seen; else null. */
  placeOf(id: string): number | null;
  /** To be called when the tree has changed; `moved`: the users and groups whose direct groups changed. */
  changed(moved: Iterable<string>): void;
}

export function createSight(roots: readonly string[], tree: Pick<Tree, 'graph' | 'groups'>): Sight {
  return new GroupSight(new Set(roots), tree);
}

/** By id, with its place. */
interface Seen {
  readonly groups: ReadonlyMap<string, number>;
  readonly users: Map<string, number>;
  nextPlace: number;
}

class GroupSight implements Sight {
  readonly #roots: ReadonlySet<string>;
  readonly #tree: Pick<Tree, 'graph' | 'groups'>;
  /** null: to be found out when it is next asked for. */
  #known: Seen | null = null;
  #generation = 0;

  constructor(roots: ReadonlySet<string>, tree: Pick<Tree, 'graph' | 'groups'>) {
    this.#roots = roots;
    this.#tree = tree;
  }

  get size(): number {
    const { groups, users } = this.#seen();
    return groups.size + users.size;
  }

  get generation(): number {
    this.#seen();
    return this.#generation;
  }

  seesUser(id: string): boolean {
    return this.#seen().users.has(id);
  }

  seesGroup(id: string): boolean {
    return this.#seen().groups.has(id);
  }

  ids(): readonly string[] {
    const { groups, users } = this.#seen();
    return [...groups.keys(), ...users.keys()];
  }

  placeOf(id: string): number | null {
    const { groups, users } = this.#seen();
    return users.get(id) ?? groups.get(id) ?? null;
  }

  /** Users come and go at once; where a group does, all is found out anew. */
  changed(moved: Iterable<string>): void {
    const known = this.#known;
    if (known === null) return;
    const { groups, users } = known;
    for (const id of moved) {
      const parents = [...this.#tree.graph.parents(id)];
      const isSeen = this.#roots.has(id) || parents.some((parent) => groups.has(parent));
      if (groups.has(id) || this.#tree.groups.has(id)) {
        if (isSeen !== groups.has(id)) this.#known = null;
      } else if (!isSeen) users.delete(id);
      else if (!users.has(id)) users.set(id, known.nextPlace++);
    }
  }

  #seen(): Seen {
    if (this.#known === null) {
      this.#known = seenFrom(this.#roots, this.#tree);
      this.#generation += 1;
    }
    return this.#known;
  }
}

function seenFrom(roots: ReadonlySet<string>, { graph, groups }: Pick<Tree, 'graph' | 'groups'>): Seen {
  const below = new Set(roots);
  for (const root of roots) for (const id of graph.below(root)) below.add(id);
  const isGroup = (id: string) => roots.has(id) || groups.has(id);
  const seen = { groups: new Map<string, number>(), users: new Map<string, number>(), nextPlace: 0 };
  // Groups first: users who come later follow them.
  for (const id of below) if (isGroup(id)) seen.groups.set(id, seen.nextPlace++);
  for (const id of below) if (!isGroup(id)) seen.users.set(id, seen.nextPlace++);
  return seen;
}
