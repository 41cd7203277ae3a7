/** The list of sources: how each is, when it was synchronized, and when it is next. */
import type { VNode } from 'preact';
import type { Source } from '../../../core/model/source.ts';
import type { SyncRun } from '../../../core/model/sync-run.ts';
import { Table } from '../../views/list.tsx';
import { Time, Title } from '../../views/parts.tsx';
import { may, type Page, type Shown, type Visitor } from '../page.ts';
import type { SourcePagesDependencies } from './port.ts';
import { Following, Live, REFRESH_SECONDS } from './progress.tsx';
import { NextRun, RunState, runPath, SOURCES_PATH, SourceState, sourcePath } from './words.tsx';

export function sourceListPages(port: SourcePagesDependencies): readonly Page[] {
  return [
    {
      method: 'get',
      path: SOURCES_PATH,
      needs: 'sources.read',
      show: (_asked, visitor) => listPage(port, visitor),
    },
  ];
}

interface Listed {
  readonly source: Source;
  readonly last: SyncRun | null;
}

async function listPage(
  { sources, syncRuns, presets }: SourcePagesDependencies,
  visitor: Visitor,
): Promise<Shown> {
  const listed = await Promise.all(
    (await sources.list()).map(async (source) => ({
      source,
      last: (await syncRuns.list(source.id, 1))[0] ?? null,
    })),
  );
  const adding = (
    <a href={`${SOURCES_PATH}/new`} class="button">
      Add a source
    </a>
  );
  const body = (
    <>
      <Title actions={may(visitor, 'sources.create') ? adding : undefined}>External directories</Title>
      <p class="muted">
        A source is a directory elsewhere from which people and groups are imported, and which is asked about
        their passwords.
      </p>
      <Live>
        <Table
          caption="External directories"
          head={['Name', 'State', 'Last run', 'Schedule', 'Kind']}
          rows={listed.map((each) => (
            <Row key={each.source.id} {...each} kind={presets.kinds[each.source.preset].title} />
          ))}
          ifNone="There are no sources yet. Add one to import the people you already have elsewhere."
        />
      </Live>
    </>
  );
  const running = listed.some(({ last }) => last?.state === 'running');
  return {
    kind: 'page',
    title: 'External directories',
    body,
    ...(running && { refreshSeconds: REFRESH_SECONDS }),
  };
}

function Row({ source, last, kind }: Listed & { readonly kind: string }): VNode {
  return (
    <tr>
      <th scope="row">
        <a href={sourcePath(source)}>{source.name}</a>
      </th>
      <td>
        <SourceState enabled={source.enabled} />
      </td>
      <td>{last === null ? <span class="muted">never</span> : <LastRun source={source} run={last} />}</td>
      <td>
        <NextRun source={source} />
      </td>
      <td>{kind}</td>
    </tr>
  );
}

function LastRun({ source, run }: { readonly source: Source; readonly run: SyncRun }): VNode {
  if (run.state === 'running') {
    return <Following source={source} run={run} page={SOURCES_PATH} />;
  }
  return (
    <>
      <a href={runPath(source, run)}>
        <Time at={run.startedAt} />
      </a>{' '}
      <RunState run={run} />
    </>
  );
}
