/** Which entries a search must look at: from an assertion to candidates, or to the finding that all must be walked. */
import type { Assertion } from './assertion.ts';
import type { AttributeType } from './attribute-types.ts';
import type { Entry } from './entry.ts';
import { type KeyAssertion, matchesKey } from './matcher.ts';

/** A set of entries that holds all that can match; the matcher confirms each. */
export interface Candidates {
  /** An estimate of how much it costs to collect them. */
  readonly cost: number;
  collect(into: Gathering): void;
}

/** Takes entries that indexes lead to, until there are so many that it is less work to look at all there are. */
export class Gathering {
  readonly entries = new Set<Entry>();
  #left: number;

  constructor(entriesMax: number) {
    this.#left = entriesMax;
  }

  get isFull(): boolean {
    return this.#left <= 0;
  }

  /** undefined, where an index led to nothing, was work too. */
  add(entry: Entry | undefined): void {
    this.#left -= 1;
    if (entry !== undefined) this.entries.add(entry);
  }
}

/** Costs are estimates: null where there turn out to be `entriesMax` candidates or more, each time one is met. */
export function gather(candidates: Candidates, entriesMax: number): ReadonlySet<Entry> | null {
  const gathering = new Gathering(entriesMax);
  candidates.collect(gathering);
  return gathering.isFull ? null : gathering.entries;
}

/** What the planner asks of the tree. */
export interface CandidateSource {
  /** All entries that can hold one of these keys; null: there is no index. */
  equality(attribute: AttributeType, keys: ReadonlySet<string>): Candidates | null;
  /** All entries that hold a key of which `test` is true; null: there is no index. */
  scan(attribute: AttributeType, test: (key: string) => boolean): Candidates | null;
  /** All entries that can hold a key within a range; null: there is no ordered index. */
  range(attribute: AttributeType, from: string | null, to: string | null): Candidates | null;
  /** All entries of the kinds that can hold the attribute. */
  presence(attribute: AttributeType): Candidates;
  byKeys(keys: ReadonlySet<string>): Candidates;
}

/** null: every entry in scope must be looked at. */
export function plan(assertion: Assertion, source: CandidateSource): Candidates | null {
  switch (assertion.type) {
    case 'constant':
      return assertion.truth === true ? null : NOTHING;
    case 'and':
      return mostSelective(assertion.parts.map((part) => plan(part, source)));
    case 'or':
      return union(assertion.parts, source);
    case 'not':
      return null;
    case 'entries':
      return source.byKeys(assertion.keys);
    case 'equality':
      return source.equality(assertion.attribute, assertion.keys) ?? source.presence(assertion.attribute);
    case 'at-least':
      return source.range(assertion.attribute, assertion.key, null) ?? scan(assertion, source);
    case 'at-most':
      return source.range(assertion.attribute, null, assertion.key) ?? scan(assertion, source);
    case 'substring':
    case 'bits':
      return scan(assertion, source);
    case 'rule':
      return assertion.attribute === null || assertion.dnAttributes
        ? null
        : source.presence(assertion.attribute);
    case 'presence':
      return source.presence(assertion.attribute);
  }
}

function scan(assertion: KeyAssertion, source: CandidateSource): Candidates {
  const { attribute } = assertion;
  return source.scan(attribute, (key) => matchesKey(assertion, key)) ?? source.presence(attribute);
}

const NOTHING: Candidates = { cost: 0, collect() {} };

function mostSelective(parts: readonly (Candidates | null)[]): Candidates | null {
  let best: Candidates | null = null;
  for (const part of parts) {
    if (part !== null && (best === null || part.cost < best.cost)) best = part;
  }
  return best;
}

function union(parts: readonly Assertion[], source: CandidateSource): Candidates | null {
  const branches: Candidates[] = [];
  for (const part of parts) {
    const branch = plan(part, source);
    if (branch === null) return null;
    branches.push(branch);
  }
  return {
    cost: branches.reduce((sum, { cost }) => sum + cost, 0),
    collect(into) {
      for (const branch of branches) {
        if (into.isFull) return;
        branch.collect(into);
      }
    },
  };
}
