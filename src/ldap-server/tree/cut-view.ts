/** The view of an application that is given some groups, or none. */
import type { Application } from '../../core/model/application.ts';
import type { Scope } from '../protocol/messages.ts';
import { type ApplicationView, frameOf, type Tree } from './application-view.ts';
import type { Assertion } from './assertion.ts';
import { type AttributeType, attributeType as type } from './attribute-types.ts';
import type { Entry } from './entry.ts';
import { isInScope } from './entry-store.ts';
import { gather } from './planner.ts';
import type { Reference } from './reference.ts';
import { createSight, type Sight } from './sight.ts';
import { withOwnTime } from './user-entry.ts';

export function createCutView(tree: Tree, application: Application): ApplicationView {
  return new CutView(tree, application);
}

/** Sees its groups, all groups in these, and their members; of anything else not even that it is there. */
class CutView implements ApplicationView {
  readonly hidesCounts = true;
  readonly #tree: Tree;
  readonly #frame: ReadonlySet<string>;
  readonly #sight: Sight;
  #all: readonly Entry[] | null = null;
  /** By the whole entry, which a change replaces by another; kept while the same groups are seen. */
  #cuts = new WeakMap<Entry, Entry>();
  #generation = 0;

  constructor(tree: Tree, application: Application) {
    this.#tree = tree;
    this.#frame = frameOf(tree, application);
    this.#sight = createSight(application.groups, tree);
  }

  entry(key: string): Entry | undefined {
    const entry = this.#tree.entry(key);
    return entry === undefined ? undefined : this.#cut(entry);
  }

  candidates(base: Entry, scope: Scope, assertion: Assertion): readonly Entry[] {
    if (scope === 'base') return [base];
    const found = this.#tree.plan(this.#plannable(assertion));
    const { size } = this.#sight;
    const gathered = found === null || found.cost >= size ? null : gather(found, size);
    const entries = gathered === null ? this.#everything() : this.#inOrder(gathered);
    const byKey = { get: (key: string) => this.entry(key) };
    return entries.filter((entry) => isInScope(entry, base, scope, byKey));
  }

  sees(userId: string): boolean {
    return this.#tree.references.has(userId) && this.#sight.seesUser(userId);
  }

  changed(moved: Iterable<string>): void {
    this.#all = null;
    this.#sight.changed(moved);
  }

  #everything(): readonly Entry[] {
    if (this.#all === null) {
      const keys = this.#sight.ids().flatMap((id) => this.#tree.references.get(id)?.key ?? []);
      this.#all = [...this.#frame, ...keys].flatMap((key) => this.entry(key) ?? []);
    }
    return this.#all;
  }

  #inOrder(found: ReadonlySet<Entry>): readonly Entry[] {
    const seen: { readonly entry: Entry; readonly place: number }[] = [];
    for (const whole of found) {
      const entry = this.#cut(whole);
      if (entry !== undefined) seen.push({ entry, place: this.#placeOf(entry) });
    }
    return seen.sort((one, other) => one.place - other.place).map(({ entry }) => entry);
  }

  #placeOf({ id, key }: Entry): number {
    return this.#sight.placeOf(id) ?? [...this.#frame].indexOf(key) - this.#frame.size;
  }

  /** The entry as far as it is seen; undefined where it is hidden. */
  #cut(entry: Entry): Entry | undefined {
    switch (entry.kind) {
      case 'user':
        return this.#sight.seesUser(entry.id)
          ? this.#remembered(entry, () => this.#cutUser(entry))
          : undefined;
      case 'group':
        return this.#sight.seesGroup(entry.id)
          ? this.#remembered(entry, () => this.#cutGroup(entry))
          : undefined;
      default:
        return this.#frame.has(entry.key) ? entry : undefined;
    }
  }

  #remembered(entry: Entry, make: () => Entry): Entry {
    if (this.#generation !== this.#sight.generation) {
      this.#generation = this.#sight.generation;
      this.#cuts = new WeakMap();
    }
    const cut = this.#cuts.get(entry) ?? make();
    this.#cuts.set(entry, cut);
    return cut;
  }

  /** Its groups are cut, and the time of its last change to what it itself changed: hidden memberships move the other. */
  #cutUser(entry: Entry): Entry {
    const reference = this.#tree.references.get(entry.id);
    const user = this.#tree.user({ kind: 'user', by: 'id', value: entry.id });
    if (reference === undefined || user === null) throw new Error('A listed user is not in the tree.');
    const { shown, hidden } = this.#groupsAbove(entry.id);
    return hidden
      ? this.#tree.userEntry(reference, user, shown, user.ownUpdatedAt)
      : withOwnTime(entry, user.ownUpdatedAt);
  }

  /** All its members are seen; the groups above it may not be. */
  #cutGroup(entry: Entry): Entry {
    const { references, groups, graph } = this.#tree;
    const reference = references.get(entry.id);
    const group = groups.get(entry.id);
    if (reference === undefined || group === undefined) throw new Error('A listed group is not in the tree.');
    const { shown, hidden } = this.#groupsAbove(entry.id);
    if (!hidden) return entry;
    const members = graph.members(entry.id);
    const listed = (ids: Iterable<string>) => [...ids].flatMap((id) => references.get(id) ?? []);
    return this.#tree.groupEntry(reference, group, {
      members: listed(members.keys()),
      owners: listed([...members].filter(([, owner]) => owner).map(([id]) => id)),
      memberOf: shown,
    });
  }

  #groupsAbove(id: string): { shown: readonly Reference[]; hidden: boolean } {
    const above = [...this.#tree.graph.above(id)];
    const shown = above.filter((groupId) => this.#sight.seesGroup(groupId));
    return {
      shown: shown.flatMap((groupId) => this.#tree.references.get(groupId) ?? []),
      hidden: shown.length < above.length,
    };
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
