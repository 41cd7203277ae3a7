/** Reads people out of CSV, with the columns of Cloudron and some more. */
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { DirectoryError } from '../errors.ts';
import { checkBcryptHash } from './bcrypt-hash.ts';
import { unguardCell } from './csv-cell.ts';
import type { FilePerson } from './people.ts';
import type { FileProblems } from './problems.ts';

const RECORD_LENGTH_MAX = 65_536;

/** By the titles without blanks; `null`: passed over. */
const FIELDS = {
  id: null,
  username: 'username',
  email: 'email',
  fallbackemail: 'fallbackEmail',
  fullname: 'displayName',
  displayname: 'displayName',
  givenname: 'givenName',
  familyname: 'familyName',
  role: 'role',
  active: 'active',
  passwordhash: 'passwordHash',
} as const;

type Field = NonNullable<(typeof FIELDS)[keyof typeof FIELDS]>;

/** Of a file without titles, as Cloudron takes it. */
const WITHOUT_TITLES = ['username', 'email', 'fallback email', 'full name', 'role'] as const;

interface Column {
  readonly title: string;
  readonly field: Field | null;
}

/** Rows that do not fit become problems. Throws DirectoryError 'invalid' where the file cannot be read on. */
export async function* csvPeople(
  text: AsyncIterable<string>,
  problems: FileProblems,
): AsyncGenerator<FilePerson> {
  const options = { info: true, relax_column_count: true, skip_empty_lines: true } as const;
  const parser = parse({ ...options, record_delimiter: '\n', max_record_size: RECORD_LENGTH_MAX });
  const source = Readable.from(text);
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let columns: readonly Column[] | null = null;
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
      if (columns === null) {
        columns = columnsOf(record);
        if (isTitles(record)) continue;
      }
      const person = personOf(columns, record, info.lines, problems);
      if (person !== null) yield person;
    }
  } catch (error) {
    throw error instanceof CsvError ? unreadable(error) : error;
  } finally {
    source.destroy();
    parser.destroy();
  }
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** The parser's own message quotes the line. */
function unreadable(error: CsvError): DirectoryError {
  const { lines } = error as unknown as { lines?: number };
  const flaw = error.code.replace('CSV_', '').toLowerCase().replaceAll('_', ' ');
  return new DirectoryError('invalid', `line ${lines ?? 1}: This is not CSV (${flaw}).`);
}

function isTitles(record: readonly string[]): boolean {
  return (
    !record.some((cell) => cell.includes('@')) &&
    record.some((cell) => /^(username|email)$/i.test(cell.trim()))
  );
}

/** Throws DirectoryError 'invalid' for a title that nobody knows, or that is there twice. */
function columnsOf(record: readonly string[]): readonly Column[] {
  const titles = isTitles(record) ? record.map((title) => title.trim()) : WITHOUT_TITLES;
  const columns = titles.map((title) => ({ title, field: fieldOf(title) }));
  const fields = columns.flatMap(({ field }) => field ?? []);
  if (new Set(fields).size < fields.length) {
    throw new DirectoryError('invalid', 'line 1: Two columns have the same title.');
  }
  return columns;
}

function fieldOf(title: string): Field | null {
  const key = title.toLowerCase().replaceAll(/[ _-]/g, '');
  if (Object.hasOwn(FIELDS, key)) return FIELDS[key as keyof typeof FIELDS];
  throw new DirectoryError(
    'invalid',
    `line 1, column ${JSON.stringify(title.slice(0, 80))}: There is no such column; there are id, username, email, fallback email, full name, given name, family name, role, active, password hash.`,
  );
}

function personOf(
  columns: readonly Column[],
  record: readonly string[],
  line: number,
  problems: FileProblems,
): FilePerson | null {
  const locate = (field: string | undefined) => ({
    line,
    column: columns.find((column) => column.field !== null && column.field === field)?.title ?? null,
  });
  try {
    if (record.length > columns.length) {
      throw new DirectoryError('invalid', `There are ${record.length} cells for ${columns.length} columns.`);
    }
    const cells = new Map<Field, string>();
    columns.forEach(({ field }, index) => {
      const cell = unguardCell((record[index] ?? '').trim());
      if (field !== null && cell !== '') cells.set(field, cell);
    });
    const { active, passwordHash, ...fields } = Object.fromEntries(cells) as Partial<Record<Field, string>>;
    return {
      fields,
      ...(active !== undefined && { active: flagOf(active) }),
      ...(passwordHash !== undefined && { passwordHash: checkBcryptHash(passwordHash) }),
      locate,
    };
  } catch (error) {
    problems.addError(error, locate);
    return null;
  }
}

function flagOf(cell: string): boolean {
  const text = cell.toLowerCase();
  if (['true', 'yes', '1'].includes(text)) return true;
  if (['false', 'no', '0'].includes(text)) return false;
  throw new DirectoryError('invalid', 'What may stand here is true or false.', { field: 'active' });
}
