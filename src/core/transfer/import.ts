/** Brings what is in a file into the directory: all of it or nothing, in the memory of a few people. */
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
import { createRecordWriter, type FileRecord, type RecordCounts, type RecordWriter } from './records.ts';
import { utf8Text } from './utf8.ts';

export const IMPORT_FORMATS = ['csv', 'json'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export interface ImportDependencies {
  readonly store: Pick<Store, 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly journal: Journal;
  /** Whether attributes of that name are served over LDAP without having been defined. */
  readonly isServed: (name: string) => boolean;
}

export interface ImportOptions {
  readonly format: ImportFormat;
  /**
   * Whether people who are there already, by username or e-mail address, are changed, and groups and the like by name;
   * otherwise they are problems.
   */
  readonly update: boolean;
  /** Whether nothing is kept of it. */
  readonly preview: boolean;
}

/** The counts are of people. */
export interface Imported extends PeopleCounts {
  /** What the file has beside them. */
  readonly others: RecordCounts;
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

export function createImport({ store, ...dependencies }: ImportDependencies): Import {
  const { clock, newId, journal } = dependencies;
  return async (actor, path, { format, update, preview }) => {
    requirePermission(actor, 'import');
    const problems = createFileProblems();
    const outcome = (counts: Counts, applied: boolean): Imported => ({
      ...{ ...counts, applied, problemsTotal: problems.total },
      problems: problems.told.toSorted((one, other) => one.line - other.line),
    });
    const file = createReadStream(path);
    try {
      const counts = await store.write(async (transaction) => {
        const at = clock.now();
        const people = await createPeopleWriter({ transaction, actor, newId, at, problems, update });
        const records = createRecordWriter({ ...dependencies, transaction, actor, problems, update });
        await writeAll(READERS[format](utf8Text(file), problems), people, records);
        const others = records.counts();
        if (problems.total > 0) throw new Undone({ ...people.counts(), others });
        const done = { ...(await people.finish()), others };
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

type Counts = Omit<Imported, 'applied' | 'problems' | 'problemsTotal'>;

/** In the order of the file: memberships follow those whom they name. */
async function writeAll(
  entries: AsyncIterable<FilePerson | FileRecord>,
  people: PeopleWriter,
  records: RecordWriter,
): Promise<void> {
  let persons: FilePerson[] = [];
  let others: FileRecord[] = [];
  const flush = async () => {
    if (persons.length > 0) await people.write(persons);
    if (others.length > 0) await records.write(others);
    persons = [];
    others = [];
  };
  for await (const entry of entries) {
    const isRecord = 'list' in entry;
    if (persons.length + others.length === PORTION || (isRecord ? persons : others).length > 0) await flush();
    if (isRecord) others.push(entry);
    else persons.push(entry);
  }
  await flush();
}

/** Undoes the transaction, as is wanted. */
class Undone extends Error {
  readonly counts: Counts;

  constructor(counts: Counts) {
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
