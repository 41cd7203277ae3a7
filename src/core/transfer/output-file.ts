/** Writes a file that appears whole or not at all, for its owner alone. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { DirectoryError } from '../errors.ts';

export interface OutputOptions {
  /** Whether a file that is there is replaced; otherwise it is a 'conflict'. */
  readonly replace: boolean;
}

/** `work` writes to the stream and does not end it. Throws DirectoryError 'invalid' where the disk refuses. */
export async function writeOutputFile<T>(
  path: string,
  { replace }: OutputOptions,
  work: (output: Writable) => Promise<T>,
): Promise<T> {
  const draft = `${path}.part`;
  await naming(path, () => rm(draft, { force: true }));
  const output = createWriteStream(draft, { flags: 'wx', mode: 0o600 });
  try {
    await naming(path, () => once(output, 'open'));
    const result = await work(output);
    output.end();
    await naming(path, () => finished(output));
    await naming(path, () => place(draft, path, replace));
    return result;
  } finally {
    output.destroy();
    await rm(draft, { force: true });
  }
}

/** Waits where the reader is slower. */
export async function writeTo(output: Writable, chunk: string | Buffer): Promise<void> {
  if (output.errored !== null) throw output.errored;
  if (!output.write(chunk)) await once(output, 'drain');
}

async function place(draft: string, path: string, replace: boolean): Promise<void> {
  const file = await open(draft, 'r');
  await file.sync();
  await file.close();
  if (replace) await rename(draft, path);
  else await link(draft, path);
}

async function naming<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    if (code === 'EEXIST') {
      const sentence = `${path} is there already; --replace writes over it.`;
      throw new DirectoryError('conflict', sentence, { cause });
    }
    throw new DirectoryError('invalid', `${path} cannot be written (${code}).`, { cause });
  }
}
