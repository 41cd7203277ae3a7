/** How far a run is: drawn anew by server-sent events, and at its end the part of the page that tells of it. */
import type { ComponentChildren, VNode } from 'preact';
import { render } from 'preact-render-to-string';
import type { Source } from '../../../core/model/source.ts';
import type { SyncRun } from '../../../core/model/sync-run.ts';
import type { Tell } from '../../run-stream.ts';
import type { Asked, Fields } from '../page.ts';
import { PHASES, runPath } from './words.tsx';

/** Without scripts a page that waits for something is loaded again so often. */
export const REFRESH_SECONDS = 3;

const LIVE_ID = 'live';
/** In the query of who fetches a page anew by a script. */
const WHOLE = 'whole';

/** The part of a page that is fetched anew once something has ended. */
export function Live({ children }: { readonly children: ComponentChildren }): VNode {
  return <div id={LIVE_ID}>{children}</div>;
}

/** For an element that waits for `trigger`; `page` is a path without a query. */
export function fetchingLive(page: string, trigger: string) {
  return {
    'hx-get': `${page}?${WHOLE}`,
    'hx-trigger': trigger,
    'hx-select': `#${LIVE_ID}`,
    'hx-target': `#${LIVE_ID}`,
    'hx-swap': 'outerHTML',
  };
}

/** Whether only the rows of a list are wanted, rather than the page anew. */
export function wantsRows({ fragment, query }: Pick<Asked, 'fragment' | 'query'>): boolean {
  return fragment && !query.has(WHOLE);
}

/** What the links of a page carry on. */
export function filtersIn({ query }: Pick<Asked, 'query'>): Fields {
  const filters = new URLSearchParams(query);
  filters.delete(WHOLE);
  return filters;
}

export interface FollowingProps {
  readonly source: Source;
  readonly run: SyncRun;
  /** Path of the page that this stands on. */
  readonly page: string;
}

/** The progress of a running run, as it goes on. */
export function Following({ source, run, page }: FollowingProps): VNode {
  return (
    <div hx-ext="sse" sse-connect={`${runPath(source, run)}/events`} sse-close="end">
      <div sse-swap="progress">
        <Progress run={run} />
      </div>
      <p class="hidden" role="status" sse-swap="phase">
        {PHASES[run.phase]}
      </p>
      <div {...fetchingLive(page, 'sse:end')}></div>
      <noscript>
        <p>
          <a href={page}>Refresh</a>
        </p>
      </noscript>
    </div>
  );
}

function Progress({ run: { phase, progress, cancelRequested } }: Pick<FollowingProps, 'run'>): VNode {
  const { done, total } = progress;
  const word = cancelRequested ? 'Ending' : PHASES[phase];
  const known = total !== null && total > 0;
  return (
    <>
      <progress
        aria-label="Progress of the run"
        {...(known && { value: Math.min(done, total), max: total })}
      />
      <p class="muted">
        {word}
        {done > 0 ? `: ${done}${known ? ` of ${total}` : ''}` : ''}
      </p>
    </>
  );
}

/** The events that Following waits for. */
export const tellProgress: Tell = (run) => ({
  progress: render(<Progress run={run} />),
  phase: PHASES[run.phase],
});
