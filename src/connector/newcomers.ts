/** Lets people in who are unknown here but right at a source that creates them at their first sign-in. */
import pLimit from 'p-limit';
import type { Clock } from '../core/clock.ts';
import { createBoundedMap } from '../core/credentials/bounded-map.ts';
import type { RemoteVerifier, Verdict } from '../core/credentials/verdict.ts';
import type { SettingsKeeper, Sources } from '../core/directory/directory.ts';
import type { Newcomer, Newcomers } from '../core/directory/newcomers.ts';
import { DirectoryError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { normaliseEmail, normaliseGroupName, normaliseUsername, oneLine } from '../core/model/names.ts';
import type { Source } from '../core/model/source.ts';
import type { Away } from './away.ts';
import type { BoundedWork } from './bounded-work.ts';
import type { LdapConnection } from './ldap/connection.ts';
import { offeredBy } from './peers.ts';
import { type FoundPerson, findNewcomer, groupsOf, type Place } from './person-lookup.ts';
import { weakId } from './plan-entries.ts';
import { valid, viaOf } from './plan-steps.ts';
import { userFields } from './plan-users.ts';
import { presets, signInOf } from './presets/index.ts';
import type { UpstreamGroup, UpstreamUser } from './source.ts';
import type { SourceDoor } from './source-door.ts';
import { inTurn } from './turns.ts';

export interface NewcomersDependencies {
  readonly sources: Pick<Sources, 'list'>;
  readonly newcomers: Newcomers;
  readonly settings: Pick<SettingsKeeper, 'current'>;
  readonly door: SourceDoor;
  readonly work: BoundedWork;
  readonly away: Pick<Away, 'failed' | 'answered'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Unknown names that are looked up at a time, so that strangers never take the turns of those who are known. */
export const LOOKUPS_MAX = 4;
export const LOOKUPS_WAITING_MAX = 20;
/** Whoever would wait longer for that is nobody. */
const LOOKUP_WAIT = { ms: 5_000, late: 'Too many unknown names wait to be looked up.' };
/** Unknown names that one source is asked about in a minute; beyond, they are nobody. */
export const LOOKUPS_PER_MINUTE_MAX = 120;
/** So long a name that a source does not know is not asked about again. */
export const UNKNOWN_MS = 60_000;
const UNKNOWN_NAMES_MAX = 10_000;
const MINUTE_MS = 60_000;

const WRONG: Verdict = { ok: false, reason: 'wrong', why: 'unknown' };

/** Whatever goes wrong, somebody unknown is 'wrong' outside: only the log tells more. */
export function createNewcomerDoor(dependencies: NewcomersDependencies): RemoteVerifier['admit'] {
  const { sources, newcomers, settings, door, work, away, clock, log } = dependencies;
  const turn = pLimit(LOOKUPS_MAX);
  const unknown = createBoundedMap<number>(UNKNOWN_NAMES_MAX);
  const asked = new Map<string, { begun: number; count: number }>();

  function isUnknown(source: Source, name: string): boolean {
    const since = unknown.get(keyOf(source, name));
    return since !== undefined && clock.now().getTime() - since < UNKNOWN_MS;
  }

  function mayAsk(source: Source): boolean {
    const now = clock.now().getTime();
    const window = asked.get(source.id);
    const current =
      window !== undefined && now - window.begun < MINUTE_MS ? window : { begun: now, count: 0 };
    asked.set(source.id, { ...current, count: current.count + 1 });
    return current.count < LOOKUPS_PER_MINUTE_MAX;
  }

  const ownId = async () => (await settings.current()).instanceId;

  /** null: the source does not know that name. */
  async function admitAt(source: Source, name: string, password: string, secondFactor: string | null) {
    const place = { source, preset: presets[source.preset] };
    const { timeLimitSeconds } = signInOf(source, place.preset);
    const late = `The directory upstream did not answer within ${timeLimitSeconds} seconds.`;
    return work.run({ ms: timeLimitSeconds * 1000, late }, (signal) =>
      door.asReader(place, signal, async (reader) => {
        const found = await findNewcomer(reader, place, name);
        const newcomer = found && (await newcomerAt(reader, place, found, ownId));
        if (found === null || newcomer === null) {
          unknown.set(keyOf(source, name), clock.now().getTime());
          return null;
        }
        if (found.user.disabled) return { ok: false, reason: 'wrong', why: 'disabled' } as const;
        const verdict = await door.signIn(place, signal, found.entry.dn, password, secondFactor);
        if (!verdict.ok) return verdict;
        const user = await newcomers.admit(source, await newcomer());
        log.info({ source: source.name, user: user.id }, 'somebody was created at the first sign-in');
        return { ok: true, rememberMs: 0 } as const;
      }),
    );
  }

  async function admit(name: string, password: string, secondFactor: string | null): Promise<Verdict> {
    for (const source of inOrder(await sources.list())) {
      if (isUnknown(source, name)) continue;
      // Strangers who use up the questions to a source must not hand its people to the next one.
      if (!mayAsk(source)) return WRONG;
      const verdict = await admitAt(source, name, password, secondFactor).catch((error: unknown) => {
        log.warn({ source: source.name, error: sentenceOf(error) }, 'a first sign-in did not come through');
        if (error instanceof DirectoryError && error.code === 'unavailable') away.failed(source.id);
        return WRONG;
      });
      // The password is shown to the first source alone that knows the name: elsewhere it is somebody else's.
      if (verdict !== null) return verdict.ok || verdict.reason === 'wrong' ? verdict : WRONG;
    }
    return WRONG;
  }

  return async (name, password, secondFactor = null) => {
    if (turn.pendingCount >= LOOKUPS_WAITING_MAX) return WRONG;
    const admitted = work.run(LOOKUP_WAIT, (signal) =>
      inTurn(turn, signal, () => admit(name, password, secondFactor)),
    );
    return admitted.catch((error: unknown) => {
      log.warn({ err: error }, 'a first sign-in did not come to its turn');
      return WRONG;
    });
  };
}

function inOrder(sources: readonly Source[]): Source[] {
  return sources
    .filter((source) => source.enabled && signInOf(source, presets[source.preset]).createUsers)
    .sort((a, b) => b.policy.precedence - a.policy.precedence || (a.name < b.name ? -1 : 1));
}

function keyOf({ id, updatedAt }: Source, name: string): string {
  return `${id} ${updatedAt.getTime()} ${name.toLowerCase()}`;
}

/**
 * Reads the rest of somebody found; null where a peer has the person from here: it would send us back here to check
 * the password, and so on without end. Throws DirectoryError 'invalid' where the username breaks a rule.
 */
export async function newcomerAt(
  reader: LdapConnection,
  place: Place,
  found: FoundPerson,
  ownId: () => Promise<string>,
): Promise<(() => Promise<Newcomer>) | null> {
  const offered = await offeredBy(place.preset, reader, ownId);
  const [user] = offered([found.user]);
  if (user === undefined) return null;
  return async () => newcomerOf(user, offered(await groupsOf(reader, place, found)));
}

function newcomerOf(user: UpstreamUser, groups: readonly UpstreamGroup[]): Newcomer {
  const email = valid(user.email, normaliseEmail);
  const username = normaliseUsername(user.username ?? '');
  return {
    externalId: user.externalId ?? weakId('username', username),
    dn: user.dn,
    ...viaOf(user),
    fields: userFields(user, username, email),
    groups: groups.flatMap((group) => {
      const name = valid(group.name, normaliseGroupName);
      if (name === null) return [];
      const displayName = oneLine(group.displayName ?? '') || name;
      const fields = { name, displayName, description: oneLine(group.description ?? '') };
      const externalId = group.externalId ?? weakId('group name', name);
      return [{ externalId, dn: group.dn, ...viaOf(group), fields }];
    }),
  };
}

function sentenceOf(error: unknown): string {
  return error instanceof DirectoryError ? error.message : 'An internal error.';
}
