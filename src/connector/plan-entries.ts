/** The part of a plan that people and groups share: which entry upstream is which import here, and what it is called. */
import { DirectoryError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Origin } from '../core/model/origin.ts';
import type { SyncProblem } from '../core/model/sync-run.ts';
import { type Claimant, claimNames } from './plan-names.ts';
import { valid } from './plan-steps.ts';
import { type InTurns, visitInTurns } from './plan-turns.ts';
import type { Writable } from './writable.ts';

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
  /** Whether an entry under another id is the import that is gone: people are told apart by more than a name. */
  isSame(entry: Upstream, gone: Imported): boolean;
  /** Gone for so long that it is deleted. */
  isExpired(gone: Imported): boolean;
}

/** An entry upstream that is, or will be, an import. */
export interface MatchedEntry<Upstream, Imported> {
  /** Its externalId. */
  readonly key: string;
  readonly entry: Upstream;
  /** As it is here now; null for a new one. */
  readonly imported: Imported | null;
  /** It was not an import of this source until now. */
  readonly adopted: boolean;
  /** Of the import; chosen now for a new one. */
  readonly id: string;
  readonly name: string;
}

export interface MatchedEntries<Upstream, Imported> {
  /** In the order of their names, in which new ones get their ids too: a database keeps neighbours together. */
  readonly matched: readonly MatchedEntry<Upstream, Imported>[];
  /** Imports that the source no longer lists, and that stay for now. */
  readonly gone: readonly Imported[];
  readonly expired: readonly Imported[];
  /** Imports whose entries were skipped: they stay as they are. */
  readonly skipped: readonly Imported[];
  readonly problems: readonly SyncProblem[];
  /** The source gives no stable ids: names stand in for them. */
  readonly weak: boolean;
}

export interface Holders<Imported> {
  /** Names of entries that are not imports of this source. */
  readonly taken: ReadonlyMap<string, string>;
  /** Those of them, by name, that the source may take over. */
  readonly adoptable: ReadonlyMap<string, Imported>;
}

/**
 * Matches entries with imports by stable id, and gives each its name. An entry under a new id is the import that is
 * gone where it is surely the same, so that its id here lasts; nobody else's name is taken over but by the policy.
 * `hasIds`: other entries of the source have stable ids.
 */
export function* matchEntries<Upstream extends UpstreamEntry, Imported extends ImportedEntry>(
  kind: EntryKind<Upstream, Imported>,
  upstream: readonly Upstream[],
  imports: readonly Imported[],
  { taken, adoptable }: Holders<Imported>,
  newId: NewId,
  hasIds: boolean,
): InTurns<MatchedEntries<Upstream, Imported>> {
  const { identified, skippedDns, problems, weak } = yield* identify(kind, upstream, hasIds);
  yield;
  const byExternalId = new Map(imports.map((imported) => [externalIdOf(imported), imported]));
  const absent = imports.filter((imported) => !identified.has(externalIdOf(imported)));
  const isSkipped = ({ origin }: Imported) => skippedDns.has(origin?.dn ?? '');
  yield;
  const unclaimed = createUnclaimed(
    kind,
    absent.filter((it) => !isSkipped(it)),
    adoptable,
  );
  const candidates: Candidate<Upstream, Imported>[] = [];
  yield* visitInTurns(identified, ([key, entry]) => {
    const imported = byExternalId.get(key) ?? unclaimed.claim(entry);
    candidates.push(candidateOf(kind, key, entry, imported, problems));
  });
  const left = absent.filter((imported) => !unclaimed.claimed.has(imported.id));
  const [skipped, absentees] = [left.filter(isSkipped), left.filter((it) => !isSkipped(it))];
  const expired = absentees.filter(kind.isExpired);
  const gone = absentees.filter((imported) => !kind.isExpired(imported));
  const held = new Set([...skipped, ...gone].map(kind.currentName));
  const names = claimNames(candidates, { has: (name) => taken.has(name) || held.has(name) });

  const matched: Writable<MatchedEntry<Upstream, Imported>>[] = [];
  yield* visitInTurns(candidates, ({ key, entry, imported, desired }) => {
    const name = names.get(key) ?? null;
    if (desired !== null && name !== desired) problems.push(conflict(kind, entry.dn, desired, name));
    const adopted = imported !== null && unclaimed.adopted.has(imported.id);
    if (name !== null) matched.push({ key, entry, imported, adopted, name, id: imported?.id ?? '' });
  });
  matched.sort((one, other) => compare(one.name, other.name));
  yield;
  yield* visitInTurns(matched, (match) => {
    if (match.imported === null) match.id = newId();
  });
  return { matched, gone, expired, skipped, problems, weak };
}

interface Unclaimed<Upstream, Imported> {
  /** What an entry under a new id stands for here all the same, or null; each is given away once. */
  claim(entry: Upstream): Imported | null;
  /** Ids of what was given away: of imports, and of entries that were not this source's. */
  readonly claimed: ReadonlySet<string>;
  readonly adopted: ReadonlySet<string>;
}

function createUnclaimed<Upstream extends UpstreamEntry, Imported extends ImportedEntry>(
  kind: EntryKind<Upstream, Imported>,
  absent: readonly Imported[],
  adoptable: ReadonlyMap<string, Imported>,
): Unclaimed<Upstream, Imported> {
  const byName = new Map(absent.map((imported) => [kind.currentName(imported), imported]));
  const byWeakId = new Map(absent.map((imported) => [externalIdOf(imported), imported]));
  const [claimed, adopted] = [new Set<string>(), new Set<string>()];

  function own(entry: Upstream, name: string): Imported | null {
    // A source that gives stable ids at last.
    const weak = byWeakId.get(weakId(kind.nameWord, name));
    if (weak !== undefined && !claimed.has(weak.id)) return weak;
    const namesake = byName.get(name);
    if (namesake === undefined || claimed.has(namesake.id)) return null;
    return kind.isSame(entry, namesake) ? namesake : null;
  }

  function others(entry: Upstream, name: string): Imported | null {
    const other = adoptable.get(name);
    if (other === undefined || adopted.has(other.id)) return null;
    return other.origin !== null || kind.isSame(entry, other) ? other : null;
  }

  return {
    claimed,
    adopted,
    claim(entry) {
      const name = valid(kind.nameOf(entry), kind.normalise);
      if (name === null) return null;
      const mine = own(entry, name);
      if (mine !== null) claimed.add(mine.id);
      if (mine !== null) return mine;
      const other = others(entry, name);
      if (other !== null) adopted.add(other.id);
      return other;
    },
  };
}

function externalIdOf({ origin }: ImportedEntry): string {
  return origin?.externalId ?? '';
}

/** What stands for a stable id where the source gives none, such as "username:jdoe". */
export function weakId(nameWord: string, name: string): string {
  return `${nameWord.replace(' ', '-')}:${name.toLowerCase()}`;
}

/** Entries by externalId. Where none has an id, names stand in; where some have, those without are skipped. */
function* identify<Upstream extends UpstreamEntry, Imported>(
  kind: EntryKind<Upstream, Imported>,
  upstream: readonly Upstream[],
  hasIds: boolean,
) {
  const weak = !hasIds && upstream.length > 0 && upstream.every(({ externalId }) => externalId === null);
  const keyed: { readonly key: string; readonly entry: Upstream }[] = [];
  const skippedDns = new Set<string>();
  const problems: SyncProblem[] = [];
  yield* visitInTurns(upstream, (entry) => {
    const name = kind.nameOf(entry);
    const key = weak && name !== null ? weakId(kind.nameWord, name) : entry.externalId;
    if (key !== null) keyed.push({ key, entry });
    else {
      skippedDns.add(entry.dn);
      const missing = weak ? kind.nameWord : 'stable id, which other entries have';
      problems.push({ dn: entry.dn, reason: `The entry has no ${missing}: it was skipped.` });
    }
  });
  keyed.sort((one, other) => compare(one.key, other.key) || compare(one.entry.dn, other.entry.dn));
  yield;
  const identified = new Map<string, Upstream>();
  for (const { key, entry } of keyed) {
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
  const isUser = nameWord === 'username';
  const link = isUser && kept === null ? ', or link them if they are one person (roster users link)' : '';
  const reason = `${taken}, so ${outcome}: rename one of the two${link}.`;
  return { dn, reason, ...(isUser && { takenUsername: desired }) };
}

// By code units: the same on every machine.
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
