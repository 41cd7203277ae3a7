/** A run: how far it is, what it did or would do, and what a person may decide about it. */
import type { VNode } from 'preact';
import { z } from 'zod';
import { DirectoryError } from '../../../core/errors.ts';
import type { Source } from '../../../core/model/source.ts';
import type { SyncProblem, SyncReportItem, SyncRun } from '../../../core/model/sync-run.ts';
import { decodeCursor, toPage } from '../../cursor.ts';
import { List, Pager } from '../../views/list.tsx';
import { Action, Time, Title } from '../../views/parts.tsx';
import { type Asked, type Fields, may, type Page, type Shown, textOf, type Visitor } from '../page.ts';
import { sourceIn } from './edit.tsx';
import { ITEM_ROWS, ItemFilters, Items, Problems, wantedBy } from './items.tsx';
import type { SourcePagesDependencies } from './port.ts';
import { filtersIn, Live, REFRESH_SECONDS, tellProgress, wantsRows } from './progress.tsx';
import { RunCard } from './run-card.tsx';
import { runPath, SOURCES_PATH, sourcePath } from './words.tsx';

type Port = Pick<SourcePagesDependencies, 'sources' | 'syncRuns' | 'connector' | 'streams'>;

const place = z.int();
/** Items read at a time while those that are wanted are looked for. */
const ITEMS_READ = 500;

export function runPages(port: Port): readonly Page[] {
  const source = `${SOURCES_PATH}/:name`;
  const at = `${source}/runs/:run`;
  const [read, sync] = ['sources.read', 'sources.sync'] as const;
  return [
    { method: 'post', path: `${source}/sync`, needs: sync, show: (asked, by) => begin(port, asked, by) },
    {
      method: 'post',
      path: `${source}/link`,
      needs: 'sources.edit',
      show: (asked, by) => link(port, asked, by),
    },
    { method: 'get', path: at, needs: read, show: (asked, visitor) => runPage(port, asked, visitor) },
    { method: 'get', path: `${at}/events`, needs: read, show: (asked) => events(port, asked) },
    { method: 'post', path: `${at}/confirm`, needs: sync, show: (asked, by) => confirm(port, asked, by) },
    { method: 'post', path: `${at}/cancel`, needs: sync, show: (asked, by) => cancel(port, asked, by) },
  ];
}

/** The run that the path names, with its source. Throws DirectoryError 'not-found'. */
async function runIn(port: Port, asked: Asked): Promise<{ source: Source; run: SyncRun }> {
  const source = await sourceIn(port, asked);
  const run = await port.syncRuns.byId(asked.params['run'] ?? '');
  if (run.sourceId === source.id) return { source, run };
  throw new DirectoryError('not-found', `The source ${source.name} has no such run.`);
}

async function begin(port: Port, asked: Asked, { actor }: Visitor): Promise<Shown> {
  const source = await sourceIn(port, asked);
  // Where somebody was quicker, the page shows that run.
  return orTelling(source, () => port.connector.sync(actor, source));
}

async function confirm(port: Port, asked: Asked, { actor }: Visitor): Promise<Shown> {
  const { source, run } = await runIn(port, asked);
  return orTelling(source, () => port.connector.confirm(actor, run.id));
}

async function cancel(port: Port, asked: Asked, { actor }: Visitor): Promise<Shown> {
  const { source, run } = await runIn(port, asked);
  const notice = 'The run ends within seconds. What it has written until then stays.';
  return orTelling(source, () => port.connector.cancel(actor, run.id), notice);
}

/** To the page of the source, which tells what came of it, or why nothing did by now. */
async function orTelling(source: Source, act: () => Promise<unknown>, notice?: string): Promise<Shown> {
  const to = sourcePath(source);
  try {
    await act();
    return { kind: 'redirect', to, ...(notice !== undefined && { notice }) };
  } catch (error) {
    if (!(error instanceof DirectoryError && error.code === 'conflict')) throw error;
    return { kind: 'redirect', to, notice: error.message };
  }
}

async function events(port: Port, asked: Asked): Promise<Shown> {
  const { run } = await runIn(port, asked);
  return { kind: 'events', follow: (sink) => port.streams.follow(run, sink, tellProgress) };
}

async function link(port: Port, asked: Asked, { actor }: Visitor): Promise<Shown> {
  const { form } = asked;
  const source = await sourceIn(port, asked);
  const entry = { dn: textOf(form, 'dn') };
  const username = textOf(form, 'username');
  const notice = `${username} is a person of ${source.name} now: the next run brings name and addresses.`;
  return orTelling(source, () => port.connector.link(actor, username, source, entry), notice);
}

async function runPage(port: Port, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { source, run } = await runIn(port, asked);
  const path = runPath(source, run);
  const query = filtersIn(asked);
  const report = <Report page={await itemsOf(port, run, query)} run={run} path={path} query={query} />;
  if (wantsRows(asked)) return { kind: 'fragment', body: report };
  const body = (
    <>
      <Title>
        Run of <a href={sourcePath(source)}>{source.name}</a>, <Time at={run.startedAt} />
      </Title>
      <Live>
        <RunCard source={source} run={run} visitor={visitor} newest={await isNewest(port, run)} page={path} />
        {run.state === 'running' ? null : (
          <>
            <Problems
              path={path}
              query={query}
              problems={run.problems}
              total={run.counters.problems}
              wayOut={(problem) => <WayOut problem={problem} source={source} visitor={visitor} />}
            />
            <h2>{run.state === 'paused' ? 'What it would change' : 'What it changed'}</h2>
            <List
              path={path}
              query={query}
              searchLabel="Search names"
              filters={<ItemFilters query={query} />}
            >
              {report}
            </List>
          </>
        )}
      </Live>
    </>
  );
  return {
    kind: 'page',
    title: `Run of ${source.name}`,
    body,
    ...(run.state === 'running' && { refreshSeconds: REFRESH_SECONDS }),
  };
}

/** Only the newest run of a source can be confirmed. */
async function isNewest({ syncRuns }: Port, { id, sourceId }: SyncRun): Promise<boolean> {
  return (await syncRuns.list(sourceId, 1))[0]?.id === id;
}

type ItemPage = { readonly items: readonly SyncReportItem[]; readonly next: string | null };

async function itemsOf({ syncRuns }: Port, { id }: SyncRun, query: Fields): Promise<ItemPage> {
  const isWanted = wantedBy(query);
  const found: SyncReportItem[] = [];
  let after = decodeCursor(place, query.get('cursor') ?? undefined);
  for (let more = true; more && found.length <= ITEM_ROWS; ) {
    const read = await syncRuns.items(id, { after, limit: ITEMS_READ });
    found.push(...read.filter(isWanted));
    after = read.at(-1)?.seq ?? after;
    more = read.length === ITEMS_READ;
  }
  return toPage(
    found.slice(0, ITEM_ROWS + 1),
    ITEM_ROWS,
    ({ seq }) => seq,
    (item) => item,
  );
}

interface ReportProps {
  readonly page: ItemPage;
  readonly run: SyncRun;
  readonly path: string;
  readonly query: Fields;
}

function Report({ page, run, path, query }: ReportProps): VNode {
  const isFiltered = ['action', 'kind', 'search'].some((name) => textOf(query, name) !== '');
  return (
    <>
      <Items
        items={page.items}
        linked={run.state === 'succeeded'}
        caption={run.state === 'paused' ? 'What it would change' : 'What it changed'}
        ifNone={isFiltered ? 'No entry is like that.' : 'Nothing.'}
      />
      <Pager path={path} query={query} next={page.next} />
    </>
  );
}

interface WayOutProps {
  readonly problem: SyncProblem;
  readonly source: Source;
  readonly visitor: Visitor;
}

/** A name that somebody else has here: the ways out of that. */
function WayOut({ problem: { dn, takenUsername }, source, visitor }: WayOutProps): VNode | null {
  if (takenUsername === undefined) return null;
  const user = `/users/${encodeURIComponent(takenUsername)}`;
  return (
    <details>
      <summary>What can be done about {takenUsername}</summary>
      <p>
        <strong>They are the same person:</strong> link them. The user here keeps its groups and becomes a
        person of {source.name}: names and addresses come from there, and the password is the one kept there;
        the one kept here is deleted.
      </p>
      {may(visitor, 'sources.edit') ? (
        <Action
          action={`${sourcePath(source)}/link`}
          csrfToken={visitor.csrfToken}
          label={`Link ${takenUsername}`}
          look="secondary"
          values={{ dn, username: takenUsername }}
        />
      ) : null}
      <p>
        <strong>They are two people:</strong> rename <a href={user}>the user here</a> or the entry there; the
        next run imports it.
      </p>
      <p>
        <strong>Leave it:</strong> the user here stays as it is, and every run tells of the entry again.
      </p>
    </details>
  );
}
