/** A preview: what a run would do now, kept for a while so that it can be looked through. */
import type { VNode } from 'preact';
import { z } from 'zod';
import { DirectoryError } from '../../../core/errors.ts';
import type { Source } from '../../../core/model/source.ts';
import type { SyncPreview } from '../../../core/model/sync-run.ts';
import { decodeCursor, toPage } from '../../cursor.ts';
import { ErrorBox } from '../../views/form.tsx';
import { List, Pager } from '../../views/list.tsx';
import { Action, Time, Title } from '../../views/parts.tsx';
import type { Asked, Fields, Page, Shown, Visitor } from '../page.ts';
import { sourceIn } from './edit.tsx';
import { ITEM_ROWS, ItemFilters, Items, Problems, wantedBy } from './items.tsx';
import type { SourcePagesDependencies } from './port.ts';
import type { KeptPreview, Previews } from './previews.ts';
import { fetchingLive, filtersIn, Live, REFRESH_SECONDS, wantsRows } from './progress.tsx';
import { Counters, SOURCES_PATH, sourcePath } from './words.tsx';

type Port = Pick<SourcePagesDependencies, 'sources'> & { readonly previews: Previews };

const place = z.int();

export function previewPages(port: Port): readonly Page[] {
  const path = `${SOURCES_PATH}/:name/preview`;
  const needs = 'sources.sync';
  return [
    { ...{ method: 'get', path, needs }, show: (asked, visitor) => previewPage(port, asked, visitor) },
    {
      ...{ method: 'post', path, needs },
      async show(asked, { actor }) {
        const source = await sourceIn(port, asked);
        port.previews.begin(actor, source);
        return { kind: 'redirect', to: `${sourcePath(source)}/preview` };
      },
    },
  ];
}

async function previewPage(port: Port, asked: Asked, visitor: Visitor): Promise<Shown> {
  const source = await sourceIn(port, asked);
  const kept = port.previews.of(source);
  const query = filtersIn(asked);
  if (wantsRows(asked) && kept?.state === 'done') {
    return { kind: 'fragment', body: <Found source={source} preview={kept.preview} query={query} /> };
  }
  const path = sourcePath(source);
  const again = (
    <Action
      action={`${path}/preview`}
      csrfToken={visitor.csrfToken}
      label={kept === null ? 'Preview a run' : 'Look again'}
      look={kept === null ? undefined : 'secondary'}
    />
  );
  const body = (
    <>
      <Title actions={kept?.state === 'running' ? undefined : again}>Preview of {source.name}</Title>
      <Live>
        <Outcome source={source} kept={kept} query={query} visitor={visitor} />
      </Live>
      <p>
        <a href={path}>Back to {source.name}</a>
      </p>
    </>
  );
  return {
    kind: 'page',
    title: `Preview of ${source.name}`,
    body,
    ...(kept?.state === 'running' && { refreshSeconds: REFRESH_SECONDS }),
  };
}

interface OutcomeProps {
  readonly source: Source;
  readonly kept: KeptPreview | null;
  readonly query: Fields;
  readonly visitor: Visitor;
}

function Outcome({ source, kept, query, visitor }: OutcomeProps): VNode {
  const path = `${sourcePath(source)}/preview`;
  if (kept === null) {
    return <p>Reads the whole directory and tells what a run would change. It changes nothing.</p>;
  }
  if (kept.state === 'running') {
    return (
      <div {...fetchingLive(path, 'load delay:1s')}>
        <progress aria-label="Reading the directory" />
        <p role="status">The directory is being read and compared. A large one takes minutes.</p>
        <noscript>
          <p>
            <a href={path}>Refresh</a>
          </p>
        </noscript>
      </div>
    );
  }
  if (kept.state === 'failed') return <ErrorBox message={kept.message} />;
  return <Done source={source} kept={kept} query={query} visitor={visitor} />;
}

function Done({
  source,
  kept: { preview, at },
  query,
  visitor,
}: OutcomeProps & { readonly kept: Extract<KeptPreview, { state: 'done' }> }): VNode {
  const { pause, summary, counters, problems } = preview;
  const path = sourcePath(source);
  return (
    <>
      <p>
        As of <Time at={at} />: a run would say “{summary}” Nothing has been changed yet.
      </p>
      {pause === null ? null : (
        <p class="warning">
          <strong>It would wait for you first.</strong> {pause}
        </p>
      )}
      <Counters counters={counters} />
      <Action action={`${path}/sync`} csrfToken={visitor.csrfToken} label="Synchronize" />
      <Problems
        path={`${path}/preview`}
        query={query}
        problems={problems}
        total={counters.problems}
        wayOut={() => null}
      />
      <h2>What would change</h2>
      <List
        path={`${path}/preview`}
        query={query}
        searchLabel="Search names"
        filters={<ItemFilters query={query} />}
      >
        <Found source={source} preview={preview} query={query} />
      </List>
    </>
  );
}

interface FoundProps {
  readonly source: Source;
  readonly preview: SyncPreview;
  readonly query: Fields;
}

function Found({ source, preview: { items, itemsTotal }, query }: FoundProps): VNode {
  const start = decodeCursor(place, query.get('cursor') ?? undefined) ?? 0;
  if (start < 0) throw new DirectoryError('invalid', 'There is no such page.', { field: 'cursor' });
  const wanted = items.filter(wantedBy(query));
  const rows = wanted.slice(start, start + ITEM_ROWS + 1);
  const page = toPage(
    rows,
    ITEM_ROWS,
    () => start + ITEM_ROWS,
    (item) => item,
  );
  return (
    <>
      <p class="muted">
        {wanted.length === 1 ? '1 change' : `${wanted.length} changes`}
        {itemsTotal > items.length ? `; only the first ${items.length} of ${itemsTotal} are listed` : ''}
      </p>
      <Items items={page.items} caption="What would change" ifNone="Nothing would be changed like that." />
      <Pager path={`${sourcePath(source)}/preview`} query={query} next={page.next} />
    </>
  );
}
