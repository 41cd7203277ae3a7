/** A source is tried: each step with its outcome, and the first people and groups as they would be imported. */
import type { VNode } from 'preact';
import type { Source } from '../../../core/model/source.ts';
import { Table } from '../../views/list.tsx';
import { Action, State, Title } from '../../views/parts.tsx';
import { type Asked, may, type Page, type Shown, type Visitor } from '../page.ts';
import { sourceIn } from './edit.tsx';
import type { Sample, SourcePagesDependencies, SourceTrial } from './port.ts';
import { counted, SOURCES_PATH, sourcePath } from './words.tsx';

type Port = Pick<SourcePagesDependencies, 'sources' | 'connector'>;

export function trialPages(port: Port): readonly Page[] {
  const path = `${SOURCES_PATH}/:name/test`;
  const needs = 'sources.sync';
  return [
    {
      ...{ method: 'get', path, needs },
      show: async (asked, visitor) => trialPage(await sourceIn(port, asked), visitor, null),
    },
    { ...{ method: 'post', path, needs }, show: (asked, visitor) => tried(port, asked, visitor) },
  ];
}

async function tried(port: Port, asked: Asked, visitor: Visitor): Promise<Shown> {
  const source = await sourceIn(port, asked);
  return trialPage(source, visitor, await port.connector.test(source));
}

function trialPage(source: Source, visitor: Visitor, trial: SourceTrial | null): Shown {
  const path = sourcePath(source);
  const { csrfToken } = visitor;
  const again = (
    <Action
      action={`${path}/test`}
      csrfToken={csrfToken}
      label={trial === null ? 'Test' : 'Test again'}
      look={trial === null ? undefined : 'secondary'}
    />
  );
  const body = (
    <>
      <Title actions={again}>Test of {source.name}</Title>
      {trial === null ? (
        <p>Connects, signs in and searches as a run would, and changes nothing. It takes up to a minute.</p>
      ) : (
        <Outcome trial={trial} source={source} visitor={visitor} />
      )}
      <p>
        <a href={path}>Back to {source.name}</a>
      </p>
    </>
  );
  return { kind: 'page', title: `Test of ${source.name}`, body };
}

const STEPS: Readonly<Record<string, string>> = {
  connect: 'Connection',
  tls: 'Encryption',
  bind: 'Sign-in of the account',
  base: 'Where the people are',
  filter: 'Search for people',
  users: 'People',
  'group-base': 'Where the groups are',
  'group-filter': 'Search for groups',
  groups: 'Groups',
};

interface OutcomeProps {
  readonly trial: SourceTrial;
  readonly source: Source;
  readonly visitor: Visitor;
}

function Outcome({ trial: { ok, steps, users, groups }, source, visitor }: OutcomeProps): VNode {
  const path = sourcePath(source);
  return (
    <>
      <p class={ok ? 'notice' : 'error'} role={ok ? 'status' : 'alert'}>
        {ok ? 'All is well: the source can be synchronized.' : 'Something must be mended first.'}
      </p>
      <ol class="steps">
        {steps.map((step) => (
          <li key={step.name}>
            <strong>{STEPS[step.name] ?? step.name}</strong>{' '}
            {step.ok ? <State mood="good">works</State> : <State mood="bad">fails</State>}
            <br />
            {step.message}
          </li>
        ))}
      </ol>
      <Samples title="The first people, as they would be imported" samples={users} />
      <Samples title="The first groups, as they would be imported" samples={groups} />
      <div class="actions">
        {ok ? (
          <Action action={`${path}/preview`} csrfToken={visitor.csrfToken} label="Preview a run" />
        ) : null}
        {may(visitor, 'sources.edit') ? <a href={`${path}/edit`}>Edit the source</a> : null}
      </div>
    </>
  );
}

function Samples({
  title,
  samples,
}: {
  readonly title: string;
  readonly samples: readonly Sample[];
}): VNode | null {
  if (samples.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <Table
        caption={title}
        head={['Name', 'Shown as', 'E-mail or members', 'There', 'Remark']}
        rows={samples.map(({ dn, name, displayName, email, members, disabled, problem }) => (
          <tr key={dn}>
            <th scope="row">{name ?? '(none)'}</th>
            <td>{displayName ?? ''}</td>
            <td>{members === null ? (email ?? '') : counted(members, 'member')}</td>
            <td>
              <small>{dn}</small>
            </td>
            <td>{problem ?? (disabled ? 'disabled there' : '')}</td>
          </tr>
        ))}
        ifNone=""
      />
    </>
  );
}
