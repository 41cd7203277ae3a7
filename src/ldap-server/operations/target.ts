/** Finds the entry that a request names, within what its sender may see. */
import { DirectoryError } from '../../core/errors.ts';
import { type Dn, dnKey, keyOfDn, parseDn } from '../../core/syntax/dn.ts';
import { ResultCode } from '../protocol/result-codes.ts';
import { findAttributeType } from '../tree/attribute-types.ts';
import type { Entry } from '../tree/entry.ts';
import type { Snapshot } from '../tree/snapshot.ts';
import { type View, viewOf } from '../tree/view.ts';
import { type Outcome, refusal } from './outcome.ts';
import type { Session } from './session.ts';

/** The entries that stand outside the tree, readable by everybody (RFC 4512 sections 4.4 and 5.1). */
export interface ServerEntries {
  readonly rootDse: Entry;
  readonly subschema: Entry;
}

export interface Target {
  readonly entry: Entry;
  readonly view: View;
}

export function findTarget(
  dnText: string,
  session: Session,
  snapshot: Snapshot,
  server: ServerEntries,
): Target | Outcome {
  const key = keyOf(dnText, session);
  if (key instanceof DirectoryError) return refusal(ResultCode.invalidDnSyntax, key.message);
  const { rootDse, subschema } = server;
  if (key === rootDse.key) return { entry: rootDse, view: viewOfOne(rootDse) };
  if (key === subschema.key) return { entry: subschema, view: viewOfOne(subschema) };
  const view = viewOf(snapshot, session.identity);
  if (view === null) return refusal(ResultCode.insufficientAccessRights, 'Bind first.');
  const entry = view.entry(key);
  return entry === undefined ? noSuchObject(parseDn(dnText), view) : { entry, view };
}

export function isTarget(found: Target | Outcome): found is Target {
  return 'view' in found;
}

function keyOf(text: string, session: Session): string | DirectoryError {
  if (session.named?.text === text) return session.named.key;
  try {
    const key = keyOfDn(text);
    session.named = { text, key };
    return key;
  } catch (error) {
    if (error instanceof DirectoryError) return error;
    throw error;
  }
}

/** The root DSE is never found by a search that goes deeper than itself (RFC 4512 section 5.1). */
function viewOfOne(entry: Entry): View {
  return {
    findType: findAttributeType,
    entry: (key) => (key === entry.key ? entry : undefined),
    candidates: (_base, scope) =>
      scope === 'base' || (scope === 'sub' && entry.kind !== 'root-dse') ? [entry] : [],
  };
}

/** Names the nearest entry above that can be seen, so that a hidden entry looks like one that is not there. */
function noSuchObject(dn: Dn, view: View): Outcome {
  for (let depth = 1; depth < dn.length; depth++) {
    const above = view.entry(dnKey(dn.slice(depth)));
    if (above !== undefined) return refusal(ResultCode.noSuchObject, 'There is no such entry.', above.dn);
  }
  return refusal(ResultCode.noSuchObject, 'There is no such entry.');
}
