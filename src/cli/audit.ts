/** `roster audit list`: who did what to whom, from where and by which door. */
import { Command } from 'commander';
import type { Roster } from '../app.ts';
import type { AuditLine } from '../core/model/audit.ts';
import { UsageError } from './failure.ts';
import { CONSOLE, withRoster } from './session.ts';
import { printJson, printTable, type Terminal } from './terminal.ts';

interface ListOptions {
  readonly action?: string;
  readonly actor?: string;
  readonly user?: string;
  readonly since?: string;
  readonly limit: string;
  readonly json?: true;
}

const HEAD = ['time', 'actor', 'door', 'address', 'action', 'details'];
const DETAILS_WIDTH_MIN = 20;
const PAGE_LIMIT = 1000;
const LINES_DEFAULT = '100';
const LINES_MAX = 1_000_000;
const DAY_MS = 24 * 60 * 60_000;

export function auditCommand(terminal: Terminal): Command {
  const audit = new Command('audit').description('who did what');
  audit
    .command('list')
    .description('list audit lines, the newest first')
    .option('--action <action>', 'of this action alone, such as user.add')
    .option('--actor <name>', 'what this user, or "console", did')
    .option('--user <username>', 'what was done to this user')
    .option(
      '--since <time>',
      'not before: 2026-01-31, a time such as 2026-01-31T08:00Z, or 7d for seven days',
    )
    .option('--limit <lines>', 'at most so many', LINES_DEFAULT)
    .option('--json', 'print JSON')
    .action((options: ListOptions) => withRoster(terminal, (roster) => list(terminal, roster, options)));
  return audit;
}

async function list(terminal: Terminal, { directory }: Roster, options: ListOptions): Promise<void> {
  const { action, actor, user, since, limit, json } = options;
  const search = {
    ...(action !== undefined && { action }),
    ...(actor !== undefined && { actor }),
    ...(user !== undefined && { subjectId: (await directory.users.byUsername(CONSOLE, user)).id }),
    ...(since !== undefined && { from: timeOf(since, new Date()) }),
  };
  const lines = await read(directory, search, countOf(limit));
  if (json) return printJson(terminal, lines);
  const rows = fitted(lines.map(cellsOf), terminal.stdout.columns);
  printTable(terminal, HEAD, rows, 'There are no such lines.');
}

async function read(
  { audit }: Roster['directory'],
  search: object,
  count: number,
): Promise<readonly AuditLine[]> {
  const lines: AuditLine[] = [];
  for (let next: string | null = ''; next !== null && lines.length < count; ) {
    const limit = Math.min(PAGE_LIMIT, count - lines.length);
    const cursor: { cursor?: string } = next === '' ? {} : { cursor: next };
    const page = await audit.list(CONSOLE, { ...search, ...cursor, limit });
    lines.push(...page.lines);
    next = page.next;
  }
  return lines;
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= LINES_MAX) return count;
  throw new UsageError(`--limit is a whole number from 1 to ${LINES_MAX}.`);
}

function timeOf(text: string, now: Date): Date {
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  const time = days === undefined ? new Date(text) : new Date(now.getTime() - Number(days) * DAY_MS);
  if (Number.isNaN(time.getTime())) throw new UsageError('--since is a date, a time, or days such as 7d.');
  return time;
}

function cellsOf({ at, actor, action, details }: AuditLine): readonly string[] {
  return [at.toISOString(), actor.name, actor.door, actor.address ?? '', action, told(details)];
}

function told(details: AuditLine['details']): string {
  return Object.entries(details)
    .map(
      ([name, value]) => `${name}=${JSON.stringify(value, name === 'counters' ? withoutZeros : undefined)}`,
    )
    .filter((text) => text !== 'counters={}')
    .join(' ');
}

function withoutZeros(_name: string, value: unknown): unknown {
  return value === 0 ? undefined : value;
}

/** The last cell of each row, cut so that the row fits into a line of the terminal; a file or a pipe gets all. */
function fitted(rows: readonly (readonly string[])[], columns: number | undefined) {
  if (columns === undefined) return rows;
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(HEAD[column]?.length ?? 0, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const left = Math.max(DETAILS_WIDTH_MIN, columns - widths.reduce((sum, width) => sum + width + 2, 0));
  return rows.map((row) =>
    row.map((cell, at) => (at < 5 || cell.length <= left ? cell : `${cell.slice(0, left - 1)}…`)),
  );
}
