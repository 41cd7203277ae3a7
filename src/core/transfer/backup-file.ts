/** The form of a backup: compressed lines of JSON, first what it is, then one row each, at last what must have come. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import type { CopiedRow, CopiedRows } from '../directory/store.ts';
import { DirectoryError } from '../errors.ts';
import { linesOf } from './lines.ts';
import { writeTo } from './output-file.ts';

const FORMAT = 1;
const LINE_BYTES_MAX = 64 * 1024 * 1024;
const PART_ROWS = 200;

const HEAD = z.strictObject({
  roster: z.literal('backup'),
  format: z.literal(FORMAT),
  /** Name of the last migration. */
  form: z.string(),
  createdAt: z.iso.datetime(),
  /** By which one secret key is known from another. */
  keyCheck: z.string(),
  /** Base64; null: it is not in the backup. */
  secretKey: z.string().nullable(),
});
const ROW = z.strictObject({
  table: z.string(),
  row: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
const END = z.strictObject({ end: z.record(z.string(), z.int()), sha256: z.string() });

export type BackupHead = Omit<z.output<typeof HEAD>, 'roster' | 'format'>;
/** Rows by table. */
export type RowCounts = Readonly<Record<string, number>>;

/** Writes all that `copy` tells; returns how much it was. */
export async function writeBackup(
  output: Writable,
  head: BackupHead,
  copy: (sink: (part: CopiedRows) => Promise<void>) => Promise<void>,
): Promise<RowCounts> {
  const gzip = createGzip();
  const piped = pipeline(gzip, output, { end: false });
  // Whoever writes on is told first.
  piped.catch(() => undefined);
  const hash = createHash('sha256');
  const counts: Record<string, number> = {};
  const write = (value: object): Promise<void> => {
    const line = `${JSON.stringify(value)}\n`;
    hash.update(line);
    return writeTo(gzip, line);
  };
  await write({ roster: 'backup', format: FORMAT, ...head });
  await copy(async ({ table, rows }) => {
    counts[table] = (counts[table] ?? 0) + rows.length;
    for (const row of rows) await write({ table, row });
  });
  await write({ end: counts, sha256: hash.copy().digest('hex') });
  gzip.end();
  await piped;
  return counts;
}

/** Reads it to its end. Throws DirectoryError 'invalid' where it is no backup, or not whole. */
export async function examineBackup(path: string): Promise<{ head: BackupHead; counts: RowCounts }> {
  const reader = createReader();
  for await (const line of backupLines(path)) reader.take(line);
  return reader.end();
}

/** The rows, of a backup that was examined. */
export async function* readBackupRows(path: string): AsyncGenerator<CopiedRows> {
  const reader = createReader();
  let part: { readonly table: string; readonly rows: CopiedRow[] } | null = null;
  for await (const line of backupLines(path)) {
    const taken = reader.take(line);
    if (taken === null) continue;
    if (part !== null && (part.table !== taken.table || part.rows.length >= PART_ROWS)) {
      yield part;
      part = null;
    }
    part ??= { table: taken.table, rows: [] };
    part.rows.push(taken.row);
  }
  // It may have changed since it was examined.
  reader.end();
  if (part !== null) yield part;
}

/** Checks line after line. */
function createReader() {
  const hash = createHash('sha256');
  const counts: Record<string, number> = {};
  let head: BackupHead | null = null;
  let hasEnded = false;

  function checkEnd({ end, sha256 }: z.output<typeof END>): void {
    const isSame = JSON.stringify(sorted(end)) === JSON.stringify(sorted(counts));
    if (sha256 !== hash.copy().digest('hex') || !isSame) throw damaged();
    hasEnded = true;
  }

  return {
    /** The row of the line; null where it holds none. */
    take(line: Buffer): z.output<typeof ROW> | null {
      if (hasEnded) throw damaged();
      const value = parsed(line);
      const last = END.safeParse(value);
      if (last.success) {
        checkEnd(last.data);
        return null;
      }
      hash.update(line).update('\n');
      if (head === null) {
        head = headOf(value);
        return null;
      }
      const row = ROW.safeParse(value);
      if (!row.success) throw damaged();
      counts[row.data.table] = (counts[row.data.table] ?? 0) + 1;
      return row.data;
    },
    end(): { head: BackupHead; counts: RowCounts } {
      if (head === null || !hasEnded) throw damaged();
      return { head, counts };
    },
  };
}

function headOf(value: unknown): BackupHead {
  const result = HEAD.safeParse(value);
  if (!result.success)
    throw new DirectoryError('invalid', 'The file is no backup that this version can read.');
  const { roster: _roster, format: _format, ...head } = result.data;
  return head;
}

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    throw damaged();
  }
}

function sorted(counts: RowCounts): [string, number][] {
  return Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1));
}

async function* backupLines(path: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const file: Readable = createReadStream(path);
  // What fails is thrown where it is read.
  pipeline(file, gunzip).catch(() => undefined);
  try {
    for await (const { bytes } of linesOf(gunzip, LINE_BYTES_MAX)) yield bytes;
  } catch (error) {
    throw readFailure(error, path);
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}

function readFailure(error: unknown, path: string): unknown {
  if (error instanceof DirectoryError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (/^E[A-Z]+$/.test(code))
    return new DirectoryError('invalid', `${path} cannot be read (${code}).`, { cause: error });
  return code.startsWith('Z_') || code.startsWith('ERR_STREAM') ? damaged() : error;
}

function damaged(): DirectoryError {
  return new DirectoryError('invalid', 'The backup is damaged or cut off: take another one.');
}
