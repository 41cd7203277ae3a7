/** Checks an imported person's password where it lives: at the source, by a bind of its own. */
import pLimit, { type LimitFunction } from 'p-limit';
import type { RemoteVerifier, Verdict } from '../core/credentials/verdict.ts';
import type { Sources } from '../core/directory/directory.ts';
import { DirectoryError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import type { Origin } from '../core/model/origin.ts';
import type { Source } from '../core/model/source.ts';
import type { Filter } from '../core/syntax/filter.ts';
import type { BoundedWork } from './bounded-work.ts';
import { connectionFailure, LDAP, searchFailure } from './failure.ts';
import { CONNECTION_LIMITS, type ConnectionLimits } from './ldap/connection.ts';
import type { LdapEntry } from './ldap/responses.ts';
import { bindReader, connectSource, sourceFilter } from './ldap-source.ts';
import { externalIdOf, idBytes, mapUser, userAttributes } from './mapping.ts';
import { weakId } from './plan-entries.ts';
import { presets } from './presets/index.ts';
import type { Preset } from './presets/preset.ts';

export interface RemoteVerifierDependencies {
  readonly sources: Pick<Sources, 'byId' | 'bindPassword'>;
  readonly work: BoundedWork;
  readonly log: Logger;
}

/** Checks under way at a time at one source, each with one connection after the other. */
export const CHECKS_MAX = 16;
/** Checks that wait for their turn at one source; more are told to come again. */
export const CHECKS_WAITING_MAX = 200;
const CHECK_MS_MAX = 10_000;
const ANSWER_BYTES_MAX = 1024 * 1024;
/** One person's entry, or one answer to a bind, is all that comes. */
const CHECK_LIMITS: ConnectionLimits = {
  ...CONNECTION_LIMITS,
  messageBytesMax: ANSWER_BYTES_MAX,
  connectionBytesMax: ANSWER_BYTES_MAX,
};

const WRONG: Verdict = { ok: false, reason: 'wrong' };

export function createRemoteVerifier({ sources, work, log }: RemoteVerifierDependencies): RemoteVerifier {
  const turnAt = createTurns();
  const late = `The directory upstream did not answer within ${CHECK_MS_MAX / 1000} seconds.`;

  async function check(origin: Origin, username: string, password: string): Promise<Verdict> {
    const source = await sources.byId(origin.sourceId);
    if (source === null) return unavailable('The source of this person is no longer there.');
    if (!source.enabled) return unavailable(`The source ${source.name} is disabled.`);
    try {
      return await work.run({ ms: CHECK_MS_MAX, late }, (signal) =>
        checkAt(
          { source, bindPassword: sources.bindPassword(source), signal },
          { origin, username, password },
        ),
      );
    } catch (error) {
      log.warn({ source: source.name, error: sentenceOf(error) }, 'a password could not be checked upstream');
      return unavailable(sentenceOf(error));
    }
  }

  return {
    async verify(origin, username, password) {
      // RFC 4513 section 5.1.2: a bind with an empty password succeeds as anonymous. It must not reach the wire.
      if (password === '' || password.includes('\0')) return WRONG;
      const turn = turnAt(origin.sourceId);
      if (turn.pendingCount >= CHECKS_WAITING_MAX) {
        return { ok: false, reason: 'busy', message: 'Too many sign-ins wait for the directory upstream.' };
      }
      try {
        return await turn(() => check(origin, username, password));
      } catch (error) {
        return unavailable(sentenceOf(error));
      }
    },
  };
}

/** One source that does not answer must not keep the people of others waiting. */
function createTurns(): (sourceId: string) => LimitFunction {
  const turns = new Map<string, LimitFunction>();
  return (sourceId) => {
    const turn = turns.get(sourceId) ?? pLimit(CHECKS_MAX);
    turns.set(sourceId, turn);
    return turn;
  };
}

interface Reader {
  readonly source: Source;
  readonly bindPassword: string;
  readonly signal: AbortSignal;
}

interface Attempt {
  readonly origin: Origin;
  readonly username: string;
  readonly password: string;
}

async function checkAt(reader: Reader, attempt: Attempt): Promise<Verdict> {
  const { source, signal } = reader;
  const preset = presets[source.preset];
  const entry = await findEntry(reader, preset, attempt);
  if (entry === null || entry.dn === '') return WRONG;
  // A connection of its own: the person's rights never meet the reader's.
  const connection = await connectSource(source, { signal, limits: CHECK_LIMITS });
  try {
    const { code } = await connection.bind(entry.dn, attempt.password);
    if (code === LDAP.success) return { ok: true };
    if (code === LDAP.invalidCredentials || code === LDAP.inappropriateAuthentication) return WRONG;
    return unavailable(`The directory upstream answered the sign-in with result code ${code}.`);
  } catch (error) {
    throw connectionFailure(error, source);
  } finally {
    connection.close();
  }
}

/** The one entry that is this person, as the source has it now; null where there is none, or it is disabled. */
async function findEntry(
  reader: Reader,
  preset: Preset,
  { origin, username }: Attempt,
): Promise<LdapEntry | null> {
  const { source, bindPassword, signal } = reader;
  const connection = await connectSource(source, { signal, limits: CHECK_LIMITS });
  await bindReader(connection, source, bindPassword);
  try {
    const result = await connection.search({
      base: source.baseDn,
      scope: 'sub',
      filter: {
        type: 'and',
        filters: [sourceFilter(source, 'filter'), isPerson(origin, username, source, preset)],
      },
      attributes: userAttributes(source, preset),
      sizeLimit: 2,
    });
    const [entry, another] = result.entries;
    if (another !== undefined) {
      throw new DirectoryError('unavailable', `The source lists ${username} more than once.`);
    }
    if (result.code !== LDAP.success) {
      const { baseDn: base, bindDn } = source;
      throw searchFailure({ result, base, baseField: 'baseDn', bindDn, entries: 0 });
    }
    return entry !== undefined && isSame(entry, origin, source, preset) ? entry : null;
  } catch (error) {
    throw connectionFailure(error, source);
  } finally {
    connection.close();
  }
}

/** By stable id where the directory can be searched by it, since the username may have changed upstream. */
function isPerson(origin: Origin, username: string, source: Source, preset: Preset): Filter {
  if (preset.searchableIds.length === 0 || isWeak(origin)) {
    return { type: 'equality', attribute: source.usernameField, value: Buffer.from(username) };
  }
  const filters = preset.searchableIds.map(
    (attribute): Filter => ({ type: 'equality', attribute, value: idBytes(attribute, origin.externalId) }),
  );
  return { type: 'or', filters };
}

function isSame(entry: LdapEntry, origin: Origin, source: Source, preset: Preset): boolean {
  const user = mapUser(entry, source, preset);
  if (user.disabled) return false;
  if (!isWeak(origin)) return externalIdOf(entry, preset) === origin.externalId;
  return user.username !== null && weakId('username', user.username) === origin.externalId;
}

function isWeak({ externalId }: Origin): boolean {
  return externalId.startsWith(weakId('username', ''));
}

function sentenceOf(error: unknown): string {
  return error instanceof DirectoryError
    ? error.message
    : 'The password could not be checked: an internal error.';
}

function unavailable(message: string): Verdict {
  return { ok: false, reason: 'unavailable', message };
}
