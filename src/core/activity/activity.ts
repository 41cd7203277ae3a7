/** What happened lately on this server, in memory: sign-ins and searches with their reasons, counts, and who connects. */
import { requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import { createBoundedMap } from '../credentials/bounded-map.ts';
import type { Actor } from '../model/audit.ts';
import { createCounts, type IntervalCounts } from './counts.ts';
import { isSuccess, SIGN_IN_SENTENCES, type SignInReason } from './reasons.ts';

export type ActivityKind = 'sign-in' | 'search' | 'connection';

/** One thing that happened. */
export interface ActivityLine {
  /** Rises. */
  readonly id: number;
  readonly at: Date;
  readonly kind: ActivityKind;
  /** Who; of a name that nobody has, nothing that was typed. */
  readonly name: string;
  /** What was asked for; of a filter its shape, without values. */
  readonly subject: string;
  readonly address: string | null;
  /** Name of the application by which it came; null: none is known. */
  readonly through: string | null;
  readonly ok: boolean;
  /** A whole sentence. */
  readonly reason: string;
}

export interface SignInSeen {
  readonly door: 'LDAP' | 'web';
  /** As it may be shown: masked where nobody has it. */
  readonly name: string;
  readonly address: string | null;
  readonly through: string | null;
  /** Of the application that signed in itself; null: it was none. */
  readonly applicationId: string | null;
  readonly reason: SignInReason;
}

export interface SearchSeen {
  readonly name: string;
  readonly subject: string;
  readonly address: string;
  readonly ok: boolean;
  readonly reason: string;
}

/** Somebody who connected lately. */
export interface RecentClient {
  readonly address: string;
  /** Who bound from there last. */
  readonly name: string;
  readonly at: Date;
}

export interface ActivityQuery {
  /** null: all. */
  readonly kind: ActivityKind | null;
  readonly failedOnly: boolean;
  /** A part of name, subject or address; empty: all. */
  readonly text: string;
  readonly limit: number;
}

/** Readings need audit.read. */
export interface Activity {
  signIn(seen: SignInSeen): void;
  /** Sign-ins that are only counted. */
  moreSignIns(counts: { readonly ok: number; readonly failed: number }): void;
  /** Of many searches only some are described: `describe` is asked for those. */
  search(ok: boolean, describe: () => SearchSeen): void;
  /** A connection that did not get as far as a sign-in. */
  connection(address: string, reason: string): void;
  /** The newest first. */
  list(actor: Actor, query: ActivityQuery): readonly ActivityLine[];
  /** Rises whenever something happens. */
  newest(): number;
  /** Sign-ins in intervals, the newest last. */
  counts(actor: Actor): readonly IntervalCounts[];
  /** Who bound over LDAP since the start, the newest first. */
  clients(actor: Actor): readonly RecentClient[];
  /** When an application bound last since the start; null: it did not. */
  lastUse(applicationId: string): Date | null;
}

/** Lines kept of each kind, so that a flood of one does not push out the others. */
export const LINES_MAX = 500;
/** Searches are described so often in a second; the others are only counted in the metrics. */
export const SEARCHES_PER_SECOND_MAX = 20;
/** Clients write names and bases as long as a message may be. */
const TEXT_LENGTH_MAX = 300;
const CLIENTS_MAX = 1000;
const APPLICATIONS_MAX = 1000;

export function createActivity({ clock }: { readonly clock: Clock }): Activity {
  const rings: Readonly<Record<ActivityKind, ActivityLine[]>> = {
    'sign-in': [],
    search: [],
    connection: [],
  };
  const counts = createCounts();
  /** By address. */
  const clients = createBoundedMap<RecentClient>(CLIENTS_MAX);
  const uses = createBoundedMap<Date>(APPLICATIONS_MAX);
  const paces = { well: createPace(), failed: createPace(), refused: createPace() };
  let newest = 0;

  function add(kind: ActivityKind, line: Omit<ActivityLine, 'id' | 'kind'>): void {
    newest += 1;
    const ring = rings[kind];
    const { at, address, through, ok } = line;
    const [name, subject, reason] = [cut(line.name), cut(line.subject), cut(line.reason)];
    ring.push({ id: newest, at, kind, name, subject, address, through, ok, reason });
    // Shifting each time would move the whole ring for each line.
    if (ring.length >= 2 * LINES_MAX) ring.splice(0, LINES_MAX);
  }

  return {
    signIn({ door, name, address, through, applicationId, reason }) {
      const at = clock.now();
      const ok = isSuccess(reason);
      if (reason !== 'anonymous') counts.add(at, ok);
      const subject = door === 'LDAP' ? 'over LDAP' : 'at the pages or the API';
      add('sign-in', { at, name, subject, address, through, ok, reason: SIGN_IN_SENTENCES[reason] });
      if (reason !== 'ok' || door !== 'LDAP' || address === null) return;
      clients.set(address, { address, name: cut(through ?? name), at });
      if (applicationId !== null) uses.set(applicationId, at);
    },
    moreSignIns({ ok, failed }) {
      const at = clock.now();
      counts.add(at, true, ok);
      counts.add(at, false, failed);
    },
    search(ok, describe) {
      const at = clock.now();
      if ((ok ? paces.well : paces.failed)(at.getTime()))
        add('search', { at, through: null, ...describe(), ok });
    },
    connection: (address, reason) => {
      const at = clock.now();
      if (!paces.refused(at.getTime())) return;
      add('connection', { at, name: '', subject: '', address, through: null, ok: false, reason });
    },
    list(actor, query) {
      requirePermission(actor, 'audit.read');
      const kinds = query.kind === null ? (Object.keys(rings) as ActivityKind[]) : [query.kind];
      return kinds
        .flatMap((kind) => rings[kind].slice(-LINES_MAX))
        .filter((line) => isWanted(line, query))
        .toSorted((one, other) => other.id - one.id)
        .slice(0, query.limit);
    },
    newest: () => newest,
    counts(actor) {
      requirePermission(actor, 'audit.read');
      return counts.until(clock.now());
    },
    clients(actor) {
      requirePermission(actor, 'audit.read');
      return [...clients.values()];
    },
    lastUse: (applicationId) => uses.get(applicationId) ?? null,
  };
}

function cut(text: string): string {
  return text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}...` : text;
}

function isWanted(line: ActivityLine, { failedOnly, text }: ActivityQuery): boolean {
  if (failedOnly && line.ok) return false;
  if (text === '') return true;
  const wanted = text.toLowerCase();
  return [line.name, line.subject, line.address ?? '', line.through ?? ''].some((value) =>
    value.toLowerCase().includes(wanted),
  );
}

/** Whether there is still room in this second. */
export function createPace(): (now: number) => boolean {
  let second = 0;
  let taken = 0;
  return (now) => {
    const present = Math.floor(now / 1000);
    if (present !== second) [second, taken] = [present, 0];
    taken += 1;
    return taken <= SEARCHES_PER_SECOND_MAX;
  };
}
