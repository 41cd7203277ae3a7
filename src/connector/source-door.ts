/** Goes to a source as its reader or as somebody who signs in, each on a connection of its own, at the source's pace. */
import type { Verdict } from '../core/credentials/verdict.ts';
import type { Sources } from '../core/directory/directory.ts';
import { formatDn, parseDn } from '../core/syntax/dn.ts';
import { connectionFailure, LDAP, Refusal } from './failure.ts';
import { CONNECTION_LIMITS, type ConnectionLimits, type LdapConnection } from './ldap/connection.ts';
import { bindReader, connectSource } from './ldap-source.ts';
import type { Pace } from './pace.ts';
import type { Place } from './person-lookup.ts';
import { signInOf } from './presets/index.ts';
import type { Wait } from './retry.ts';
import { verdictOf } from './sign-in-refusal.ts';

export interface SourceDoor {
  /** What `work` makes of a connection that may read. Throws DirectoryError. */
  asReader<Result>(
    place: Place,
    signal: AbortSignal,
    work: (reader: LdapConnection) => Promise<Result>,
  ): Promise<Result>;
  /** Binds as `dn`, once, whatever comes of it. Throws DirectoryError. */
  signIn(
    place: Place,
    signal: AbortSignal,
    dn: string,
    password: string,
    secondFactor: string | null,
  ): Promise<Verdict>;
}

export interface SourceDoorDependencies {
  readonly sources: Pick<Sources, 'access'>;
  readonly pace: Pace;
  readonly wait: Wait;
}

/** Providers count the binds of a second. */
const BUSY_WAIT_MS = 1_000;
const ANSWER_BYTES_MAX = 1024 * 1024;

export function createSourceDoor({ sources, pace, wait }: SourceDoorDependencies): SourceDoor {
  /** One person's entry, groups, or the answer to a bind, is all that comes. */
  async function connect({ source, preset }: Place, signal: AbortSignal): Promise<LdapConnection> {
    const { bindsPerSecond, timeLimitSeconds } = signInOf(source, preset);
    await pace.turn(source.id, bindsPerSecond, signal);
    const limits: ConnectionLimits = {
      ...CONNECTION_LIMITS,
      replyMs: timeLimitSeconds * 1000,
      messageBytesMax: ANSWER_BYTES_MAX,
      connectionBytesMax: ANSWER_BYTES_MAX,
    };
    return connectSource(source, sources.access(source), { signal, limits });
  }

  /** Waits where the source takes no more binds: its limit also counts those of syncs and of other servers. */
  async function reader(place: Place, signal: AbortSignal): Promise<LdapConnection> {
    for (;;) {
      const connection = await connect(place, signal);
      try {
        await bindReader(connection, place.source, sources.access(place.source).bindPassword);
        return connection;
      } catch (error) {
        if (!isBusy(error)) throw error;
        await wait(BUSY_WAIT_MS, signal);
      }
    }
  }

  return {
    async asReader(place, signal, work) {
      const connection = await reader(place, signal);
      try {
        return await work(connection);
      } catch (error) {
        throw connectionFailure(error, place.source);
      } finally {
        connection.close();
      }
    },

    async signIn(place, signal, dn, password, secondFactor) {
      const { passwordPolicy, secondFactor: goes } = place.preset;
      const connection = await connect(place, signal);
      const name = goes === 'dn' && secondFactor !== null ? withSecondFactor(dn, secondFactor) : dn;
      const secret = goes === 'password' && secondFactor !== null ? `${password},${secondFactor}` : password;
      try {
        return verdictOf(await connection.bind(name, secret, { passwordPolicy }));
      } catch (error) {
        throw connectionFailure(error, place.source);
      } finally {
        connection.close();
      }
    },
  };
}

function isBusy(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Refusal && (cause.code === LDAP.adminLimitExceeded || cause.code === LDAP.busy);
}

/** `uid=jdoe,...` becomes `uid=jdoe+totpToken=123456,...`, as Cloudron and Roster take it. */
function withSecondFactor(dn: string, secondFactor: string): string {
  const [first = [], ...parents] = parseDn(dn);
  return formatDn([[...first, { type: 'totpToken', value: secondFactor }], ...parents]);
}
