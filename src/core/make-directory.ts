/** Makes a directory and those above it, one at a time. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Leaves what is there as it is. Rejects with the system's error where one cannot be made. Node's own recursive mkdir
 * never ends where the parent is there and the system says all the same that it is not, as below /proc.
 */
export async function makeDirectory(path: string, mode: number): Promise<void> {
  try {
    await make(path, mode);
  } catch (error) {
    const parent = dirname(path);
    if (!isCode(error, 'ENOENT') || parent === path) throw error;
    await makeDirectory(parent, mode);
    await make(path, mode);
  }
}

async function make(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
