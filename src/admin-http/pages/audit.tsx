/** The audit: who did what to whom, from where, by which door. */
import type { VNode } from 'preact';
import type { Audit, AuditPage, AuditSearch } from '../../core/directory/audit.ts';
import { DirectoryError } from '../../core/errors.ts';
import type { AuditLine } from '../../core/model/audit.ts';
import { List, Pager, Table } from '../views/list.tsx';
import { Time, Title } from '../views/parts.tsx';
import { type Asked, type Fields, type Page, type Shown, textOf, type Visitor } from './page.ts';

const PATH = '/audit';
const ROWS = 50;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 24 * 60 * 60_000;

export function auditPages(audit: Audit): readonly Page[] {
  return [
    {
      method: 'get',
      path: PATH,
      needs: 'audit.read',
      show: (asked, visitor) => auditPage(audit, asked, visitor),
    },
  ];
}

async function auditPage(audit: Audit, { query, fragment }: Asked, { actor }: Visitor): Promise<Shown> {
  const page = await audit.list(actor, searchOf(query));
  const lines = <Lines page={page} query={query} />;
  if (fragment) return { kind: 'fragment', body: lines };
  const filters = (
    <>
      <input type="text" name="actor" aria-label="Who" placeholder="Who" value={textOf(query, 'actor')} />
      <input
        type="text"
        name="action"
        aria-label="What, such as user.add"
        placeholder="What, such as user.add"
        value={textOf(query, 'action')}
      />
      <label>
        From <input type="date" name="from" value={textOf(query, 'from')} />
      </label>
      <label>
        Until <input type="date" name="to" value={textOf(query, 'to')} />
      </label>
    </>
  );
  return {
    kind: 'page',
    title: 'Audit',
    body: (
      <>
        <Title>Audit</Title>
        <List path={PATH} query={query} filters={filters}>
          {lines}
        </List>
      </>
    ),
  };
}

function searchOf(query: Fields): AuditSearch {
  const actor = textOf(query, 'actor');
  const action = textOf(query, 'action');
  const from = dayOf(query, 'from');
  const to = dayOf(query, 'to');
  const cursor = textOf(query, 'cursor');
  return {
    limit: ROWS,
    ...(actor !== '' && { actor }),
    ...(action !== '' && { action }),
    ...(from !== null && { from }),
    // The day itself is part of what is shown.
    ...(to !== null && { to: new Date(to.getTime() + DAY_MS) }),
    ...(cursor !== '' && { cursor }),
  };
}

function dayOf(query: Fields, name: string): Date | null {
  const text = textOf(query, name);
  if (text === '') return null;
  const day = new Date(DATE.test(text) ? text : Number.NaN);
  if (!Number.isNaN(day.getTime())) return day;
  throw new DirectoryError('invalid', 'A day is written as 2030-12-31.', { field: name });
}

function Lines({ page, query }: { readonly page: AuditPage; readonly query: Fields }): VNode {
  return (
    <>
      <Table
        caption="Audit lines, the newest first"
        head={['When', 'Who', 'What', 'To whom', 'Details']}
        rows={page.lines.map((line) => (
          <tr key={line.id}>
            <td>
              <Time at={line.at} />
            </td>
            <td>
              {line.actor.name} <small class="muted">{from(line)}</small>
            </td>
            <td>{line.action}</td>
            <td>{subjectOf(line)}</td>
            <td>
              <Details line={line} />
            </td>
          </tr>
        ))}
        ifNone="Nothing was found."
      />
      <Pager path={PATH} query={query} next={page.next} />
    </>
  );
}

function from({ actor }: AuditLine): string {
  return actor.address === null ? `by ${actor.door}` : `by ${actor.door} from ${actor.address}`;
}

const NAMES = ['username', 'name', 'group', 'source'] as const;

function subjectOf({ actor, details, subjectId }: AuditLine): string {
  const named = NAMES.map((name) => details[name]).find((value) => typeof value === 'string');
  if (typeof named === 'string') return named;
  return subjectId === actor.userId ? actor.name : (subjectId ?? '');
}

function Details({ line: { details } }: { readonly line: AuditLine }): VNode {
  return (
    <details>
      <summary>Show</summary>
      <pre>
        <code>{JSON.stringify(details, null, 2)}</code>
      </pre>
    </details>
  );
}
