/** A user or group by name, as other entries refer to it. */
import { type Dit, type Name, PLAIN_USERNAME } from './dit.ts';

export interface Reference extends Name {
  readonly id: string;
  /** Username or group name. */
  readonly name: string;
  readonly kind: 'user' | 'group';
  /** Its place in the tree's tables; that of what is gone may be another's. */
  readonly number: number;
}

/** A user's, which makes its DN when it is asked for: there may be a million. */
export function userReference(dit: Dit, number: number, id: string, username: string): Reference {
  if (PLAIN_USERNAME.test(username)) return new PlainReference(dit.users, number, id, username);
  return { ...dit.user(username), id, name: username, kind: 'user', number };
}

class PlainReference implements Reference {
  readonly id: string;
  readonly name: string;
  readonly number: number;
  readonly #parent: Name;

  constructor(parent: Name, number: number, id: string, name: string) {
    this.id = id;
    this.name = name;
    this.number = number;
    this.#parent = parent;
  }

  get kind(): 'user' {
    return 'user';
  }

  get dn(): string {
    return `uid=${this.name},${this.#parent.dn}`;
  }

  get key(): string {
    return `uid=${this.name},${this.#parent.key}`;
  }
}

/** References in the order in which they are served, so that an entry's bytes do not depend on how it came about. */
export class ReferenceSet {
  readonly #references: Reference[];
  #isSorted = false;

  /** Takes the list over. */
  constructor(references: Reference[]) {
    this.#references = references;
  }

  /** Put in order when first asked for: a large group may change often before it is read. */
  sorted(): readonly Reference[] {
    if (!this.#isSorted) this.#references.sort(compare);
    this.#isSorted = true;
    return this.#references;
  }

  holds(key: string): boolean {
    const references = this.sorted();
    let low = 0;
    let high = references.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((references[middle]?.key ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return references[low]?.key === key;
  }
}

export const NO_REFERENCES = new ReferenceSet([]);

function compare({ key: one }: Reference, { key: other }: Reference): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
