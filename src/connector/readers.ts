/** Keeps connections that are bound as a source's reader for the next who signs in: each bind costs, and counts. */
import type { Clock } from '../core/clock.ts';
import type { LastingConnection, LdapConnection } from './ldap/connection.ts';
import type { Place } from './person-lookup.ts';
import { createTurns, inTurn } from './turns.ts';

export interface Readers {
  /** What `work` makes of a reader, an idle one or a new one; one with which something went wrong is not kept. */
  use<Result>(
    place: Place,
    signal: AbortSignal,
    work: (reader: LdapConnection) => Promise<Result>,
  ): Promise<Result>;
  /** Closes those that are idle; none is kept from then on. */
  close(): void;
}

export interface ReadersDependencies {
  readonly clock: Clock;
  /** Connects and binds. */
  readonly open: (place: Place, signal: AbortSignal) => Promise<LastingConnection>;
}

/** Idle connections of one source; firewalls forget those that are idle for long. */
const IDLE_MAX = 4;
const IDLE_MS_MAX = 30_000;
/** Whoever mends the rights of the reader waits so long. */
export const READER_MS_MAX = 10 * 60_000;

interface Kept {
  readonly connection: LastingConnection;
  readonly version: number;
  readonly openedAt: number;
  timer?: NodeJS.Timeout;
}

export function createReaders({ clock, open }: ReadersDependencies): Readers {
  const idle = new Map<string, Kept[]>();
  /** One at a time is opened: a refused password is shown once, however many people wait. */
  const opening = createTurns(1);
  let closed = false;
  const now = () => clock.now().getTime();
  const listOf = (id: string) => idle.get(id) ?? [];

  function take({ source }: Place): Kept | null {
    const all = listOf(source.id);
    idle.delete(source.id);
    const fit = all.filter((kept) => isFit(kept, source.updatedAt.getTime(), now()));
    for (const kept of all) if (!fit.includes(kept)) drop(kept);
    const taken = fit.pop() ?? null;
    if (fit.length > 0) idle.set(source.id, fit);
    clearTimeout(taken?.timer);
    return taken;
  }

  function keep(id: string, kept: Kept): void {
    const others = listOf(id);
    if (closed || others.length >= IDLE_MAX) {
      kept.connection.close();
      return;
    }
    kept.timer = setTimeout(() => {
      idle.set(
        id,
        listOf(id).filter((one) => one !== kept),
      );
      drop(kept);
    }, IDLE_MS_MAX);
    idle.set(id, [...others, kept]);
  }

  async function opened(place: Place, signal: AbortSignal): Promise<Kept> {
    const connection = await open(place, signal);
    return { connection, version: place.source.updatedAt.getTime(), openedAt: now() };
  }

  return {
    async use(place, signal, work) {
      const { id } = place.source;
      const kept =
        take(place) ?? (await inTurn(opening(id), signal, async () => take(place) ?? opened(place, signal)));
      const stop = () => kept.connection.close();
      signal.addEventListener('abort', stop, { once: true });
      try {
        const result = await work(kept.connection);
        keep(id, kept);
        return result;
      } catch (error) {
        kept.connection.close();
        signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
    close() {
      closed = true;
      for (const kept of [...idle.values()].flat()) drop(kept);
      idle.clear();
    },
  };
}

function isFit({ connection, version, openedAt }: Kept, wanted: number, now: number): boolean {
  const age = now - openedAt;
  return connection.isOpen() && version === wanted && age >= 0 && age < READER_MS_MAX;
}

function drop({ connection, timer }: Kept): void {
  clearTimeout(timer);
  connection.close();
}
