/** The view of an application that is given some groups, or none. */
import type { Application } from '../../core/model/application.ts';
import type { Scope } from '../protocol/messages.ts';
import { type ApplicationView, frameOf, type Tree } from './application-view.ts';
import type { Assertion } from './assertion.ts';
import { type AttributeType, type FindType, attributeType as type } from './attribute-types.ts';
import type { Entry } from './entry.ts';
import { isInScope } from './entry-store.ts';
import { timeKey } from './matching-rules.ts';
import { gather } from './planner.ts';
import { type Reference, ReferenceSet } from './reference.ts';
import { createSight, NOBODY, type Sight } from './sight.ts';
import { withOwnTime } from './user-entry.ts';

export function createCutView(tree: Tree, application: Application): ApplicationView {
  return new CutView(tree, application);
}

/** Sees its groups, all groups in these, and their members; of anything else not even that it is there. */
class CutView implements ApplicationView {
  readonly hidesCounts = true;
  readonly findType: FindType;
  readonly #tree: Tree;
  readonly #frame: readonly string[];
  readonly #sight: Sight;
  /** By place, while the same groups are seen: null where nothing is listed, undefined where it is to be cut. */
  #cuts: (Entry | null | undefined)[] = [];
  #generation = 0;
  #all: readonly Entry[] | null = null;

  constructor(tree: Tree, application: Application) {
    this.#tree = tree;
    this.findType = tree.schema.findOpen;
    this.#frame = frameOf(tree, application);
    this.#sight = createSight(application.groups, tree);
  }

  entry(key: string): Entry | undefined {
    const entry = this.#tree.entry(key);
    if (entry === undefined) return undefined;
    if (entry.kind === 'user' || entry.kind === 'group') return this.#entryAt(entry.number);
    return this.#frame.includes(key) ? entry : undefined;
  }

  candidates(base: Entry, scope: Scope, assertion: Assertion): readonly Entry[] {
    if (scope === 'base') return [base];
    const found = this.#tree.plan(this.#plannable(assertion));
    const { size } = this.#sight;
    const gathered = found === null || found.cost >= size ? null : gather(found, size);
    const entries = gathered === null ? this.#everything() : this.#inOrder(gathered);
    if (scope === 'sub' && base.key === this.#tree.dit.suffix.key) return entries;
    const byKey = { get: (key: string) => this.entry(key) };
    return entries.filter((entry) => isInScope(entry, base, scope, byKey));
  }

  sees(userId: string): boolean {
    const reference = this.#tree.references.get(userId);
    return reference !== undefined && this.#sight.seesUser(reference.number);
  }

  changed(changed: Iterable<number>, moved: Iterable<number>): void {
    this.#all = null;
    if (!this.#sight.isKnown) return;
    for (const number of changed) {
      const place = this.#sight.placeOf(number);
      if (place !== null && place < this.#cuts.length) this.#cuts[place] = undefined;
    }
    this.#sight.changed(moved);
  }

  #everything(): readonly Entry[] {
    if (this.#all === null) {
      const frame = this.#frame.flatMap((key) => this.#tree.entry(key) ?? []);
      const seen: Entry[] = [];
      for (const number of this.#sight.numbers()) {
        const entry = number === NOBODY ? undefined : this.#entryAt(number);
        if (entry !== undefined) seen.push(entry);
      }
      this.#all = [...frame, ...seen];
    }
    return this.#all;
  }

  #inOrder(found: readonly number[]): readonly Entry[] {
    const seen: { readonly entry: Entry; readonly place: number }[] = [];
    for (const number of found) {
      const key = this.#tree.entryAt(number)?.key;
      const entry = key === undefined ? undefined : this.entry(key);
      if (entry !== undefined) seen.push({ entry, place: this.#placeOf(entry) });
    }
    return seen.sort((one, other) => one.place - other.place).map(({ entry }) => entry);
  }

  #placeOf({ number, key }: Entry): number {
    return this.#sight.placeOf(number) ?? this.#frame.indexOf(key) - this.#frame.length;
  }

  /** The entry of a user or group as far as it is seen; undefined where it is hidden or not listed. */
  #entryAt(number: number): Entry | undefined {
    const place = this.#sight.placeOf(number);
    if (place === null) return undefined;
    if (this.#generation !== this.#sight.generation) {
      this.#generation = this.#sight.generation;
      this.#cuts = Array(this.#sight.numbers().length).fill(undefined);
    }
    let cut = this.#cuts[place];
    if (cut === undefined) {
      cut = this.#cut(number);
      this.#cuts[place] = cut;
    }
    return cut ?? undefined;
  }

  #cut(number: number): Entry | null {
    const entry = this.#tree.entryAt(number);
    const reference = this.#tree.references.at(number);
    if (entry === undefined || reference === undefined) return null;
    return reference.kind === 'user' ? this.#cutUser(entry, reference) : this.#cutGroup(entry, reference);
  }

  /** Its groups are cut, and the time of its last change to what it itself changed: hidden memberships move the other. */
  #cutUser(entry: Entry, reference: Reference): Entry {
    const user = this.#tree.userAt(reference.number);
    if (user === undefined) throw new Error('A listed user is not in the tree.');
    const { shown, hidden } = this.#groupsAbove(reference.number);
    const { ownUpdatedAt } = user;
    if (hidden) return this.#tree.userEntry(reference, user, this.#setOf(shown), ownUpdatedAt);
    return timeKey(ownUpdatedAt) === timeKey(user.updatedAt) ? entry : withOwnTime(entry, ownUpdatedAt);
  }

  /** All its members are seen; the groups above it may not be. */
  #cutGroup(entry: Entry, reference: Reference): Entry {
    const group = this.#tree.groups.get(reference.id);
    if (group === undefined) throw new Error('A listed group is not in the tree.');
    const { shown, hidden } = this.#groupsAbove(reference.number);
    if (!hidden) return entry;
    const { graph } = this.#tree;
    return this.#tree.groupEntry(reference, group, {
      members: this.#setOf(graph.members(reference.number)),
      owners: this.#setOf(graph.owners(reference.number)),
      memberOf: this.#setOf(shown),
    });
  }

  #groupsAbove(number: number): { shown: readonly number[]; hidden: boolean } {
    const above = [...this.#tree.graph.above(number)];
    const shown = above.filter((group) => this.#sight.seesGroup(group));
    return { shown, hidden: shown.length < above.length };
  }

  #setOf(numbers: Iterable<number>): ReferenceSet {
    return new ReferenceSet(this.#tree.references.of(numbers));
  }

  /**
   * What the indexes of the whole tree are asked: all that is hidden in it is left out, so that neither the candidates
   * nor the time that they take tell of it.
   */
  #plannable(assertion: Assertion): Assertion {
    switch (assertion.type) {
      case 'and':
      case 'or':
        return { ...assertion, parts: assertion.parts.map((part) => this.#plannable(part)) };
      case 'equality':
        if (RELATIONS.has(assertion.attribute)) return { ...assertion, keys: this.#shownKeys(assertion) };
        break;
    }
    const isTime = 'attribute' in assertion && assertion.attribute === type.modifyTimestamp;
    return isTime ? { type: 'presence', attribute: type.modifyTimestamp } : assertion;
  }

  #shownKeys({ attribute, keys }: Extract<Assertion, { type: 'equality' }>): ReadonlySet<string> {
    const { dit } = this.#tree;
    const named = (key: string) => (attribute === type.memberUid ? dit.user(key).key : key);
    return new Set([...keys].filter((key) => this.entry(named(key)) !== undefined));
  }
}

/** Attributes whose values name other entries. */
const RELATIONS: ReadonlySet<AttributeType> = new Set<AttributeType>([
  type.memberOf,
  type.member,
  type.uniqueMember,
  type.memberUid,
  type.owner,
  type.entryDN,
]);
