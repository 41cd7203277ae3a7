/** Which entries a search must look at: from an assertion to candidates, or to the finding that all must be walked. */
import type { Assertion, Parts } from './assertion.ts';
import type { AttributeType } from './attribute-types.ts';

/** Numbers of a set of entries that holds all that can match; the matcher confirms each. */
export interface Candidates {
  /** An estimate of how much it costs to collect them. */
  readonly cost: number;
  collect(into: Gathering): void;
}

/** Takes the numbers that indexes lead to, until there are so many that it is less work to look at all there are. */
export class Gathering {
  readonly #found: number[] = [];
  /** How often something was added. */
  #times = 0;
  #left: number;

  constructor(numbersMax: number) {
    this.#left = numbersMax;
  }

  get isFull(): boolean {
    return this.#left <= 0;
  }

  /** Each once. Most searches look at one set, which needs no other. */
  get numbers(): readonly number[] {
    return this.#times < 2 ? this.#found : [...new Set(this.#found)];
  }

  /** undefined, where an index led to nothing, was work too. */
  add(number: number | undefined): void {
    this.#times += 1;
    this.#take(number);
  }

  /** Of numbers that differ. */
  addAll(numbers: Iterable<number>): void {
    let added = 0;
    for (const number of numbers) {
      if (this.isFull) break;
      this.#take(number);
      added += 1;
    }
    if (added > 0) this.#times += 1;
  }

  #take(number: number | undefined): void {
    this.#left -= 1;
    if (number !== undefined) this.#found.push(number);
  }
}

/** Costs are estimates: null where there turn out to be `numbersMax` candidates or more, each time one is met. */
export function gather(candidates: Candidates, numbersMax: number): readonly number[] | null {
  const gathering = new Gathering(numbersMax);
  candidates.collect(gathering);
  return gathering.isFull ? null : gathering.numbers;
}

/** What the planner asks of the tree. */
export interface CandidateSource {
  /** All entries that can hold one of these keys; null: there is no index. */
  equality(attribute: AttributeType, keys: ReadonlySet<string>): Candidates | null;
  /** All entries that can hold a key with these parts; null: there is no index, or they are too short for it. */
  substring(attribute: AttributeType, parts: Parts): Candidates | null;
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
      return source.range(assertion.attribute, assertion.key, null) ?? source.presence(assertion.attribute);
    case 'at-most':
      return source.range(assertion.attribute, null, assertion.key) ?? source.presence(assertion.attribute);
    case 'substring':
      return source.substring(assertion.attribute, assertion) ?? source.presence(assertion.attribute);
    case 'rule':
      return assertion.attribute === null || assertion.dnAttributes
        ? null
        : source.presence(assertion.attribute);
    case 'bits':
    case 'presence':
      return source.presence(assertion.attribute);
  }
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
