/** Imports what was posted: through a file, since people are read from files. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor } from '../core/model/audit.ts';
import type { Import, Imported, ImportOptions } from '../core/transfer/import.ts';

export type ImportContent = (actor: Actor, content: Buffer, options: ImportOptions) => Promise<Imported>;

export function createImportContent(importFrom: Import): ImportContent {
  return async (actor, content, options) => {
    const folder = await mkdtemp(join(tmpdir(), 'roster-import-'));
    try {
      const path = join(folder, 'posted');
      await writeFile(path, content, { mode: 0o600 });
      return await importFrom(actor, path, options);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}
