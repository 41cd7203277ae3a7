/** The first page: whether the directory is well, and what needs attention first. */
import type { VNode } from 'preact';
import { LDAP_SWITCHED_OFF } from '../../../core/model/settings.ts';
import type { Source } from '../../../core/model/source.ts';
import type { SyncRun } from '../../../core/model/sync-run.ts';
import { Table } from '../../views/list.tsx';
import { Facts, type Mood, State, Time, Title } from '../../views/parts.tsx';
import { Plot } from '../../views/plot.tsx';
import { may, type Page, type Shown, type Visitor } from '../page.ts';
import { RunState, runPath, SOURCES_PATH, sourcePath } from '../sources/words.tsx';
import type { LdapState, ServerPagesDependencies } from './port.ts';

/** `elsewhere`: where those are led who may not see how the server is. */
export function overviewPages(
  port: ServerPagesDependencies,
  elsewhere: (visitor: Visitor) => string,
): readonly Page[] {
  return [
    {
      method: 'get',
      path: '/',
      needs: null,
      show: (_asked, visitor) =>
        may(visitor, 'settings.read')
          ? overview(port, visitor)
          : { kind: 'redirect', to: elsewhere(visitor) },
    },
  ];
}

/** Something that a person should look at. */
interface Concern {
  readonly mood: Extract<Mood, 'bad' | 'warn'>;
  readonly sentence: string;
  readonly to: string;
  readonly mend: string;
}

interface Seen {
  readonly source: Source;
  readonly last: SyncRun | null;
}

async function overview(port: ServerPagesDependencies, visitor: Visitor): Promise<Shown> {
  const { actor } = visitor;
  const state = port.ldap.state(actor);
  const [sources, health, { allow }] = await Promise.all([
    may(visitor, 'sources.read') ? seenSources(port) : [],
    port.readiness(),
    port.settings.current(),
  ]);
  const counts = may(visitor, 'audit.read') ? port.activity.counts(actor) : null;
  const lately = counts?.slice(-LATELY) ?? [];
  const concerns = [
    ...health.reasons.map((sentence): Concern => ({ mood: 'bad', sentence, to: '/', mend: 'Look again' })),
    ...health.warnings.map(
      (sentence): Concern => ({
        ...(sentence === LDAP_SWITCHED_OFF ? TO_LDAP : TO_CERTIFICATE),
        mood: 'warn',
        sentence,
      }),
    ),
    ...(allow.length === 0 ? [NOBODY_ALLOWED] : []),
    ...sources.flatMap(concernsOf),
    ...(areMany(sum(lately, 'failed'), sum(lately, 'ok')) ? [MANY_FAIL] : []),
  ];
  const body = (
    <>
      <Title>Overview</Title>
      <Concerns concerns={concerns} />
      <div class="columns">
        <Server state={state} port={port} />
        {counts === null ? null : <SignIns counts={counts} />}
      </div>
      {may(visitor, 'sources.read') ? <Sources sources={sources} /> : null}
    </>
  );
  return { kind: 'page', title: 'Overview', body };
}

async function seenSources({ sources, syncRuns }: ServerPagesDependencies): Promise<readonly Seen[]> {
  const all = await sources.list();
  return Promise.all(
    all.map(async (source) => ({ source, last: (await syncRuns.list(source.id, 1))[0] ?? null })),
  );
}

const TO_CERTIFICATE = { to: '/ldap/certificate', mend: 'See the certificate' } as const;
const TO_LDAP = { to: '/ldap', mend: 'Switch it on' } as const;
const NOBODY_ALLOWED: Concern = {
  mood: 'bad',
  sentence: 'The allow-list is empty: no application can connect.',
  to: '/ldap/allow',
  mend: 'Edit the allow-list',
};
const MANY_FAIL: Concern = {
  mood: 'warn',
  sentence: 'Many of the sign-ins of the last hour failed.',
  to: '/activity?kind=sign-in&failed=on',
  mend: 'See why',
};
/** Quarters of an hour. */
const LATELY = 4;
const MANY = 10;

function areMany(failed: number, ok: number): boolean {
  return failed >= MANY && failed * 3 > ok;
}

function concernsOf({ source, last }: Seen): readonly Concern[] {
  const { name, enabled } = source;
  if (!enabled) return [];
  if (last === null) {
    const sentence = `${name} was never synchronized.`;
    return [{ mood: 'warn', sentence, to: sourcePath(source), mend: 'Open the source' }];
  }
  const to = runPath(source, last);
  switch (last.state) {
    case 'paused':
      return [
        { mood: 'warn', sentence: `A run of ${name} waits for you: ${last.reason}`, to, mend: 'Decide' },
      ];
    case 'failed':
    case 'aborted':
      return [
        { mood: 'bad', sentence: `The last run of ${name} failed: ${last.reason}`, to, mend: 'See the run' },
      ];
    default:
      return [];
  }
}

function Concerns({ concerns }: { readonly concerns: readonly Concern[] }): VNode {
  if (concerns.length === 0) {
    return (
      <p class="notice">
        <span>
          <State mood="good">All is well.</State> Nothing needs your attention.
        </span>
      </p>
    );
  }
  const worstFirst = concerns.toSorted(
    (one, other) => Number(one.mood !== 'bad') - Number(other.mood !== 'bad'),
  );
  return (
    <section aria-label="What needs attention">
      <ul class="concerns">
        {worstFirst.map(({ mood, sentence, to, mend }) => (
          <li key={sentence} class={mood}>
            <span>
              <State mood={mood}>{mood === 'bad' ? 'Wrong:' : 'Attention:'}</State> {sentence}
            </span>{' '}
            <a href={to}>{mend}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Server({
  state,
  port,
}: {
  readonly state: LdapState;
  readonly port: ServerPagesDependencies;
}): VNode {
  const { reason, host, port: number, users, groups, connections, certificate } = state;
  return (
    <section>
      <h2>Server</h2>
      <Facts
        facts={{
          'Directory server': (
            <>
              {reason === null ? <State mood="good">serves</State> : <State mood="bad">does not serve</State>}{' '}
              on <a href="/ldap">{`${host} port ${number}`}</a>
            </>
          ),
          Certificate: (
            <>
              {certificate.trouble === null ? (
                <State mood="good">valid</State>
              ) : (
                <State mood="warn">needs attention</State>
              )}{' '}
              until <Time at={certificate.expiry} />, {daysLeft(certificate.expiry, port.clock.now())}
            </>
          ),
          Database: port.database,
          'People served': <a href="/users">{users.toLocaleString('en')}</a>,
          'Groups served': <a href="/groups">{groups.toLocaleString('en')}</a>,
          'Open connections': String(connections),
        }}
      />
    </section>
  );
}

function daysLeft(expiry: Date, now: Date): string {
  const days = Math.floor((expiry.getTime() - now.getTime()) / DAY_MS);
  return days === 1 ? '1 day left' : `${days.toLocaleString('en')} days left`;
}

const DAY_MS = 86_400_000;

type Counts = ReturnType<ServerPagesDependencies['activity']['counts']>;

function SignIns({ counts }: { readonly counts: Counts }): VNode {
  const [ok, failed] = [sum(counts, 'ok'), sum(counts, 'failed')];
  return (
    <section>
      <h2>Sign-ins of the last 24 hours</h2>
      <p>
        <strong>{ok.toLocaleString('en')}</strong> succeeded
      </p>
      <Plot
        label={`Sign-ins that succeeded in each quarter of an hour, ${ok} in all`}
        values={counts.map((count) => count.ok)}
        mood="good"
      />
      <p>
        <strong>{failed.toLocaleString('en')}</strong> failed
      </p>
      <Plot
        label={`Sign-ins that failed in each quarter of an hour, ${failed} in all`}
        values={counts.map((count) => count.failed)}
        mood="bad"
      />
      <p>
        <small class="muted">Counted by this server since it was started.</small>{' '}
        <a href="/activity">See the activity</a>
      </p>
    </section>
  );
}

function sum(counts: Counts, name: 'ok' | 'failed'): number {
  return counts.reduce((total, count) => total + count[name], 0);
}

function Sources({ sources }: { readonly sources: readonly Seen[] }): VNode {
  return (
    <section>
      <h2>External directories</h2>
      <Table
        caption="External directories with their last run"
        head={['Name', 'Last run', 'State']}
        rows={sources.map(({ source, last }) => (
          <tr key={source.id}>
            <th scope="row">
              <a href={sourcePath(source)}>{source.name}</a>
            </th>
            <td>
              <Time at={last?.startedAt ?? null} />
            </td>
            <td>{last === null ? null : <RunState run={last} />}</td>
          </tr>
        ))}
        ifNone="There are none. People can be kept here alone, or imported from elsewhere."
      />
      <p>
        <a href={SOURCES_PATH}>All external directories</a>
      </p>
    </section>
  );
}
