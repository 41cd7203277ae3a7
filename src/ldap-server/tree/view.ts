/** What somebody may see: a view is all that operations are given of the tree, so that nothing else can be probed. */
import type { Scope } from '../protocol/messages.ts';
import type { Assertion } from './assertion.ts';
import { attributeType, type FindType } from './attribute-types.ts';
import type { Entry } from './entry.ts';
import { isInScope } from './entry-store.ts';
import { type Reference, ReferenceSet } from './reference.ts';
import type { Snapshot } from './snapshot.ts';

/** Who a connection is bound as. */
export type Identity =
  | { readonly kind: 'anonymous' }
  /** The directory's own bind DN: reads everything. */
  | { readonly kind: 'admin' }
  /** Reads itself, the members of its groups, these groups and all groups in them. */
  | { readonly kind: 'application'; readonly id: string }
  /** Reads its own entry, the groups it is in and the containers. */
  | { readonly kind: 'user'; readonly id: string };

export interface View {
  /** The attribute types that its owner knows of. */
  readonly findType: FindType;
  entry(key: string): Entry | undefined;
  /** A consistent set of all entries in scope that can match; `base` is an entry of this view. */
  candidates(base: Entry, scope: Scope, assertion: Assertion): readonly Entry[];
  /** How many candidates there are depends on what is hidden too: it is not to be told. */
  readonly hidesCounts?: boolean;
}

/** null: there is nothing to see, because nobody is bound, or because who was is not there any more. */
export function viewOf(snapshot: Snapshot, identity: Identity): View | null {
  switch (identity.kind) {
    case 'anonymous':
      return null;
    case 'admin':
      return snapshot;
    case 'application':
      return snapshot.applicationView(identity.id);
    case 'user': {
      const self = snapshot.references.get(identity.id);
      return self === undefined ? null : userView(snapshot, self);
    }
  }
}

/** The keys of all groups that contain an entry, as far as the view shows them. */
export function groupsAbove(view: View, key: string): ReadonlySet<string> {
  return new Set(view.entry(key)?.keys(attributeType.memberOf));
}

function userView(snapshot: Snapshot, self: Reference): View {
  const { dit } = snapshot;
  const shown = [dit.suffix.key, dit.users.key, dit.groups.key, self.key];
  const entries = new Map<string, Entry>();
  for (const key of shown) {
    const entry = snapshot.entry(key);
    if (entry !== undefined) entries.set(key, entry);
  }
  for (const entry of ownGroups(snapshot, self)) entries.set(entry.key, entry);
  return {
    findType: snapshot.schema.findOpen,
    entry: (key) => entries.get(key),
    candidates: (base, scope) =>
      [...entries.values()].filter((entry) => isInScope(entry, base, scope, entries)),
  };
}

/** The groups that a user is in, directly or not, cut to the members that the user can see: itself and these groups. */
function ownGroups(snapshot: Snapshot, self: Reference): readonly Entry[] {
  const { graph, references, groups } = snapshot;
  const numbers = graph.above(self.number);
  const members = new Map<number, Reference[]>(Array.from(numbers, (number) => [number, []]));
  for (const reference of [self, ...references.of(numbers)]) {
    for (const parent of graph.parents(reference.number)) members.get(parent)?.push(reference);
  }
  return references.of(numbers).flatMap((reference) => {
    const group = groups.get(reference.id);
    if (group === undefined) return [];
    const { number } = reference;
    return snapshot.groupEntry(reference, group, {
      members: new ReferenceSet(members.get(number) ?? []),
      owners: new ReferenceSet(graph.isOwner(number, self.number) === true ? [self] : []),
      memberOf: new ReferenceSet(references.of(graph.above(number))),
    });
  });
}
