/** How a command fails: one sentence on standard error, and a status. */
import { CommanderError } from 'commander';
import { DirectoryError } from '../core/errors.ts';
import { printable, type Terminal } from './terminal.ts';

const FAILED = 1;
const WRONG_USAGE = 2;

/** The command was called in a way that cannot work. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The work was done and did not succeed; the message says why. */
export class WorkFailed extends Error {
  override readonly name = 'WorkFailed';
}

/** Throws UsageError where an `edit` was given nothing to change. */
export function requireChange(changes: object): void {
  if (Object.keys(changes).length === 0)
    throw new UsageError('Say what to change; --help lists the options.');
}

/** Tells the failure; returns the exit status. */
export function tellFailure(error: unknown, terminal: Terminal): number {
  // commander has already said what is wrong, or printed the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  const lines = messageOf(error).split('\n').map(printable);
  terminal.stderr.write(`${lines.join('\n')}\n`);
  if (terminal.env['ROSTER_LOG_LEVEL'] === 'debug' && error instanceof Error) {
    terminal.stderr.write(`${error.stack}\n`);
  }
  return error instanceof UsageError ? WRONG_USAGE : FAILED;
}

function messageOf(error: unknown): string {
  const expected =
    error instanceof DirectoryError || error instanceof UsageError || error instanceof WorkFailed;
  if (expected) return error.message;
  return 'Something failed unexpectedly; run the command again with ROSTER_LOG_LEVEL=debug to see where.';
}
