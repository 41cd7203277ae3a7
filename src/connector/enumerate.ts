/** Reads what a source lists: all of it, or of people what has changed since the last run. */
import type { Clock } from '../core/clock.ts';
import type { SettingsKeeper, Sources } from '../core/directory/directory.ts';
import type { Imports } from '../core/directory/imports.ts';
import type { Logger } from '../core/log.ts';
import type { Source, SyncMark } from '../core/model/source.ts';
import type { SyncPhase, SyncProblem, SyncRun } from '../core/model/sync-run.ts';
import { connectionFailure } from './failure.ts';
import { mayGoOn, type ReadMark, readChanges, SINGLE_READS_MAX } from './incremental.ts';
import type { LdapConnection } from './ldap/connection.ts';
import { createChangeReader, keepMark, type MarkKeeper } from './ldap-changes.ts';
import { openConnection, sessionOf } from './ldap-source.ts';
import { fromPeer, readPeer } from './peers.ts';
import { createPictures } from './pictures.ts';
import type { Upstream } from './plan.ts';
import { presets } from './presets/index.ts';
import type { Progress } from './progress.ts';
import { isTransient, type Wait, withRetries } from './retry.ts';
import { createSettling, type Settling } from './settling.ts';
import type { UpstreamGroup, UpstreamUser } from './source.ts';

export interface Enumeration extends Upstream {
  /** How far the directory was when its people were read; null where it does not tell. */
  readonly mark: ReadMark | null;
  /** Everybody was read, and not only who had changed. */
  readonly whole: boolean;
}

export interface EnumerationOptions {
  /** People who have not changed since the last run need not be read again. */
  readonly incremental: boolean;
  /** Of the run that will keep digests; null: none will. */
  readonly runId: string | null;
}

export interface EnumerationDependencies {
  readonly clock: Clock;
  readonly log: Logger;
  readonly wait: Wait;
  readonly directory: {
    readonly sources: Pick<Sources, 'access'>;
    readonly imports: Pick<Imports, 'usersOf' | 'digestsOf' | 'groupsWithMembers'>;
    readonly settings: Pick<SettingsKeeper, 'current'>;
  };
  readonly progress: Pick<Progress, 'show'>;
  readonly signal: AbortSignal;
}

/** As enumerate, from the beginning again where it failed for a reason that passes. */
export function enumerateAtLast(
  dependencies: EnumerationDependencies,
  source: Source,
  options: EnumerationOptions,
): Promise<Enumeration> {
  const { log, wait, signal } = dependencies;
  return withRetries(() => enumerateOnce(dependencies, source, options), {
    isTransient: (error) => isTransient(error, source.preset),
    ...{ wait, signal },
    retrying(error, delayMs) {
      const reason = error instanceof Error ? error.message : '';
      log.warn({ source: source.name, reason, delayMs }, 'a source is read again from the beginning');
    },
  });
}

/** Where what is settled contradicts what is not, such as an id that two entries have, everything is looked at. */
async function enumerateOnce(
  dependencies: EnumerationDependencies,
  source: Source,
  options: EnumerationOptions,
): Promise<Enumeration> {
  const { imports } = dependencies.directory;
  const settle = () => createSettling(imports, source, options.runId);
  // What a peer offers depends on the peer too.
  const found = await enumerate(dependencies, source, options, presets[source.preset].peer ? null : settle);
  const { users, groups, settling } = found;
  const contradicts = settling?.contradicts(users, 'users') || settling?.contradicts(groups ?? [], 'groups');
  return contradicts ? enumerate(dependencies, source, options, null) : found;
}

/** Everything the source lists, or a throw: nothing is planned on half a directory. */
async function enumerate(
  { directory, clock, progress, signal }: EnumerationDependencies,
  source: Source,
  { incremental }: EnumerationOptions,
  settle: (() => Promise<Settling>) | null,
): Promise<Enumeration> {
  await progress.show({ phase: 'connect' });
  const preset = presets[source.preset];
  const connection = await openConnection(source, preset, directory.sources.access(source), { signal });
  try {
    const keeper = await keepMark(connection, source, preset, () => clock.now().getTime());
    await progress.show({ phase: 'enumerate-users' });
    const changed = incremental ? await changesOf(keeper, source, directory.imports, clock) : null;
    // Who has not changed is not read whole, and so cannot be known again.
    const settling = changed === null && settle !== null ? await settle() : null;
    const everybody = () => sessionOf(keeper.connection, source, preset, undefined, settling).users();
    const pictures = createPictures();
    const { take } = pictures;
    const users =
      changed?.map(take) ?? (await collect(everybody(), 'enumerate-users', progress, settling?.users, take));
    await settling?.peopleRead();
    const mark = keeper.mark();
    const session = sessionOf(connection, source, preset, undefined, settling);
    const keep = sharingDns(users);
    const groups = source.syncGroups
      ? await collect(session.groups(), 'enumerate-groups', progress, settling?.groups, keep)
      : null;
    const offered = preset.peer
      ? await notOurs({ users, groups }, connection, source, directory)
      : { users, groups };
    const warnings = pictures.warnings();
    return { ...offered, warnings, mark, whole: changed === null, ...(settling !== null && { settling }) };
  } finally {
    connection.close();
  }
}

/** Without what a peer has from us. */
async function notOurs(
  { users, groups }: Upstream,
  connection: LdapConnection,
  source: Source,
  { settings }: EnumerationDependencies['directory'],
): Promise<Upstream> {
  const { instanceId } = await settings.current();
  const peer = await readPeer(connection, instanceId).catch((error: unknown) => {
    throw connectionFailure(error, source);
  });
  if (peer === null) return { users, groups };
  return {
    users: fromPeer(users, peer, instanceId),
    groups: groups === null ? null : fromPeer(groups, peer, instanceId),
  };
}

/** As readChanges; null also where there is nothing to go on from. */
async function changesOf(
  { connection, server }: MarkKeeper,
  source: Source,
  imports: Pick<Imports, 'usersOf'>,
  clock: Clock,
): Promise<readonly UpstreamUser[] | null> {
  const { syncMark, preset } = source;
  if (!mayGoOn(syncMark, server, clock.now())) return null;
  const reader = createChangeReader(connection, source, presets[preset]);
  return readChanges(reader, syncMark, await imports.usersOf(source.id));
}

async function collect<Item>(
  pages: AsyncIterable<readonly Item[]>,
  phase: SyncPhase,
  progress: Pick<Progress, 'show'>,
  settled: { readonly count: number } = NONE,
  keep: (item: Item) => Item = (item) => item,
): Promise<Item[]> {
  const items: Item[] = [];
  await progress.show({ phase });
  for await (const page of pages) {
    for (const item of page) items.push(keep(item));
    await progress.show({ done: items.length + settled.count });
  }
  return items;
}

const NONE = { count: 0 };

/** Names members by the very texts that hold their DNs already: half a million take no memory of their own. */
function sharingDns(users: readonly UpstreamUser[]): (group: UpstreamGroup) => UpstreamGroup {
  const dns = new Map(users.map(({ dn }) => [dn, dn]));
  return (group) => ({ ...group, memberDns: group.memberDns.map((dn) => dns.get(dn) ?? dn) });
}

/** From where the next incremental run goes on; null where it cannot. */
export function nextMark(
  { syncMark }: Source,
  { startedAt }: SyncRun,
  { mark, whole }: Pick<Enumeration, 'mark' | 'whole'>,
  problems: readonly SyncProblem[],
): SyncMark | null {
  if (mark === null || problems.length > SINGLE_READS_MAX) return null;
  const fullAt = whole ? startedAt.getTime() : (syncMark?.fullAt ?? 0);
  return { ...mark, fullAt, unsettled: problems.map(({ dn }) => dn) };
}
