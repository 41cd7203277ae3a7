/** The known name that somebody most likely meant. */

export interface NearestName {
  readonly name: string;
  /** Insertions, deletions and replacements between the two (Levenshtein). */
  readonly distance: number;
}

/** The nearest to `name` of the known names, the first of equals; infinitely far where there are none. */
export function nearest(name: string, known: readonly string[]): NearestName {
  const none: NearestName = { name: '', distance: Number.POSITIVE_INFINITY };
  return known
    .map((candidate) => ({ name: candidate, distance: editDistance(name, candidate) }))
    .reduce((best, candidate) => (candidate.distance < best.distance ? candidate : best), none);
}

function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line++) {
    const next = [line];
    for (let column = 1; column <= to.length; column++) {
      const replacement = cell(row, column - 1) + (from[line - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(replacement, cell(row, column) + 1, cell(next, column - 1) + 1));
    }
    row = next;
  }
  return cell(row, to.length);
}

function cell(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
