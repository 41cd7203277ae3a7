/** One source: what it is set to, the run of now, and the runs before. */
import type { VNode } from 'preact';
import type { Source } from '../../../core/model/source.ts';
import type { SyncPolicy } from '../../../core/model/sync-policy.ts';
import type { SyncRun } from '../../../core/model/sync-run.ts';
import { decodeCursor, toPage } from '../../cursor.ts';
import { placeOfRun, RUN_PLACE } from '../../run-place.ts';
import { Pager, Table } from '../../views/list.tsx';
import { Action, Facts, Time, Title } from '../../views/parts.tsx';
import { type Asked, may, type Page, type Shown, type Visitor } from '../page.ts';
import { sourceIn } from './edit.tsx';
import type { SourcePagesDependencies } from './port.ts';
import { Live, REFRESH_SECONDS } from './progress.tsx';
import { RunCard } from './run-card.tsx';
import { NextRun, RunState, runPath, SOURCES_PATH, SourceState, sourcePath } from './words.tsx';

type Port = Pick<SourcePagesDependencies, 'sources' | 'syncRuns' | 'presets'>;

const RUNS_SHOWN = 50;

export function sourcePages(port: Port): readonly Page[] {
  return [
    {
      ...{ method: 'get', path: `${SOURCES_PATH}/:name`, needs: 'sources.read' },
      show: (asked, visitor) => sourcePage(port, asked, visitor),
    },
  ];
}

async function sourcePage(port: Port, asked: Asked, visitor: Visitor): Promise<Shown> {
  const source = await sourceIn(port, asked);
  const { query } = asked;
  const after = decodeCursor(RUN_PLACE, query.get('cursor') ?? undefined);
  const runs = await port.syncRuns.list(source.id, RUNS_SHOWN + 1, after);
  const { items, next } = toPage(runs, RUNS_SHOWN, placeOfRun, (run) => run);
  const pager = <Pager path={sourcePath(source)} query={query} next={next} />;
  if (after !== null) return olderRuns(source, items, pager);
  const running = runs[0]?.state === 'running';
  const body = (
    <>
      <Live>
        <Title actions={<Acts source={source} visitor={visitor} running={running} />}>{source.name}</Title>
        <Runs source={source} runs={items} visitor={visitor} />
        {pager}
      </Live>
      <h2>Settings</h2>
      <Settings source={source} kind={port.presets.kinds[source.preset].title} />
      <Ends source={source} visitor={visitor} />
    </>
  );
  return { kind: 'page', title: source.name, body, ...(running && { refreshSeconds: REFRESH_SECONDS }) };
}

function olderRuns(source: Source, runs: readonly SyncRun[], pager: VNode): Shown {
  const body = (
    <>
      <Title>{source.name}</Title>
      <OtherRuns source={source} runs={runs} />
      {pager}
    </>
  );
  return { kind: 'page', title: source.name, body };
}

interface ActsProps {
  readonly source: Source;
  readonly visitor: Visitor;
  readonly running: boolean;
}

function Acts({ source, visitor, running }: ActsProps): VNode {
  const path = sourcePath(source);
  const { csrfToken } = visitor;
  const mayRun = may(visitor, 'sources.sync');
  return (
    <>
      {mayRun && source.enabled && !running ? (
        <Action action={`${path}/sync`} csrfToken={csrfToken} label="Synchronize" />
      ) : null}
      {mayRun ? (
        <>
          <Action action={`${path}/preview`} csrfToken={csrfToken} label="Preview" look="secondary" />
          <Action action={`${path}/test`} csrfToken={csrfToken} label="Test" look="secondary" />
        </>
      ) : null}
      {may(visitor, 'sources.edit') ? (
        <a href={`${path}/edit`} class="button secondary">
          Edit
        </a>
      ) : null}
    </>
  );
}

interface RunsProps {
  readonly source: Source;
  readonly runs: readonly SyncRun[];
  readonly visitor: Visitor;
}

function Runs({ source, runs, visitor }: RunsProps): VNode {
  const [newest, ...others] = runs;
  const page = sourcePath(source);
  return (
    <>
      <p>
        <SourceState enabled={source.enabled} /> · <NextRun source={source} />
      </p>
      {newest === undefined ? (
        <p class="muted">It has not been synchronized yet. Test it, and look at a preview first.</p>
      ) : (
        <RunCard source={source} run={newest} visitor={visitor} page={page} newest linked />
      )}
      {others.length === 0 ? null : <OtherRuns source={source} runs={others} />}
    </>
  );
}

function OtherRuns({ source, runs }: Pick<RunsProps, 'source' | 'runs'>): VNode {
  return (
    <>
      <h2>Runs before</h2>
      <Table
        caption="Runs before"
        head={['Begun', 'State', 'What came of it']}
        rows={runs.map((run) => (
          <tr key={run.id}>
            <th scope="row">
              <a href={runPath(source, run)}>
                <Time at={run.startedAt} />
              </a>
            </th>
            <td>
              <RunState run={run} />
            </td>
            <td class="wraps">{run.reason}</td>
          </tr>
        ))}
        ifNone="There are no older runs."
      />
    </>
  );
}

function Settings({ source, kind }: { readonly source: Source; readonly kind: string }): VNode {
  const { url, bindDn, baseDn, filter, usernameField, syncGroups, groupBaseDn, policy } = source;
  return (
    <Facts
      facts={{
        Kind: kind,
        Address: url,
        'Read by': bindDn,
        People: `below ${baseDn}, by ${filter}, named by ${usernameField}`,
        Groups: syncGroups ? `below ${groupBaseDn}` : 'not imported',
        'When something goes': policyWords(policy).map((sentence) => <p key={sentence}>{sentence}</p>),
        Changed: <Time at={source.updatedAt} />,
        Id: source.id,
      }}
    />
  );
}

function policyWords(policy: SyncPolicy): string[] {
  const { removal, removalGraceDays: days, goneGroups, localMembers, conflicts } = policy;
  const later = days === 0 ? 'deleted at once' : `deleted ${days} days later`;
  return [
    `People gone there are disabled here${removal === 'delete' ? `, and ${later}` : ', and kept'}.`,
    goneGroups === 'remove' ? `Groups gone there are emptied, and ${later}.` : 'Groups gone there are kept.',
    localMembers === 'remove'
      ? 'Members that were added here to its groups are removed.'
      : 'Members that were added here to its groups stay.',
    conflicts === 'link'
      ? 'Somebody here with the same username and e-mail address becomes its person.'
      : 'A username that somebody has here is reported, and not imported.',
    `A run that would take away more than ${policy.guardPercent} percent, and at least ${policy.guardMinimum}, waits to be confirmed.`,
  ];
}

function Ends({ source, visitor }: Pick<RunsProps, 'source' | 'visitor'>): VNode {
  const path = sourcePath(source);
  const { csrfToken } = visitor;
  return (
    <div class="actions">
      {may(visitor, 'sources.edit') ? (
        <Action
          action={`${path}/${source.enabled ? 'disable' : 'enable'}`}
          csrfToken={csrfToken}
          label={source.enabled ? 'Disable' : 'Enable'}
          look="secondary outline"
        />
      ) : null}
      {may(visitor, 'sources.delete') ? <a href={`${path}/delete`}>Delete this source</a> : null}
    </div>
  );
}
