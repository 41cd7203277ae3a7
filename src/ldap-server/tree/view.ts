/** What somebody may see: a view is all that operations are given of the tree, so that nothing else can be probed. */
import type { Scope } from '../protocol/messages.ts';
import type { Assertion } from './assertion.ts';
import { attributeType } from './attribute-types.ts';
import type { Entry } from './entry.ts';
import { isInScope } from './entry-store.ts';
import type { Reference } from './reference.ts';
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
    entry: (key) => entries.get(key),
    candidates: (base, scope) =>
      [...entries.values()].filter((entry) => isInScope(entry, base, scope, entries)),
  };
}

/** The groups that a user is in, directly or not, cut to the members that the user can see: itself and these groups. */
function ownGroups(snapshot: Snapshot, self: Reference): readonly Entry[] {
  const { graph, references, groups } = snapshot;
  const ids = graph.above(self.id);
  const members = new Map<string, Reference[]>([...ids].map((id) => [id, []]));
  for (const id of [self.id, ...ids]) {
    const reference = references.get(id);
    if (reference === undefined) continue;
    for (const parent of graph.parents(id)) members.get(parent)?.push(reference);
  }
  return [...ids].flatMap((id) => {
    const group = groups.get(id);
    const reference = references.get(id);
    if (group === undefined || reference === undefined) return [];
    return snapshot.groupEntry(reference, group, {
      members: members.get(id) ?? [],
      owners: graph.members(id).get(self.id) === true ? [self] : [],
      memberOf: [...graph.above(id)].flatMap((above) => references.get(above) ?? []),
    });
  });
}
