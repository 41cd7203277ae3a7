/** Begins, finds and ends the sessions of people at the pages and the API. */
import { type Authority, NO_AUTHORITY } from '../access/authority.ts';
import type { Clock } from '../clock.ts';
import { hashOfBearerSecret, newBearerSecret } from '../credentials/bearer-secret.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import type { Actor, Door } from '../model/audit.ts';
import { oneLine } from '../model/names.ts';
import {
  isImpersonated,
  isLive,
  SEEN_EVERY_MS,
  SESSION_LIFETIMES,
  SESSIONS_PER_USER_MAX,
  type Session,
  type SessionKind,
  USER_AGENT_LENGTH_MAX,
} from '../model/session.ts';
import { isEnabled, type User } from '../model/user.ts';
import { authorityOf, requireOwnOrOver, requireSelf } from './authority.ts';
import { endSessions } from './ending.ts';
import type { Journal } from './journal.ts';
import { notFound } from './lookup.ts';
import { isSecondFactorDue, isSecondFactorElsewhere } from './second-factor-due.ts';
import type { ReadTransaction, Store, WriteTransaction } from './store.ts';

export interface NewSession {
  /** Who has signed in, with all factors. */
  readonly userId: string;
  readonly kind: SessionKind;
  readonly address: string | null;
  readonly userAgent: string;
  /** The end at the latest; null: as sessions end. */
  readonly until?: Date | null;
  /** See Session; absent: it does not. */
  readonly secondFactorElsewhere?: boolean;
}

/** Who is behind a session or token, with the rights of this moment. */
export interface SignedIn {
  readonly user: User;
  /** Without any permission while owesSecondFactor. */
  readonly authority: Authority;
  /** A second factor is due, and not set up yet: nothing else can be done. */
  readonly owesSecondFactor: boolean;
}

export interface OpenSession extends SignedIn {
  readonly session: Session;
}

export interface StartedSession extends OpenSession {
  /** Shown to the client and kept nowhere: roster_s_ and 43 characters; of the API with the id of the session. */
  readonly secret: string;
}

export interface Sessions {
  /** Throws DirectoryError 'forbidden' where the user is gone or switched off. */
  start(input: NewSession): Promise<StartedSession>;
  /** Of the pages. null: not a secret of a live session of an enabled user. */
  resolve(secret: string): Promise<OpenSession | null>;
  /** Of the API. As resolve, by the id that a signed access token carries. */
  byId(id: string): Promise<OpenSession | null>;
  /**
   * Of the API. Exchanges the secret, the refresh token, for a new one. null as for resolve; any that was exchanged before
   * ends the session, since two hold it (RFC 9700 section 4.14.2).
   */
  rotate(secret: string): Promise<StartedSession | null>;
  /** The actor's own live sessions, the one last seen first. */
  list(actor: Actor): Promise<readonly Session[]>;
  /** One of the actor's own. Throws DirectoryError 'not-found'. */
  end(actor: Actor, id: string): Promise<void>;
  /** All of a user, but the one of the id `except`; tells how many. Others' need users.edit. */
  endAll(actor: Actor, username: string, except?: string): Promise<number>;
}

export interface SessionsDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly journal: Journal;
}

export function createSessions(dependencies: SessionsDependencies): Sessions {
  const { store, clock, newId, journal } = dependencies;
  const noteSeen = createNoteSeen(dependencies);

  async function opened(find: (it: ReadTransaction) => Promise<Session | null>): Promise<OpenSession | null> {
    const now = clock.now();
    const open = await store.read(async (transaction) => openOf(transaction, await find(transaction), now));
    if (open !== null) noteSeen(open.session, now);
    return open;
  }

  return {
    start: ({ userId, kind, address, userAgent, until, secondFactorElsewhere = false }) =>
      store.write(async (transaction) => {
        const at = clock.now();
        const { user, ...rights } = await requireSignedIn(transaction, userId, secondFactorElsewhere);
        const { authority } = rights;
        await makeRoom(transaction, userId, at);
        const { secret, hash } = newBearerSecret('session');
        const session: Session = {
          ...{
            id: newId(),
            userId,
            kind,
            secretHash: hash,
            previousHash: null,
            createdAt: at,
            lastSeenAt: at,
          },
          expiresAt: until ?? new Date(at.getTime() + SESSION_LIFETIMES[kind].absoluteMs),
          ...{
            address,
            userAgent: oneLine(userAgent).slice(0, USER_AGENT_LENGTH_MAX),
            secondFactorElsewhere,
          },
        };
        await transaction.insertSession(session);
        const actor: Actor = { door: DOORS[kind], name: user.username, address, authority };
        const details = { session: session.id };
        await journal(transaction, { ...entry(at, actor, userId), action: 'session.start', details });
        return { user, ...rights, session, secret: kind === 'api' ? refreshToken(secret, session) : secret };
      }),

    async resolve(secret) {
      const hash = hashOfBearerSecret('session', secret);
      if (hash === null) return null;
      return opened(async (transaction) => {
        const session = await transaction.sessionByHash(hash);
        return session?.kind === 'page' && session.secretHash === hash ? session : null;
      });
    },

    byId: (id) =>
      opened(async (transaction) => {
        const session = await transaction.session(id);
        return session?.kind === 'api' ? session : null;
      }),

    rotate: createRotate(dependencies),
    ...createOwnSessions(dependencies),
  };
}

function createRotate({ store, clock, journal }: SessionsDependencies): Sessions['rotate'] {
  return async (secret) => {
    const [text = '', id] = secret.split('.');
    const hash = hashOfBearerSecret('session', text);
    if (hash === null || (id !== undefined && !SESSION_ID.test(id))) return null;
    return store.write(async (transaction) => {
      const at = clock.now();
      // Those that were handed out before ids went with them are known by their hashes alone.
      const named = id === undefined ? transaction.sessionByHash(hash) : transaction.session(id);
      const open = await openOf(transaction, await named, at);
      if (open?.session.kind !== 'api') return null;
      const { session, ...signedIn } = open;
      if (session.secretHash !== hash) {
        await transaction.deleteSessions([session.id]);
        const actor: Actor = { door: 'http', name: 'nobody', address: null, authority: NO_AUTHORITY };
        const details = { session: session.id, username: signedIn.user.username };
        await journal(transaction, { ...entry(at, actor, session.userId), action: 'session.reuse', details });
        return null;
      }
      const next = newBearerSecret('session');
      const rotated = { ...session, secretHash: next.hash, previousHash: hash, lastSeenAt: at };
      await transaction.updateSession(rotated);
      return { ...signedIn, session: rotated, secret: refreshToken(next.secret, rotated) };
    });
  };
}

/** By the id a session is found whose secret was exchanged long ago. */
function refreshToken(secret: string, { id }: Session): string {
  return `${secret}.${id}`;
}

const SESSION_ID = /^[\w-]{1,64}$/;

function createOwnSessions({
  store,
  clock,
  journal,
}: SessionsDependencies): Pick<Sessions, 'list' | 'end' | 'endAll'> {
  return {
    async list(actor) {
      const userId = requireSelf(actor);
      const sessions = await store.read((transaction) => transaction.sessionsOf(userId));
      return sessions
        .filter((session) => isLive(session, clock.now()))
        .toSorted((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime());
    },

    end: (actor, id) =>
      store.write(async (transaction) => {
        const userId = requireSelf(actor);
        const session = await transaction.session(id);
        if (session?.userId !== userId) return notFound('There is no session of yours with this id.');
        await transaction.deleteSessions([id]);
        const details = { session: id };
        await journal(transaction, {
          ...entry(clock.now(), actor, userId),
          action: 'session.end',
          details,
        });
      }),

    endAll: (actor, username, except) =>
      store.write(async (transaction) => {
        const user = await requireOwnOrOver(transaction, actor, 'users.edit', username);
        const count = await endSessions(transaction, user.id, except);
        const details = { username: user.username, count };
        await journal(transaction, {
          ...entry(clock.now(), actor, user.id),
          action: 'session.end-all',
          details,
        });
        return count;
      }),
  };
}

const DOORS: Readonly<Record<SessionKind, Door>> = { page: 'web', api: 'http' };

/** A session with its user, where both are good. */
async function openOf(
  transaction: ReadTransaction,
  session: Session | null,
  now: Date,
): Promise<OpenSession | null> {
  if (session === null || !isLive(session, now)) return null;
  const signedIn = await signedInOf(transaction, session.userId, session.secondFactorElsewhere);
  if (signedIn === null) return null;
  const authority = { ...signedIn.authority, impersonated: isImpersonated(session) };
  return { ...signedIn, authority, session };
}

/** null where the user is gone or switched off. */
export async function signedInOf(
  transaction: ReadTransaction,
  userId: string,
  secondFactorElsewhere = false,
): Promise<SignedIn | null> {
  const user = await transaction.user(userId);
  if (user === null || !isEnabled(user)) return null;
  const authority = await authorityOf(transaction, user);
  const owesSecondFactor =
    !user.secondFactor &&
    (await isSecondFactorDue(transaction, user.role)) &&
    !(secondFactorElsewhere && (await isSecondFactorElsewhere(transaction)));
  return {
    user,
    authority: owesSecondFactor ? { ...authority, permissions: new Set() } : authority,
    owesSecondFactor,
  };
}

async function requireSignedIn(
  transaction: ReadTransaction,
  userId: string,
  secondFactorElsewhere: boolean,
): Promise<SignedIn> {
  const signedIn = await signedInOf(transaction, userId, secondFactorElsewhere);
  if (signedIn !== null) return signedIn;
  throw new DirectoryError('forbidden', 'This account is switched off.');
}

/** Deletes what is over, and what has been unseen longest where there are too many. */
async function makeRoom(transaction: WriteTransaction, userId: string, now: Date): Promise<void> {
  const sessions = (await transaction.sessionsOf(userId)).toSorted(
    (a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime(),
  );
  const live = sessions.filter((session) => isLive(session, now)).slice(0, SESSIONS_PER_USER_MAX - 1);
  const over = sessions.filter((session) => !live.includes(session));
  await transaction.deleteSessions(over.map(({ id }) => id));
}

/** Notes in the background that a session was seen; an answer does not wait for the writers' lock. */
function createNoteSeen({ store }: SessionsDependencies): (session: Session, now: Date) => void {
  const underWay = new Set<string>();
  return ({ id, lastSeenAt }, now) => {
    if (now.getTime() - lastSeenAt.getTime() < SEEN_EVERY_MS || underWay.has(id)) return;
    underWay.add(id);
    store
      .write(async (transaction) => {
        const session = await transaction.session(id);
        if (session !== null) await transaction.updateSession({ ...session, lastSeenAt: now });
      })
      // Seen again, it is noted again.
      .catch(() => undefined)
      .finally(() => underWay.delete(id));
  };
}

/** Sessions are not followed by the change feed: who asks reads their rows. */
function entry(at: Date, actor: Actor, subjectId: string) {
  return { at, actor, subjectId, changes: [] };
}
