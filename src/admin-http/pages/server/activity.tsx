/** What happens at this moment: sign-ins and searches, each with the reason for its result. */
import { setTimeout as delay } from 'node:timers/promises';
import type { VNode } from 'preact';
import { render } from 'preact-render-to-string';
import type { ActivityKind, ActivityLine, ActivityQuery } from '../../../core/activity/activity.ts';
import { DirectoryError } from '../../../core/errors.ts';
import type { EventSink } from '../../run-stream.ts';
import { Filter, List, Table } from '../../views/list.tsx';
import { State, Time, Title } from '../../views/parts.tsx';
import { type Asked, type Fields, type Page, type Shown, textOf, type Visitor } from '../page.ts';
import type { ActivityPort } from './port.ts';

const PATH = '/activity';
const ROWS = 50;
const LOOK_MS = 500;
/** Then the browser asks anew, and with it whether it still may. */
const STREAM_MS = 5 * 60_000;
const STREAMS_MAX = 50;
const EVENT = 'lines';

export function activityPages(activity: ActivityPort): readonly Page[] {
  const streams = { open: 0 };
  const needs = 'audit.read';
  return [
    { method: 'get', path: PATH, needs, show: (asked, visitor) => activityPage(activity, asked, visitor) },
    {
      ...{ method: 'get', path: `${PATH}/events`, needs },
      show: ({ query }, visitor) => ({
        kind: 'events',
        follow: (sink) => follow(activity, visitor, query, sink, streams),
      }),
    },
  ];
}

const KINDS: readonly (readonly [ActivityKind | '', string])[] = [
  ['', 'Everything'],
  ['sign-in', 'Sign-ins'],
  ['search', 'Searches'],
  ['connection', 'Refused connections'],
];

function activityPage(activity: ActivityPort, { query, fragment }: Asked, visitor: Visitor): Shown {
  const live = <Live activity={activity} query={query} visitor={visitor} />;
  if (fragment) return { kind: 'fragment', body: live };
  const filters = (
    <>
      <Filter name="kind" label="What" query={query} options={KINDS} />
      <label class="tick">
        <input type="checkbox" name="failed" value="on" checked={query.get('failed') === 'on'} /> Only what
        failed
      </label>
      <label class="tick">
        <input type="checkbox" name="still" value="on" checked={query.get('still') === 'on'} /> Hold still
      </label>
    </>
  );
  const body = (
    <>
      <Title>Activity</Title>
      <p class="muted">
        What this server did since it was started, as it happens. What was changed, and by whom, is in the{' '}
        <a href="/audit">audit</a>.
      </p>
      <List path={PATH} query={query} searchLabel="Name, address or application" filters={filters}>
        {live}
      </List>
    </>
  );
  return { kind: 'page', title: 'Activity', body };
}

interface LiveProps {
  readonly activity: ActivityPort;
  readonly query: Fields;
  readonly visitor: Visitor;
}

/** Replaced as a whole, so that it neither grows nor shows what the filters leave out. */
function Live({ activity, query, visitor }: LiveProps): VNode {
  const lines = <Lines lines={activity.list(visitor.actor, queryOf(query))} />;
  if (query.get('still') === 'on') return lines;
  const live = { 'hx-ext': 'sse', 'sse-connect': `${PATH}/events?${query}`, 'sse-swap': EVENT };
  return <div {...live}>{lines}</div>;
}

function queryOf(query: Fields): ActivityQuery {
  const kind = KINDS.map(([name]) => name).find((name) => name !== '' && name === query.get('kind'));
  return {
    kind: kind === undefined || kind === '' ? null : kind,
    failedOnly: query.get('failed') === 'on',
    text: textOf(query, 'search'),
    limit: ROWS,
  };
}

const KIND_WORDS: Readonly<Record<ActivityKind, string>> = {
  'sign-in': 'Sign-in',
  search: 'Search',
  connection: 'Connection',
};

function Lines({ lines }: { readonly lines: readonly ActivityLine[] }): VNode {
  return (
    <Table
      caption="Activity, the newest first"
      head={['When', 'Result', 'Who', 'What', 'From']}
      rows={lines.map((line) => (
        <tr key={line.id}>
          <td>
            <Time at={line.at} seconds />
          </td>
          <td>
            {line.ok ? <State mood="good">succeeded</State> : <State mood="bad">failed</State>} {line.reason}
          </td>
          <td>{line.name}</td>
          <td>
            {KIND_WORDS[line.kind]} <small class="muted">{line.subject}</small>
          </td>
          <td>
            {line.address ?? ''}
            {line.through === null ? null : <small class="muted"> through {line.through}</small>}
          </td>
        </tr>
      ))}
      ifNone="Nothing of this kind has happened since the server was started."
    />
  );
}

async function follow(
  activity: ActivityPort,
  { actor }: Visitor,
  query: Fields,
  sink: EventSink,
  streams: { open: number },
): Promise<void> {
  if (streams.open >= STREAMS_MAX) {
    throw new DirectoryError('busy', `${STREAMS_MAX} pages follow the activity already; close one of them.`);
  }
  const gone = new AbortController();
  sink.once('close', () => gone.abort());
  streams.open += 1;
  try {
    sink.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
    sink.write(':\n\n');
    let told = activity.newest();
    for (let waited = 0; waited < STREAM_MS && !gone.signal.aborted; waited += LOOK_MS) {
      await delay(LOOK_MS, undefined, { signal: gone.signal }).catch(() => undefined);
      // Who does not read is told the latest state once he reads again.
      if (activity.newest() === told || sink.writableNeedDrain) continue;
      told = activity.newest();
      const html = render(<Lines lines={activity.list(actor, queryOf(query))} />);
      sink.write(
        `event: ${EVENT}\n${html
          .split(/\r\n|\r|\n/)
          .map((line) => `data: ${line}\n`)
          .join('')}\n`,
      );
    }
  } finally {
    streams.open -= 1;
    sink.end();
  }
}
