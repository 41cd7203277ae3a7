/** A run in a few lines: its state, its progress or its outcome, and what a person may decide. */
import type { VNode } from 'preact';
import type { Source } from '../../../core/model/source.ts';
import type { SyncRun } from '../../../core/model/sync-run.ts';
import { Action, Time } from '../../views/parts.tsx';
import { may, type Visitor } from '../page.ts';
import { Following } from './progress.tsx';
import { Counters, RunState, runPath } from './words.tsx';

export interface RunCardProps {
  readonly source: Source;
  readonly run: SyncRun;
  readonly visitor: Visitor;
  /** It is the newest one of its source. */
  readonly newest: boolean;
  /** Path of the page that this stands on. */
  readonly page: string;
  /** On a page that does not tell of its entries: a link to them. */
  readonly linked?: boolean;
}

export function RunCard({ source, run, visitor, newest, page, linked = false }: RunCardProps): VNode {
  const path = runPath(source, run);
  return (
    <section class="card" aria-label="Run">
      <p>
        <RunState run={run} />, begun <Time at={run.startedAt} />
        {run.finishedAt === null ? null : (
          <>
            , ended <Time at={run.finishedAt} />
          </>
        )}
      </p>
      {run.state === 'running' ? <Following source={source} run={run} page={page} /> : <p>{run.reason}</p>}
      <Counters counters={run.counters} />
      <div class="actions">
        {linked && run.state !== 'running' ? <a href={path}>{REPORT[run.state] ?? 'Report'}</a> : null}
        {may(visitor, 'sources.sync') ? (
          <Decisions path={path} run={run} newest={newest} csrfToken={visitor.csrfToken} />
        ) : null}
      </div>
    </section>
  );
}

const REPORT: Readonly<Partial<Record<SyncRun['state'], string>>> = { paused: 'Look at its plan' };

interface DecisionsProps {
  readonly path: string;
  readonly run: SyncRun;
  readonly newest: boolean;
  readonly csrfToken: string;
}

function Decisions({ path, run, newest, csrfToken }: DecisionsProps): VNode | null {
  if (run.state === 'running') {
    if (run.cancelRequested) return <p class="muted">It ends within seconds.</p>;
    return <Action action={`${path}/cancel`} csrfToken={csrfToken} label="Cancel" look="secondary" />;
  }
  if (run.state !== 'paused') return null;
  if (!newest) return <p class="muted">A newer run has looked at this again.</p>;
  return (
    <>
      <Action action={`${path}/confirm`} csrfToken={csrfToken} label="Confirm the plan" />
      <p class="muted">
        Confirm only if this is what you expect: the source is read again and the plan is carried out. Where
        more would go by then, it asks again.
      </p>
    </>
  );
}
