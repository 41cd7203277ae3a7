/** Tries a source step by step, to tell its operator what works, and shows the first people and groups. */
import type { SourceAccess } from '../core/directory/directory.ts';
import { DirectoryError } from '../core/errors.ts';
import { normaliseGroupName, normaliseUsername } from '../core/model/names.ts';
import type { Source } from '../core/model/source.ts';
import { isTlsTrouble, LDAP, searchFailure } from './failure.ts';
import type { LdapConnection } from './ldap/connection.ts';
import { bindReader, connectSource, sessionOf } from './ldap-source.ts';
import { presets } from './presets/index.ts';
import type { DirectorySource, UpstreamGroup, UpstreamUser } from './source.ts';

export const TEST_STEPS = [
  'connect',
  'tls',
  'bind',
  'base',
  'filter',
  'users',
  'group-base',
  'group-filter',
  'groups',
] as const;

export interface SourceTestStep {
  readonly name: (typeof TEST_STEPS)[number];
  readonly ok: boolean;
  /** One sentence: what was found, or what to mend. */
  readonly message: string;
}

/** An entry as it would be imported. */
export interface Sample {
  readonly dn: string;
  /** Username, or name of a group; null where it cannot be imported. */
  readonly name: string | null;
  /** Why it cannot be imported: one sentence. */
  readonly problem: string | null;
  /** The stable id; null: it has none, and its name stands in for it. */
  readonly externalId: string | null;
  readonly displayName: string | null;
  /** Of a person. */
  readonly email: string | null;
  /** Disabled upstream. */
  readonly disabled: boolean;
  /** Of a group: how many its entry tells. */
  readonly members: number | null;
}

export interface SourceTest {
  readonly ok: boolean;
  /** As far as it got: nothing follows a step that failed. */
  readonly steps: readonly SourceTestStep[];
  readonly users: readonly Sample[];
  readonly groups: readonly Sample[];
}

/** Entries that a test shows of each kind. */
const SAMPLE_SIZE = 3;
const PAGE_SIZE = 100;

/** Binds once, and never throws for what is wrong with the source or the directory. */
export async function testSource(
  source: Source,
  access: () => SourceAccess,
  signal: AbortSignal,
): Promise<SourceTest> {
  const trial = new Trial();
  try {
    const connection = await connectSource(source, access(), { signal });
    try {
      trial.passed('connect', connectedTo(source));
      trial.passed('tls', tlsSentence(source));
      await bindReader(connection, source, access().bindPassword);
      trial.passed('bind', `Bound as ${source.bindDn}.`);
      const session = sessionOf(connection, source, presets[source.preset], PAGE_SIZE);
      await tryPeople(trial, source, connection, session);
      if (source.syncGroups) await tryGroups(trial, source, connection, session);
    } finally {
      connection.close();
    }
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    if (isTlsTrouble(error)) trial.passed('connect', connectedTo(source));
    trial.failed(error.message);
  }
  return trial;
}

/** Steps that pass one after the other, in the order of TEST_STEPS, until one fails. */
class Trial implements SourceTest {
  readonly steps: SourceTestStep[] = [];
  readonly users: Sample[] = [];
  readonly groups: Sample[] = [];
  ok = true;

  passed(name: SourceTestStep['name'], message: string): void {
    this.steps.push({ name, ok: true, message });
  }

  failed(message: string): void {
    this.ok = false;
    this.steps.push({ name: TEST_STEPS[this.steps.length] ?? 'groups', ok: false, message });
  }
}

async function tryPeople(
  trial: Trial,
  source: Source,
  connection: LdapConnection,
  session: DirectorySource,
): Promise<void> {
  trial.passed('base', await tryBase(connection, source, 'baseDn'));
  const found = await firstPage(session.users(), 'users', source.baseDn);
  trial.passed('filter', foundSentence(found.length, 'users', source.baseDn));
  const { usernameHint } = presets[source.preset];
  const samples = found.map((user) => sampleOfUser(user, usernameHint));
  trial.users.push(...samples.slice(0, SAMPLE_SIZE));
  trial.passed('users', importSentence(samples, 'users'));
}

async function tryGroups(
  trial: Trial,
  source: Source,
  connection: LdapConnection,
  session: DirectorySource,
): Promise<void> {
  trial.passed('group-base', await tryBase(connection, source, 'groupBaseDn'));
  const found = await firstPage(session.groups(), 'groups', source.groupBaseDn);
  trial.passed('group-filter', foundSentence(found.length, 'groups', source.groupBaseDn));
  const samples = found.map(sampleOfGroup);
  trial.groups.push(...samples.slice(0, SAMPLE_SIZE));
  trial.passed('groups', importSentence(samples, 'groups'));
}

function connectedTo({ url }: Source): string {
  return `Connected to ${url}.`;
}

function tlsSentence({ url, caPem, clientCertificatePem }: Source): string {
  if (!url.startsWith('ldaps:')) return 'No TLS: passwords travel readable to this address.';
  const trusted = caPem === null ? 'an authority of the system' : 'the given CA';
  const shown = clientCertificatePem === null ? '' : ', and the client certificate was shown';
  return `The certificate is signed by ${trusted}${shown}.`;
}

/** Many directories let nobody read the container itself: only that it is not there counts. */
async function tryBase(
  connection: LdapConnection,
  source: Source,
  baseField: 'baseDn' | 'groupBaseDn',
): Promise<string> {
  const base = source[baseField];
  const filter = { type: 'presence', attribute: 'objectClass' } as const;
  const result = await connection.search({ base, scope: 'base', filter, attributes: ['1.1'], sizeLimit: 1 });
  if (result.code === LDAP.noSuchObject || result.code === LDAP.invalidDnSyntax) {
    throw searchFailure({ result, base, baseField, bindDn: source.bindDn, entries: 0 });
  }
  return result.entries.length > 0
    ? `${base} is there.`
    : `${base} does not show itself, but can be searched.`;
}

/** Throws DirectoryError where there is nothing to show. */
async function firstPage<Item>(
  pages: AsyncIterable<readonly Item[]>,
  word: 'users' | 'groups',
  base: string,
): Promise<readonly Item[]> {
  for await (const page of pages) if (page.length > 0) return page;
  throw new DirectoryError(
    'invalid',
    `No ${word} were found below ${base}: check the base DN, the filter and the rights of the bind account.`,
    { field: word === 'users' ? 'filter' : 'groupFilter' },
  );
}

function foundSentence(count: number, word: 'users' | 'groups', base: string): string {
  return `Found ${count < PAGE_SIZE ? counted(count, word) : `at least ${PAGE_SIZE} ${word}`} below ${base}.`;
}

function counted(count: number, word: 'users' | 'groups'): string {
  return `${count} ${nounFor(count, word)}`;
}

function nounFor(count: number, word: 'users' | 'groups'): string {
  return count === 1 ? word.slice(0, -1) : word;
}

function importSentence(samples: readonly Sample[], word: 'users' | 'groups'): string {
  const problems = samples.flatMap(({ problem }) => problem ?? []);
  const weak = samples.every(({ externalId }) => externalId === null)
    ? ' They have no stable ids: they are matched by name, so that a rename looks like somebody new.'
    : '';
  const refused =
    problems.length === 0
      ? `${samples.length === 1 ? 'The one' : `All ${samples.length}`} ${nounFor(samples.length, word)} looked at can be imported.`
      : `${problems.length} of ${counted(samples.length, word)} looked at cannot be imported: ${problems[0]}`;
  return `${refused}${weak}`;
}

function sampleOfUser(user: UpstreamUser, usernameHint: string): Sample {
  const { dn, externalId, displayName, email, disabled } = user;
  const named = nameOf(user.username, 'username', normaliseUsername);
  const problem = named.problem === null ? null : `${named.problem} ${usernameHint}`;
  return { ...named, problem, ...{ dn, externalId, displayName, email, disabled }, members: null };
}

function sampleOfGroup(group: UpstreamGroup): Sample {
  const { dn, externalId, displayName, memberDns, memberUids } = group;
  const named = nameOf(group.name, 'group name', normaliseGroupName);
  const members = memberDns.length + memberUids.length;
  return { ...named, ...{ dn, externalId, displayName, members }, email: null, disabled: false };
}

function nameOf(
  text: string | null,
  word: string,
  normalise: (text: string) => string,
): Pick<Sample, 'name' | 'problem'> {
  if (text === null) return { name: null, problem: `The entry has no ${word}.` };
  try {
    return { name: normalise(text), problem: null };
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    return { name: null, problem: error.message };
  }
}
