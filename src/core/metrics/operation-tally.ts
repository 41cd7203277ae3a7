/** Counts LDAP operations and how long they take in plain numbers, since there are a hundred thousand a second. */

export interface OperationTally {
  /** `code` null: abandoned. */
  add(type: string, code: number | null, durationMs: number): void;
  /** How many there were of each type and result. */
  results(): Iterable<{ readonly type: string; readonly code: number | null; readonly count: number }>;
  /** How long they took. */
  sums(): readonly OperationSums[];
  /** The same with what `others` counted, as a histogram in the text format of Prometheus. */
  text(others?: readonly OperationSums[]): string;
}

/** Of the operations of one type. */
export interface OperationSums {
  readonly type: string;
  /** How many took at most so long as each of the bounds, and no less than the one before; then those that took longer. */
  readonly buckets: readonly number[];
  readonly sumMs: number;
}

interface OfType {
  readonly counts: Map<number | null, number>;
  /** How many took at most so long as each of the bounds, and no less than the one before; then those that took longer. */
  readonly buckets: number[];
  sumMs: number;
}

/** `name`, `help`: of the histogram, whose `boundsSeconds` ascend. */
export function createOperationTally(
  name: string,
  help: string,
  boundsSeconds: readonly number[],
): OperationTally {
  const byType = new Map<string, OfType>();
  const boundsMs = boundsSeconds.map((seconds) => seconds * 1000);

  function ofType(type: string): OfType {
    const made = { counts: new Map(), buckets: new Array<number>(boundsMs.length + 1).fill(0), sumMs: 0 };
    byType.set(type, made);
    return made;
  }

  function sums(): OperationSums[] {
    return [...byType].map(([type, { buckets, sumMs }]) => ({ type, buckets: [...buckets], sumMs }));
  }

  return {
    add(type, code, durationMs) {
      const tally = byType.get(type) ?? ofType(type);
      tally.counts.set(code, (tally.counts.get(code) ?? 0) + 1);
      tally.sumMs += durationMs;
      let bucket = 0;
      while (bucket < boundsMs.length && durationMs > (boundsMs[bucket] ?? 0)) bucket += 1;
      tally.buckets[bucket] = (tally.buckets[bucket] ?? 0) + 1;
    },
    *results() {
      for (const [type, { counts }] of byType)
        for (const [code, count] of counts) yield { type, code, count };
    },
    sums,
    text(others = []) {
      const all = sumOperations([...sums(), ...others]);
      const lines = all.flatMap((tally) => linesOf(name, tally, boundsSeconds));
      return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...lines, ''].join('\n');
    },
  };
}

/** One for each type. */
export function sumOperations(all: readonly OperationSums[]): readonly OperationSums[] {
  const byType = new Map<string, OperationSums>();
  for (const each of all) {
    const { buckets = [], sumMs = 0 } = byType.get(each.type) ?? {};
    const sums = each.buckets.map((count, index) => count + (buckets[index] ?? 0));
    byType.set(each.type, { type: each.type, buckets: sums, sumMs: sumMs + each.sumMs });
  }
  return [...byType.values()];
}

function linesOf(name: string, { type, buckets, sumMs }: OperationSums, bounds: readonly number[]): string[] {
  let count = 0;
  const lines = [...bounds, '+Inf'].map((bound, index) => {
    count += buckets[index] ?? 0;
    return `${name}_bucket{le="${bound}",operation="${type}"} ${count}`;
  });
  const of = `{operation="${type}"}`;
  return [...lines, `${name}_sum${of} ${sumMs / 1000}`, `${name}_count${of} ${count}`];
}
