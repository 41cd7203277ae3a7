/** Brings people from a file into the directory: all of them or nobody, in the memory of a few. */
import { createReadStream } from 'node:fs';
import { requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import type { Journal } from '../directory/journal.ts';
import type { Store } from '../directory/store.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import type { Actor } from '../model/audit.ts';
import { csvPeople } from './csv-people.ts';
import { jsonPeople } from './json-people.ts';
import { createPeopleWriter, type FilePerson, type PeopleCounts, type PeopleWriter } from './people.ts';
import { createFileProblems, type FileProblem } from './problems.ts';
import { utf8Text } from './utf8.ts';

export const IMPORT_FORMATS = ['csv', 'json'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export interface ImportDependencies {
  readonly store: Pick<Store, 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly journal: Journal;
}

export interface ImportOptions {
  readonly format: ImportFormat;
  /** Whether people who are there already, by username or e-mail address, are changed; otherwise they are problems. */
  readonly update: boolean;
  /** Whether nothing is kept of it. */
  readonly preview: boolean;
}

export interface Imported extends PeopleCounts {
  /** Whether it was kept: neither a preview nor with problems. */
  readonly applied: boolean;
  /** In the order of lines; the first hundred. */
  readonly problems: readonly FileProblem[];
  readonly problemsTotal: number;
}

/** `path`: of the file. Throws DirectoryError: forbidden, invalid (with the line, where the file cannot be read on), busy. */
export type Import = (actor: Actor, path: string, options: ImportOptions) => Promise<Imported>;

const READERS = { csv: csvPeople, json: jsonPeople } as const;
/** People who are handed on together. */
const PORTION = 1000;

export function createImport({ store, clock, newId, journal }: ImportDependencies): Import {
  return async (actor, path, { format, update, preview }) => {
    requirePermission(actor, 'import');
    const problems = createFileProblems();
    const outcome = (counts: PeopleCounts, applied: boolean): Imported => ({
      ...{ ...counts, applied, problemsTotal: problems.total },
      problems: problems.told.toSorted((one, other) => one.line - other.line),
    });
    const file = createReadStream(path);
    try {
      const counts = await store.write(async (transaction) => {
        const at = clock.now();
        const writer = await createPeopleWriter({ transaction, actor, newId, at, problems, update });
        await writeAll(READERS[format](utf8Text(file), problems), writer);
        if (problems.total > 0) throw new Undone(writer.counts());
        const done = await writer.finish();
        if (preview) throw new Undone(done);
        const line = { at, actor, action: 'user.import', subjectId: null, changes: [] };
        await journal(transaction, { ...line, details: { format, ...done } });
        return done;
      });
      return outcome(counts, true);
    } catch (error) {
      if (error instanceof Undone) return outcome(error.counts, false);
      throw readFailure(error, path);
    } finally {
      file.destroy();
    }
  };
}

async function writeAll(people: AsyncIterable<FilePerson>, writer: PeopleWriter): Promise<void> {
  let portion: FilePerson[] = [];
  for await (const person of people) {
    portion.push(person);
    if (portion.length < PORTION) continue;
    await writer.write(portion);
    portion = [];
  }
  await writer.write(portion);
}

/** Undoes the transaction, as is wanted. */
class Undone extends Error {
  readonly counts: PeopleCounts;

  constructor(counts: PeopleCounts) {
    super('Nothing is kept.');
    this.counts = counts;
  }
}

function readFailure(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : null;
  return code === null
    ? error
    : new DirectoryError('invalid', `${path} cannot be read (${code}).`, { cause: error });
}
