/** The part of a plan that people and groups share: which entry upstream is which import here, and what it is called. */
import { DirectoryError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Origin } from '../core/model/origin.ts';
import type { SyncProblem } from '../core/model/sync-run.ts';
import { type Claimant, claimNames } from './plan-names.ts';
import { type InTurns, visitInTurns } from './plan-turns.ts';

interface UpstreamEntry {
  readonly dn: string;
  readonly externalId: string | null;
}

interface ImportedEntry {
  readonly id: string;
  readonly origin: Origin | null;
}

/** The words and rules in which people and groups differ. */
export interface EntryKind<Upstream, Imported> {
  /** "username" or "group name". */
  readonly nameWord: string;
  nameOf(entry: Upstream): string | null;
  currentName(imported: Imported): string;
  /** Throws DirectoryError where the name breaks a rule. */
  normalise(name: string): string;
  /** What to try where a name breaks a rule: a sentence, or nothing. */
  hint(name: string): string;
}

/** An entry upstream that is, or will be, an import. */
export interface MatchedEntry<Upstream, Imported> {
  /** Its externalId. */
  readonly key: string;
  readonly entry: Upstream;
  readonly imported: Imported | null;
  /** Of the import; chosen now for a new one. */
  readonly id: string;
  readonly name: string;
}

export interface MatchedEntries<Upstream, Imported> {
  /** In the order of their keys, whatever order they came in. */
  readonly matched: readonly MatchedEntry<Upstream, Imported>[];
  /** Imports that the source no longer lists. */
  readonly gone: readonly Imported[];
  /** Imports whose entries were skipped: they stay as they are. */
  readonly skipped: readonly Imported[];
  readonly problems: readonly SyncProblem[];
  /** The source gives no stable ids: names stand in for them. */
  readonly weak: boolean;
}

/** Matches entries with imports by stable id, and gives each its name. Nobody else's name is taken over. */
export function* matchEntries<Upstream extends UpstreamEntry, Imported extends ImportedEntry>(
  kind: EntryKind<Upstream, Imported>,
  upstream: readonly Upstream[],
  imports: readonly Imported[],
  taken: ReadonlyMap<string, string>,
  newId: NewId,
): InTurns<MatchedEntries<Upstream, Imported>> {
  const { identified, skippedDns, problems, weak } = yield* identify(kind, upstream);
  yield;
  const byExternalId = new Map(imports.map((imported) => [imported.origin?.externalId ?? '', imported]));
  const absent = imports.filter(({ origin }) => !identified.has(origin?.externalId ?? ''));
  const isSkipped = ({ origin }: Imported) => skippedDns.has(origin?.dn ?? '');
  yield;
  const candidates: Candidate<Upstream, Imported>[] = [];
  yield* visitInTurns(identified, ([key, entry]) =>
    candidates.push(candidateOf(kind, key, entry, byExternalId.get(key) ?? null, problems)),
  );
  const held = new Set(absent.map(kind.currentName));
  const names = claimNames(candidates, { has: (name) => taken.has(name) || held.has(name) });

  const matched: MatchedEntry<Upstream, Imported>[] = [];
  yield* visitInTurns(candidates, ({ key, entry, imported, desired }) => {
    const name = names.get(key) ?? null;
    if (desired !== null && name !== desired) problems.push(conflict(kind, entry.dn, desired, name));
    if (name !== null) matched.push({ key, entry, imported, name, id: imported?.id ?? newId() });
  });
  const [skipped, gone] = [absent.filter(isSkipped), absent.filter((imported) => !isSkipped(imported))];
  return { matched, gone, skipped, problems, weak };
}

/** What stands for a stable id where the source gives none, such as "username:jdoe". */
export function weakId(nameWord: string, name: string): string {
  return `${nameWord.replace(' ', '-')}:${name.toLowerCase()}`;
}

/** Entries by externalId. Where none has an id, names stand in; where some have, those without are skipped. */
function* identify<Upstream extends UpstreamEntry, Imported>(
  kind: EntryKind<Upstream, Imported>,
  upstream: readonly Upstream[],
) {
  const weak = upstream.length > 0 && upstream.every(({ externalId }) => externalId === null);
  const keyed: [string, Upstream][] = [];
  const skippedDns = new Set<string>();
  const problems: SyncProblem[] = [];
  yield* visitInTurns(upstream, (entry) => {
    const name = kind.nameOf(entry);
    const key = weak && name !== null ? weakId(kind.nameWord, name) : entry.externalId;
    if (key !== null) keyed.push([key, entry]);
    else {
      skippedDns.add(entry.dn);
      const missing = weak ? kind.nameWord : 'stable id, which other entries have';
      problems.push({ dn: entry.dn, reason: `The entry has no ${missing}: it was skipped.` });
    }
  });
  keyed.sort(([a, first], [b, second]) => compare(a, b) || compare(first.dn, second.dn));
  yield;
  const identified = new Map<string, Upstream>();
  for (const [key, entry] of keyed) {
    if (!identified.has(key)) identified.set(key, entry);
    else if (weak) problems.push(sameName(kind, entry, key));
  }
  return { identified, skippedDns, problems, weak };
}

function sameName<Upstream extends UpstreamEntry, Imported>(
  kind: EntryKind<Upstream, Imported>,
  { dn }: Upstream,
  key: string,
): SyncProblem {
  const name = key.slice(key.indexOf(':') + 1);
  return {
    dn,
    reason: `Another entry has the ${kind.nameWord} ${JSON.stringify(name)} too: this one was skipped.`,
  };
}

interface Candidate<Upstream, Imported> extends Claimant {
  readonly entry: Upstream;
  readonly imported: Imported | null;
}

function candidateOf<Upstream extends UpstreamEntry, Imported>(
  kind: EntryKind<Upstream, Imported>,
  key: string,
  entry: Upstream,
  imported: Imported | null,
  problems: SyncProblem[],
): Candidate<Upstream, Imported> {
  const current = imported === null ? null : kind.currentName(imported);
  const name = kind.nameOf(entry);
  try {
    if (name === null) throw new DirectoryError('invalid', `The entry has no ${kind.nameWord}.`);
    return { key, entry, imported, current, desired: kind.normalise(name) };
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    problems.push({ dn: entry.dn, reason: `${error.message}${name === null ? '' : kind.hint(name)}` });
    return { key, entry, imported, current, desired: null };
  }
}

function conflict<Upstream, Imported>(
  { nameWord }: EntryKind<Upstream, Imported>,
  dn: string,
  desired: string,
  kept: string | null,
): SyncProblem {
  const taken = `The ${nameWord} ${JSON.stringify(desired)} is taken by somebody else here`;
  const outcome = kept === null ? 'the entry was not imported' : `it keeps the name ${JSON.stringify(kept)}`;
  return { dn, reason: `${taken}, so ${outcome}: rename one of the two.` };
}

// By code units: the same on every machine.
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
