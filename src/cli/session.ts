/** What every command but serve does: reads the configuration, opens the directory, works, closes it. */
import { openRoster, type Roster } from '../app.ts';
import { SYSTEM_AUTHORITY } from '../core/access/authority.ts';
import { readConfig } from '../core/config/config.ts';
import { disk } from '../core/config/disk.ts';
import { requireInstallation } from '../core/config/installation.ts';
import type { Actor } from '../core/model/audit.ts';
import type { Terminal } from './terminal.ts';

/** Who stands at the console in the audit. */
export const CONSOLE: Actor = {
  door: 'cli',
  name: 'console',
  address: null,
  authority: SYSTEM_AUTHORITY,
};

/** Writes to the same database as a running server, which sees it at once. Only the server makes a new directory. */
export async function withRoster<T>(terminal: Terminal, work: (roster: Roster) => Promise<T>): Promise<T> {
  const config = readConfig(terminal.env, disk);
  await requireInstallation(config);
  // On a console one sentence tells the outcome; the log is for those who ask for it.
  const roster = await openRoster({ ...config, logLevel: config.logLevel === 'debug' ? 'debug' : 'silent' });
  try {
    // Of a database in which no server was started yet.
    await roster.directory.settings.current();
    return await work(roster);
  } finally {
    await roster.close();
  }
}
