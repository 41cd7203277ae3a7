/** Reads a file that an option names. */
import { open } from 'node:fs/promises';
import { UsageError } from './failure.ts';

/** One byte more where there is more. Throws UsageError. */
export async function readAtMost(bytesMax: number, path: string, option: string): Promise<Buffer> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytesMax + 1));
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new UsageError(`The file of ${option} cannot be read${code}: ${path}.`);
  }
}
