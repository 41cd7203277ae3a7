/** /import: people from a CSV or JSON file. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { DirectoryError } from '../../core/errors.ts';
import type { Import, Imported } from '../../core/transfer/import.ts';
import { RECORD_LISTS } from '../../core/transfer/records.ts';
import { boundedBytes } from '../body.ts';
import { HttpProblem } from '../problem.ts';
import { FLAG } from './fields.ts';
import { ok, type Route, route } from './route.ts';

export interface ImportApiDependencies {
  readonly importFrom: Import;
}

/** Some 200,000 people. */
export const IMPORT_BYTES_MAX = 32 * 1024 * 1024;
/** Each keeps a file for a while; they write one after the other anyway. */
const IMPORTS_MAX = 2;

const CSV = 'text/csv';
const JSON_TYPE = 'application/json';

const PROBLEM = z.object({
  line: z.int(),
  column: z.union([z.string(), z.int()]).nullable().describe('null: the whole line.'),
  message: z.string(),
});
const COUNTS = { created: z.int(), updated: z.int(), unchanged: z.int() };
const IMPORTED = z
  .object({
    applied: z.boolean().describe('Whether anything was kept of it.'),
    ...COUNTS,
    others: z
      .partialRecord(z.enum(RECORD_LISTS), z.object(COUNTS))
      .describe('What an export has beside people.'),
    problems: z.array(PROBLEM).describe('The first hundred.'),
    problemsTotal: z.int(),
  })
  .meta({ id: 'Imported', description: 'What an import did, or would do.' });

export function importRoutes({ importFrom }: ImportApiDependencies): readonly Route[] {
  let running = 0;
  return [
    route({
      method: 'post',
      path: '/import',
      tag: 'Import and export',
      summary: 'Add the people of a file, or all that an export holds: all of it, or nothing',
      needs: 'import',
      query: z.strictObject({
        preview: FLAG.exactOptional().describe('Tell what would be done, and do nothing.'),
        update: FLAG.exactOptional().describe(
          'Change who is there already, by username or e-mail address, and groups and the like by name.',
        ),
      }),
      upload: [CSV, JSON_TYPE],
      answers: { 200: IMPORTED },
      async handle({ actor, query: { preview = false, update = false }, upload, mediaType }) {
        if (running >= IMPORTS_MAX) {
          throw new DirectoryError('busy', `${IMPORTS_MAX} imports are under way already; try again later.`);
        }
        running += 1;
        try {
          const format = mediaType === CSV ? 'csv' : 'json';
          const imported = await withFile(upload, (path) =>
            importFrom(actor, path, { format, update, preview }),
          );
          if (!preview && imported.problemsTotal > 0) throw refusal(imported);
          return ok(imported);
        } finally {
          running -= 1;
        }
      },
    }),
  ];
}

/** The body is on disk before anything is locked: a slow sender holds up nobody. */
async function withFile<T>(upload: Readable, work: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'roster-import-'));
  try {
    const path = join(folder, 'upload');
    await pipeline(boundedBytes(upload, IMPORT_BYTES_MAX), createWriteStream(path, { mode: 0o600 }));
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function refusal({ problems, problemsTotal }: Imported): HttpProblem {
  const [first] = problems;
  const detail = `Nothing was changed: the file has ${problemsTotal === 1 ? 'a problem' : `${problemsTotal} problems`}.`;
  const field = typeof first?.column === 'string' ? { field: first.column } : {};
  return new HttpProblem(400, detail, { code: 'invalid', ...field, problems, problemsTotal });
}
