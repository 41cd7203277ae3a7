/** Goes to a source as its reader or as somebody who signs in, never on one connection, at the source's pace. */
import type { Clock } from '../core/clock.ts';
import type { Verdict } from '../core/credentials/verdict.ts';
import type { Sources } from '../core/directory/directory.ts';
import { DirectoryError } from '../core/errors.ts';
import { formatDn, parseDn } from '../core/syntax/dn.ts';
import { connectionFailure, LDAP, Refusal } from './failure.ts';
import {
  CONNECTION_LIMITS,
  type ConnectionLimits,
  type LastingConnection,
  type LdapConnection,
} from './ldap/connection.ts';
import { bindReader, connectSource } from './ldap-source.ts';
import type { Pace } from './pace.ts';
import type { Place } from './person-lookup.ts';
import { signInOf } from './presets/index.ts';
import { createReaderPause } from './reader-pause.ts';
import { createReaders } from './readers.ts';
import type { Wait } from './retry.ts';
import { verdictOf } from './sign-in-refusal.ts';

export interface SourceDoor {
  /** What `work` makes of a connection that may read, which others have used before. Throws DirectoryError. */
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
  /** The source has let its reader in: where it had refused it, it is asked again at once. */
  readerWorks(sourceId: string): void;
  close(): void;
}

export interface SourceDoorDependencies {
  readonly sources: Pick<Sources, 'access'>;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly wait: Wait;
}

/** Providers count the binds of a second. */
const BUSY_WAIT_MS = 1_000;
const ANSWER_BYTES_MAX = 1024 * 1024;
/** Over the life of a reader. */
const READER_BYTES_MAX = 256 * ANSWER_BYTES_MAX;

export function createSourceDoor({ sources, clock, pace, wait }: SourceDoorDependencies): SourceDoor {
  const pause = createReaderPause(clock);
  const readers = createReaders({ clock, open: reader });

  /** One person's entry, groups, or the answer to a bind, is all that comes. */
  async function connect(
    { source, preset }: Place,
    signal: AbortSignal,
    connectionBytesMax = ANSWER_BYTES_MAX,
  ): Promise<LastingConnection> {
    const { bindsPerSecond, timeLimitSeconds } = signInOf(source, preset);
    await pace.turn(source.id, bindsPerSecond, signal);
    const limits: ConnectionLimits = {
      ...CONNECTION_LIMITS,
      replyMs: timeLimitSeconds * 1000,
      messageBytesMax: ANSWER_BYTES_MAX,
      connectionBytesMax,
    };
    return connectSource(source, sources.access(source), { signal, limits });
  }

  /** Waits where the source takes no more binds: its limit also counts those of syncs and of other servers. */
  async function reader(place: Place, signal: AbortSignal): Promise<LastingConnection> {
    pause.check(place.source);
    for (;;) {
      const connection = await connect(place, signal, READER_BYTES_MAX);
      try {
        await bindReader(connection, place.source, sources.access(place.source).bindPassword);
        pause.clear(place.source.id);
        return connection;
      } catch (error) {
        if (isRefused(error)) pause.refused(place.source);
        if (!isBusy(error)) throw error;
        await wait(BUSY_WAIT_MS, signal);
      }
    }
  }

  return {
    async asReader(place, signal, work) {
      try {
        return await readers.use(place, signal, work);
      } catch (error) {
        throw connectionFailure(error, place.source);
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

    readerWorks: (sourceId) => pause.clear(sourceId),
    close: () => readers.close(),
  };
}

/** As bindReader says that the account or its password is wrong. */
function isRefused(error: unknown): boolean {
  return error instanceof DirectoryError && error.code === 'invalid' && error.field === 'bindDn';
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
