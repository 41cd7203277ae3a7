/** What a command writes for people and for programs: sentences, tables, JSON. */
import Table from 'cli-table3';

/** The streams and the environment of the process, as commands see them. */
export type Terminal = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env' | 'on' | 'off'>;

/** Text from elsewhere, without what would steer a terminal. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}|\p{Bidi_Control}/gu, '\uFFFD');
}

/** "1 user", "2 users". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function printLine(terminal: Terminal, text: string): void {
  terminal.stdout.write(`${printable(text)}\n`);
}

export function printJson(terminal: Terminal, value: unknown): void {
  terminal.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Rows under a heading, in plain columns; where there are none, the sentence `ifNone`, or nothing. */
export function printTable(
  terminal: Terminal,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  ifNone?: string,
): void {
  if (rows.length > 0) printColumns(terminal, [head.map((title) => title.toUpperCase()), ...rows]);
  else if (ifNone !== undefined) printLine(terminal, ifNone);
}

/** One `name  value` line per field that is not empty. */
export function printFields(terminal: Terminal, fields: Readonly<Record<string, string>>): void {
  printColumns(
    terminal,
    Object.entries(fields).filter(([, value]) => value !== ''),
  );
}

function printColumns(terminal: Terminal, rows: readonly (readonly string[])[]): void {
  const table = new Table({
    chars: PLAIN,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => row.map((cell) => printable(cell))));
  const lines = table.toString().split('\n');
  terminal.stdout.write(lines.map((line) => `${line.trimEnd()}\n`).join(''));
}

const PLAIN = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};
