/** `roster sources sync`, `preview`, `confirm`, `cancel`, `runs` and `report`: importing, and what became of it. */
import type { Command } from 'commander';
import type { Roster, StartedSync } from '../app.ts';
import { publicRun } from '../core/model/public.ts';
import type { Source } from '../core/model/source.ts';
import type { SyncReportItem, SyncRun } from '../core/model/sync-run.ts';
import { UsageError, WorkFailed } from './failure.ts';
import { CONSOLE, withRoster } from './session.ts';
import { printItems } from './sync-items.ts';
import { showProgress } from './sync-progress.ts';
import { counted, printFields, printJson, printLine, printTable, type Terminal } from './terminal.ts';

/** Runs that `sources runs` lists where nobody says how many, newest first. */
const LISTED_RUNS = '50';
const LISTED_RUNS_MAX = 100_000;
const RUNS_PER_PAGE = 200;
/** Problems that a sync shows; all that are kept stand in the JSON of the run. */
const SHOWN_PROBLEMS = 20;
const ITEMS_PER_PAGE = 1000;

export function addSyncCommands(terminal: Terminal, sources: Command): void {
  sources
    .command('sync')
    .description('import from a source now')
    .argument('<source>', 'name or id')
    .action((name: string) =>
      withRoster(terminal, async (roster) => {
        const source = await roster.directory.sources.find(name);
        await follow(terminal, roster, source, () => roster.connector.sync(CONSOLE, source));
      }),
    );

  sources
    .command('preview')
    .description('list what a sync would change, from what to what, and change nothing')
    .argument('<source>', 'name or id')
    .option('--json', 'print JSON')
    .action((name: string, { json }: { json?: true }) =>
      withRoster(terminal, (roster) => preview(terminal, roster, name, json === true)),
    );

  sources
    .command('confirm')
    .description(
      'let a paused sync go ahead by its plan; it pauses again where the source takes more away by now',
    )
    .argument('<source>', 'name or id')
    .argument('[run]', 'id of the paused run; by default the newest one of the source')
    .action((name: string, runId: string | undefined) =>
      withRoster(terminal, (roster) => confirm(terminal, roster, name, runId)),
    );

  sources
    .command('cancel')
    .description('end the sync of a source that is under way, wherever it runs; what it has applied stays')
    .argument('<source>', 'name or id')
    .action((name: string) => withRoster(terminal, (roster) => cancel(terminal, roster, name)));

  sources
    .command('runs')
    .description('list the newest sync runs; `report` shows one of them')
    .argument('[source]', 'name or id; without it, of all sources')
    .option('--limit <number>', 'at most so many', LISTED_RUNS)
    .option('--json', 'print JSON')
    .action((name: string | undefined, { limit, json }: { limit: string; json?: true }) =>
      withRoster(terminal, (roster) => runs(terminal, roster, name, { count: countOf(limit), json })),
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

/** Shows the run that `start` begins, to its end; the first signal stops it. */
async function follow(
  terminal: Terminal,
  { directory, connector }: Roster,
  source: Source,
  start: () => Promise<StartedSync>,
): Promise<void> {
  const { run, done } = await start();
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

async function preview(terminal: Terminal, roster: Roster, name: string, json: boolean): Promise<void> {
  const source = await roster.directory.sources.find(name);
  const plan = await roster.connector.preview(CONSOLE, source);
  if (json) return printJson(terminal, plan);
  printItems(terminal, plan.items, plan.itemsTotal);
  printLine(terminal, `A sync would say: ${plan.summary}`);
  if (plan.pause !== null) printLine(terminal, `It would wait to be confirmed: ${plan.pause}`);
  printProblems(terminal, plan, SHOWN_PROBLEMS);
}

async function confirm(
  terminal: Terminal,
  roster: Roster,
  name: string,
  runId: string | undefined,
): Promise<void> {
  const { directory, connector } = roster;
  const source = await directory.sources.find(name);
  const run =
    runId === undefined
      ? (await directory.syncRuns.list(source.id, 1))[0]
      : await directory.syncRuns.byId(runId);
  if (run === undefined || run.sourceId !== source.id)
    throw new WorkFailed(`The source ${source.name} has no such run.`);
  await follow(terminal, roster, source, () => connector.confirm(CONSOLE, run.id));
}

async function cancel(terminal: Terminal, { directory, connector }: Roster, name: string): Promise<void> {
  const source = await directory.sources.find(name);
  const [newest] = await directory.syncRuns.list(source.id, 1);
  if (newest?.state !== 'running') throw new WorkFailed(`The source ${source.name} is not being synced.`);
  const { id } = await connector.cancel(CONSOLE, newest.id);
  printLine(terminal, `The sync ends within seconds. How it ended: roster sources report ${id}`);
}

function tellEnd(terminal: Terminal, { name }: Source, run: SyncRun): void {
  if (run.state === 'paused') {
    throw new WorkFailed(
      `${run.reason} Look at the plan: roster sources report ${run.id}. If that is right: roster sources confirm ${name}.`,
    );
  }
  if (run.state !== 'succeeded') throw new WorkFailed(run.reason);
  printLine(terminal, run.reason);
  printProblems(terminal, run, SHOWN_PROBLEMS);
  if (run.problems.length > SHOWN_PROBLEMS) {
    printLine(terminal, `For all of them: roster sources report ${run.id}`);
  }
}

function printProblems(
  terminal: Terminal,
  { problems, counters }: Pick<SyncRun, 'problems' | 'counters'>,
  shown: number,
): void {
  if (problems.length === 0) return;
  printLine(terminal, `${counted(Math.max(counters.problems, problems.length), 'problem')}:`);
  const rows = problems.slice(0, shown).map(({ dn, reason }) => [dn, reason]);
  printTable(terminal, ['not as upstream', 'because'], rows);
}

async function runs(
  terminal: Terminal,
  { directory }: Roster,
  name: string | undefined,
  { count, json }: { readonly count: number; readonly json: true | undefined },
): Promise<void> {
  const sources = new Map((await directory.sources.list()).map((source) => [source.id, source.name]));
  const sourceId = name === undefined ? null : (await directory.sources.find(name)).id;
  const newest = await newestRuns(directory, sourceId, count);
  if (json) return printJson(terminal, newest.map(publicRun));
  const rows = newest.map((run) => [
    ...[run.id, run.startedAt.toISOString(), sources.get(run.sourceId) ?? '', run.state],
    ...[String(run.counters.problems), outcomeOf(run)],
  ]);
  const head = ['run', 'started', 'source', 'state', 'problems', 'outcome'];
  printTable(terminal, head, rows, 'There were no sync runs yet.');
}

async function newestRuns(
  { syncRuns }: Roster['directory'],
  sourceId: string | null,
  count: number,
): Promise<readonly SyncRun[]> {
  const found: SyncRun[] = [];
  for (;;) {
    const limit = Math.min(RUNS_PER_PAGE, count - found.length);
    const last = found.at(-1);
    const after = last === undefined ? null : { startedAt: last.startedAt.getTime(), id: last.id };
    const page = await syncRuns.list(sourceId, limit, after);
    found.push(...page);
    if (page.length < limit || found.length >= count) return found;
  }
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= LISTED_RUNS_MAX) return count;
  throw new UsageError(`--limit is a whole number from 1 to ${LISTED_RUNS_MAX}.`);
}

async function report(terminal: Terminal, { directory }: Roster, id: string, json: boolean): Promise<void> {
  const run = await directory.syncRuns.byId(id);
  const items = await itemsOf(directory.syncRuns, id);
  if (json) return printJson(terminal, { ...publicRun(run), items });
  const source = await directory.sources.byId(run.sourceId);
  printFields(terminal, {
    Source: source?.name ?? '',
    State: run.state,
    Started: run.startedAt.toISOString(),
    Finished: run.finishedAt?.toISOString() ?? '',
    Outcome: outcomeOf(run),
  });
  printProblems(terminal, run, run.problems.length);
  if (items.length > 0) printLine(terminal, run.state === 'paused' ? 'It would:' : 'It did:');
  printItems(terminal, items, items.length);
}

async function itemsOf(
  syncRuns: Roster['directory']['syncRuns'],
  id: string,
): Promise<readonly SyncReportItem[]> {
  const items: SyncReportItem[] = [];
  for (;;) {
    const page = await syncRuns.items(id, { after: items.at(-1)?.seq ?? null, limit: ITEMS_PER_PAGE });
    items.push(...page);
    if (page.length < ITEMS_PER_PAGE) return items;
  }
}

function outcomeOf(run: SyncRun): string {
  return run.state === 'running' ? run.phase : run.reason;
}
