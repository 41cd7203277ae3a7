/** What is wrong with a file, each with the place where it stands. */
import { DirectoryError } from '../errors.ts';

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1, or the title of the column; null: the whole line. */
  readonly column: number | string | null;
}

export interface FileProblem extends Place {
  /** One sentence. */
  readonly message: string;
}

/** Problems that are told one by one; of the others their number. */
export const PROBLEMS_TOLD_MAX = 100;

export interface FileProblems {
  add(problem: FileProblem): void;
  /** Adds an expected failure; throws on whatever else it is. */
  addError(error: unknown, locate: (field: string | undefined) => Place): void;
  /** The first PROBLEMS_TOLD_MAX. */
  readonly told: readonly FileProblem[];
  readonly total: number;
  /** Throws DirectoryError 'invalid', one line per problem, where there are any. */
  refuse(): void;
}

export function createFileProblems(): FileProblems {
  const told: FileProblem[] = [];
  let total = 0;

  function add(problem: FileProblem): void {
    total += 1;
    if (told.length < PROBLEMS_TOLD_MAX) told.push(problem);
  }

  return {
    add,
    addError(error, locate) {
      if (!(error instanceof DirectoryError) || !OF_THE_FILE.has(error.code)) throw error;
      add({ ...locate(error.field), message: error.message });
    },
    told,
    get total() {
      return total;
    },
    refuse() {
      if (total > 0) throw new DirectoryError('invalid', problemLines(told, total).join('\n'));
    },
  };
}

/** What may be mended in the file; the others are the database's. */
const OF_THE_FILE: ReadonlySet<string> = new Set(['invalid', 'not-found', 'conflict', 'forbidden']);

/** A sentence for each problem, and one for those that are not told. */
export function problemLines(told: readonly FileProblem[], total: number): string[] {
  const inOrder = told.toSorted((one, other) => one.line - other.line);
  const lines = inOrder.map(({ line, column, message }) => `${placeName({ line, column })}: ${message}`);
  return total > told.length ? [...lines, `There are ${total - told.length} more problems.`] : lines;
}

function placeName({ line, column }: Place): string {
  if (column === null) return `line ${line}`;
  return `line ${line}, column ${typeof column === 'number' ? column : JSON.stringify(column)}`;
}
