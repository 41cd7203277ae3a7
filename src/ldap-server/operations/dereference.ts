/** Dereferencing: attributes of the entries that a found entry names, as far as they may be seen (draft-masarati-ldap-deref). */
import {
  type Dereference,
  type Dereferenced,
  encodeDereferenceResponse,
} from '../protocol/controls/dereference.ts';
import type { Control } from '../protocol/messages.ts';
import { Oid } from '../protocol/oids.ts';
import type { AttributeType, FindType } from '../tree/attribute-types.ts';
import type { Entry } from '../tree/entry.ts';
import { SYNTAX } from '../tree/matching-rules.ts';
import { type Selection, select, selectedSlices } from '../tree/selection.ts';
import type { View } from '../tree/view.ts';

/** Entries looked at for one that was found; a search that would need more is refused as a whole. */
export const DEREFERENCED_MAX = 20_000;
/** What of these goes along with one that was found: a group may list 100 000 members, and each member name that group. */
export const DEREFERENCED_BYTES_MAX = 16_777_216;

/** Made ready for one search. What is unknown, or names no entries, yields nothing. */
export interface Dereferencing {
  readonly name: string;
  readonly attribute: AttributeType;
  readonly selection: Selection;
}

export function readDereferences(
  asked: readonly Dereference[],
  findType: FindType,
): readonly Dereferencing[] {
  return asked.flatMap(({ attribute: name, attributes }) => {
    const attribute = findType(name);
    if (attribute?.syntax !== SYNTAX.dn) return [];
    return [{ name, attribute, selection: select({ attributes, typesOnly: false }, null, findType) }];
  });
}

/** The control that accompanies an entry; null: nothing to tell. 'too-many': more than DEREFERENCED_MAX or DEREFERENCED_BYTES_MAX. */
export function dereference(
  asked: readonly Dereferencing[],
  entry: Entry,
  view: Pick<View, 'entry'>,
): Control | null | 'too-many' {
  const found: Dereferenced[] = [];
  let bytes = 0;
  for (const { name, attribute, selection } of asked) {
    const keys = entry.keys(attribute);
    if (found.length + keys.length > DEREFERENCED_MAX) return 'too-many';
    for (const key of keys) {
      const named = view.entry(key);
      if (named === undefined) continue;
      const attributes = selectedSlices(named, selection) ?? [];
      bytes += attributes.reduce((sum, { length }) => sum + length, 0);
      if (bytes > DEREFERENCED_BYTES_MAX) return 'too-many';
      found.push({ attribute: name, dn: named.dn, attributes });
    }
  }
  if (found.length === 0) return null;
  return { oid: Oid.dereference, critical: false, value: encodeDereferenceResponse(found) };
}
