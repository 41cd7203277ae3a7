/** Asks before something is done that cannot be undone. */
import type { Command } from 'commander';
import { read } from 'read';
import { UsageError, WorkFailed } from './failure.ts';
import type { Terminal } from './terminal.ts';

export interface YesOption {
  readonly yes?: true;
}

export function addYes(command: Command): Command {
  return command.option('--yes', 'without asking');
}

/** Throws WorkFailed for any answer but yes, UsageError where there is nobody to ask. */
export async function confirm(
  { stdin, stderr }: Terminal,
  sentence: string,
  { yes }: YesOption,
): Promise<void> {
  if (yes) return;
  if (!stdin.isTTY) throw new UsageError(`${sentence} Add --yes if that is what you want.`);
  const cancelled = new WorkFailed('Cancelled: nothing was changed.');
  const answer = await read({ prompt: `${sentence} Type yes: `, input: stdin, output: stderr }).catch(() => {
    throw cancelled;
  });
  if (answer.trim().toLowerCase() !== 'yes') throw cancelled;
}
