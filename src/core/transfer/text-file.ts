/** Reads a small text file whole: bounded, and UTF-8 or nothing. */
import { open } from 'node:fs/promises';
import { DirectoryError } from '../errors.ts';

/** null: there is no such file. Throws DirectoryError 'invalid', naming the first line that is not UTF-8. */
export async function readTextFile(path: string, bytesMax: number): Promise<string | null> {
  const bytes = await readBytes(path, bytesMax);
  if (bytes === null) return null;
  try {
    return decoder().decode(bytes);
  } catch {
    throw new DirectoryError('invalid', `${path} is not UTF-8: see line ${firstFlawedLine(bytes)}.`);
  }
}

async function readBytes(path: string, bytesMax: number): Promise<Buffer | null> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > bytesMax) {
        throw new DirectoryError('invalid', `${path} has more than ${bytesMax} bytes.`);
      }
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof DirectoryError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    if (code === 'ENOENT') return null;
    throw new DirectoryError('invalid', `${path} cannot be read (${code}).`, { cause });
  }
}

function firstFlawedLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf('\n', start);
    const next = end < 0 ? bytes.length : end + 1;
    try {
      decoder().decode(bytes.subarray(start, next));
    } catch {
      return line;
    }
    start = next;
  }
  return line;
}

/** Without a byte order mark where there is one. */
function decoder(): TextDecoder {
  return new TextDecoder('utf-8', { fatal: true });
}
