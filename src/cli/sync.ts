/** `roster sources sync`, `runs` and `report`: importing, and what became of it. */
import type { Command } from 'commander';
import type { Roster } from '../app.ts';
import { publicRun } from '../core/model/public.ts';
import type { Source } from '../core/model/source.ts';
import type { SyncRun } from '../core/model/sync-run.ts';
import { WorkFailed } from './failure.ts';
import { CONSOLE, withRoster } from './session.ts';
import { showProgress } from './sync-progress.ts';
import { counted, printFields, printJson, printLine, printTable, type Terminal } from './terminal.ts';

/** Runs that `sources runs` lists, newest first. */
const LISTED_RUNS = 50;
/** Problems that a sync shows; all that are kept stand in the JSON of the run. */
const SHOWN_PROBLEMS = 20;

export function addSyncCommands(terminal: Terminal, sources: Command): void {
  sources
    .command('sync')
    .description('import from a source now')
    .argument('<source>', 'name or id')
    .option('--allow-removals', 'suspend and remove even where it is suspiciously much')
    .action((name: string, { allowRemovals }: { allowRemovals?: true }) =>
      withRoster(terminal, (roster) => sync(terminal, roster, name, allowRemovals === true)),
    );

  sources
    .command('runs')
    .description('list the newest sync runs; `report` shows one of them')
    .argument('[source]', 'name or id; without it, of all sources')
    .option('--json', 'print JSON')
    .action((name: string | undefined, { json }: { json?: true }) =>
      withRoster(terminal, (roster) => runs(terminal, roster, name, json === true)),
    );

  sources
    .command('report')
    .description('show what a sync run did, and what it could not import')
    .argument('<run>', 'id, as `runs` lists it')
    .option('--json', 'print JSON')
    .action((id: string, { json }: { json?: true }) =>
      withRoster(terminal, (roster) => report(terminal, roster, id, json === true)),
    );
}

async function sync(terminal: Terminal, roster: Roster, name: string, confirmed: boolean): Promise<void> {
  const { directory, connector } = roster;
  const source = await directory.sources.find(name);
  const { run, done } = await connector.sync(CONSOLE, source, { confirmed });
  const interrupt = () => void connector.stop();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) terminal.on(signal, interrupt);
  try {
    const hide = showProgress(terminal, () => directory.syncRuns.byId(run.id));
    tellEnd(terminal, source, await done.finally(hide));
  } finally {
    for (const signal of signals) terminal.off(signal, interrupt);
  }
}

function tellEnd(terminal: Terminal, { name }: Source, run: SyncRun): void {
  if (run.state === 'paused') {
    throw new WorkFailed(`${run.reason} If that is right: roster sources sync ${name} --allow-removals.`);
  }
  if (run.state !== 'succeeded') throw new WorkFailed(run.reason);
  printLine(terminal, run.reason);
  printProblems(terminal, run, SHOWN_PROBLEMS);
  if (run.problems.length > SHOWN_PROBLEMS) {
    printLine(terminal, `For all of them: roster sources report ${run.id}`);
  }
}

function printProblems(terminal: Terminal, { problems, counters }: SyncRun, shown: number): void {
  if (problems.length === 0) return;
  printLine(terminal, `${counted(Math.max(counters.problems, problems.length), 'problem')}:`);
  const rows = problems.slice(0, shown).map(({ dn, reason }) => [dn, reason]);
  printTable(terminal, ['not as upstream', 'because'], rows);
}

async function runs(
  terminal: Terminal,
  { directory }: Roster,
  name: string | undefined,
  json: boolean,
): Promise<void> {
  const sources = new Map((await directory.sources.list()).map((source) => [source.id, source.name]));
  const sourceId = name === undefined ? null : (await directory.sources.find(name)).id;
  const newest = await directory.syncRuns.list(sourceId, LISTED_RUNS);
  if (json) return printJson(terminal, newest.map(publicRun));
  const rows = newest.map((run) => [
    ...[run.id, run.startedAt.toISOString(), sources.get(run.sourceId) ?? '', run.state],
    ...[String(run.counters.problems), outcomeOf(run)],
  ]);
  const head = ['run', 'started', 'source', 'state', 'problems', 'outcome'];
  printTable(terminal, head, rows, 'There were no sync runs yet.');
}

async function report(terminal: Terminal, { directory }: Roster, id: string, json: boolean): Promise<void> {
  const run = await directory.syncRuns.byId(id);
  if (json) return printJson(terminal, publicRun(run));
  const source = await directory.sources.byId(run.sourceId);
  printFields(terminal, {
    Source: source?.name ?? '',
    State: run.state,
    Started: run.startedAt.toISOString(),
    Finished: run.finishedAt?.toISOString() ?? '',
    Outcome: outcomeOf(run),
  });
  printProblems(terminal, run, run.problems.length);
}

function outcomeOf(run: SyncRun): string {
  return run.state === 'running' ? run.phase : run.reason;
}
