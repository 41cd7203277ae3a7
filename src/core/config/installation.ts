/** Says whether a Roster lives where the configuration points, so that only the server makes a new one. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectoryError } from '../errors.ts';
import type { Config } from './config.ts';
import { SECRET_KEY_FILE } from './secret-files.ts';

/** SQLite's file in the data directory. */
export const DATABASE_FILE = 'roster.db';

/** Throws DirectoryError 'not-found' where the database of the data directory or the secret key is not there. */
export async function requireInstallation({
  dataDir,
  databaseUrl,
  secretKey,
}: Pick<Config, 'dataDir' | 'databaseUrl' | 'secretKey'>): Promise<void> {
  if (databaseUrl === null && !(await exists(join(dataDir, DATABASE_FILE)))) {
    throw new DirectoryError(
      'not-found',
      `There is no Roster in ${dataDir}: run this where the server runs, or set ROSTER_DATA_DIR.`,
    );
  }
  if (secretKey === null && !(await exists(join(dataDir, SECRET_KEY_FILE)))) {
    throw new DirectoryError(
      'not-found',
      `The server's secret key is not in ${dataDir}: run this where the server runs, or set ROSTER_DATA_DIR or ROSTER_SECRET_KEY.`,
    );
  }
}

/** What is there and cannot be reached is told when it is opened. */
async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code !== 'ENOENT' && code !== 'ENOTDIR';
  }
}
