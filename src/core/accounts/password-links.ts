/** Lets people choose their password by a link: for who has forgotten it, and for who is invited. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { NO_AUTHORITY } from '../access/authority.ts';
import type { Clock } from '../clock.ts';
import { hashOfBearerSecret, newBearerSecret } from '../credentials/bearer-secret.ts';
import { createBoundedMap } from '../credentials/bounded-map.ts';
import { isPaused, type Tally, type TallyRule, withFailure } from '../credentials/failure-tally.ts';
import { networkOf } from '../credentials/network.ts';
import type { Passwords } from '../credentials/passwords.ts';
import { authorityOf } from '../directory/authority.ts';
import { endAccess } from '../directory/ending.ts';
import { changeOf, type Journal } from '../directory/journal.ts';
import { notFound } from '../directory/lookup.ts';
import { createHashFor } from '../directory/new-password.ts';
import type { ReadTransaction, Store, WriteTransaction } from '../directory/store.ts';
import { requireOther } from '../directory/user-access.ts';
import { DirectoryError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { Actor } from '../model/audit.ts';
import type { LinkKind, PasswordLink } from '../model/extra-credentials.ts';
import { nameKey } from '../model/names.ts';
import { isEnabled, type User } from '../model/user.ts';
import { extrasOf } from './extras.ts';
import { letterOf } from './letters.ts';

/** For how long a link is good. */
export const LINK_LIFETIME_MS = 24 * 60 * 60_000;
/** Who asks for a link again sooner gets none: nobody's mailbox is to be flooded. */
const ASK_EVERY_MS = 5 * 60_000;
/** Asked for at the same time; more are forgotten. */
const ASKED_MAX = 20;
/** Of one network. */
const ASK_RULE: TallyRule = { free: 10, forgetMs: 60_000 };
const NETWORKS_MAX = 10_000;

export interface GivenLink {
  readonly user: User;
  readonly kind: LinkKind;
  readonly expiresAt: Date;
  /** The address to which it was sent, and shown to nobody else; null: it was not sent. */
  readonly sentTo: string | null;
  /** To be handed over; null where it was sent. */
  readonly url: string | null;
}

/** Throws DirectoryError: forbidden, not-found, conflict, invalid, unavailable. */
export interface PasswordLinks {
  /**
   * A link by which the user chooses a password; sent by mail where `send` and that is possible. 'forbidden' where a
   * source checks the password.
   */
  give(actor: Actor, username: string, options: { readonly send: boolean }): Promise<GivenLink>;
  /** As give, for who has no password yet: 'conflict' for who has one. */
  invite(actor: Actor, username: string, options: { readonly send: boolean }): Promise<GivenLink>;
  /** Sends a link to whoever has this address or username, in the background: nobody learns whether somebody has. */
  ask(nameOrEmail: string, address: string | null): void;
  /** Whose password the link chooses; null: it is not good, or not any more. */
  look(secret: string): Promise<{ readonly username: string; readonly kind: LinkKind } | null>;
  /** Sets the password; all sessions, API tokens and app passwords end. 'not-found' where the link is not good any more. */
  redeem(secret: string, password: string, address: string | null): Promise<User>;
}

export interface PasswordLinksDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly passwords: Pick<Passwords, 'hash'>;
  /** null: nothing is sent. */
  readonly mailer: Mailer | null;
  /** Of the pages, without a slash at its end. */
  readonly publicUrl: string;
  readonly log: Pick<Logger, 'warn'>;
}

export function createPasswordLinks(dependencies: PasswordLinksDependencies): PasswordLinks {
  const give = createGive(dependencies);
  return {
    give: (actor, username, { send }) => give(actor, (it) => requireLocal(it, actor, username), send),
    invite: (actor, username, { send }) =>
      give(
        actor,
        async (transaction) => {
          const user = await requireLocal(transaction, actor, username);
          if (user.passwordHash === null) return user;
          throw new DirectoryError('conflict', `${user.username} has a password: send a reset link instead.`);
        },
        send,
      ),
    ask: createAsk(dependencies, give),
    ...createRedeem(dependencies),
  };
}

type Give = ReturnType<typeof createGive>;

function createGive({ store, clock, journal, mailer, publicUrl }: PasswordLinksDependencies) {
  return async (
    actor: Actor,
    find: (transaction: WriteTransaction) => Promise<User>,
    send: boolean,
  ): Promise<GivenLink> => {
    const { secret, hash } = newBearerSecret('link');
    const url = `${publicUrl}/password/${secret}`;
    const { user, link, to } = await store.write(async (transaction) => {
      const user = await find(transaction);
      const at = clock.now();
      const link: PasswordLink = {
        kind: user.passwordHash === null ? 'invitation' : 'reset',
        hash,
        expiresAt: at.getTime() + LINK_LIFETIME_MS,
        passwordChangedAt: user.passwordChangedAt?.getTime() ?? null,
      };
      const to = send && mailer !== null ? addressOf(user) : null;
      await transaction.putExtraCredentials({ ...(await extrasOf(transaction, user.id)), link });
      const details = { username: user.username, sentTo: to };
      const action = link.kind === 'reset' ? 'user.reset-link' : 'user.invite';
      await journal(transaction, { at, actor, action, subjectId: user.id, details, changes: [] });
      return { user, link, to };
    });
    if (to !== null && mailer !== null) await mailer.send({ to, ...letterOf(link.kind, user, url) });
    const expiresAt = new Date(link.expiresAt);
    return { user, kind: link.kind, expiresAt, sentTo: to, url: to === null ? url : null };
  };
}

function addressOf({ email, profile }: User): string | null {
  return email ?? profile.fallbackEmail;
}

async function requireLocal(transaction: ReadTransaction, actor: Actor, username: string): Promise<User> {
  const user = await requireOther(transaction, actor, 'users.password', username);
  if (user.origin !== null)
    throw new DirectoryError(
      'forbidden',
      `The password of ${user.username} is kept by a source: change it there.`,
    );
  if (!isEnabled(user))
    throw new DirectoryError('conflict', `${user.username} is switched off: enable first.`);
  return user;
}

function createAsk(
  { store, clock, mailer, log }: PasswordLinksDependencies,
  give: Give,
): PasswordLinks['ask'] {
  let underWay = 0;
  const asked = createBoundedMap<Tally>(NETWORKS_MAX);

  function isTooOften(address: string | null): boolean {
    const network = networkOf(address ?? '') ?? '';
    const now = clock.now().getTime();
    const before = asked.get(network);
    if (isPaused(before, now)) return true;
    asked.set(network, withFailure(before, ASK_RULE, now));
    return false;
  }

  async function find(transaction: ReadTransaction, nameOrEmail: string): Promise<User | null> {
    const user = await (nameOrEmail.includes('@')
      ? transaction.userByEmail(nameOrEmail)
      : transaction.userByUsername(nameKey(nameOrEmail)));
    if (user === null || user.origin !== null || !isEnabled(user) || addressOf(user) === null) return null;
    const { link } = await extrasOf(transaction, user.id);
    const isEarly =
      link !== null && clock.now().getTime() - (link.expiresAt - LINK_LIFETIME_MS) < ASK_EVERY_MS;
    return isEarly ? null : user;
  }

  async function send(nameOrEmail: string, address: string | null): Promise<void> {
    const isThere = await store.read((transaction) => find(transaction, nameOrEmail));
    if (isThere === null) return;
    const actor: Actor = { door: 'web', name: 'nobody', address, authority: NO_AUTHORITY };
    await give(
      actor,
      async (it) => (await find(it, nameOrEmail)) ?? notFound('It was asked for twice.'),
      true,
    );
  }

  return (nameOrEmail, address) => {
    if (mailer === null || underWay >= ASKED_MAX || isTooOften(address)) return;
    underWay += 1;
    // Once the answer has gone out: it must not take longer where there is somebody to write to.
    nextTurn()
      .then(() => send(nameOrEmail.trim(), address))
      .catch((err: unknown) => log.warn({ err }, 'A link to choose a password could not be sent.'))
      .finally(() => {
        underWay -= 1;
      });
  };
}

function createRedeem({
  store,
  clock,
  journal,
  passwords,
}: PasswordLinksDependencies): Pick<PasswordLinks, 'look' | 'redeem'> {
  const hashFor = createHashFor({ store, passwords });

  async function find(transaction: ReadTransaction, secret: string): Promise<Found | null> {
    const hash = hashOfBearerSecret('link', secret);
    const extras = hash === null ? null : await transaction.extraCredentialsByLink(hash);
    if (extras === null || extras.link === null) return null;
    const { userId, link } = extras;
    const user = await transaction.user(userId);
    if (user === null || !isEnabled(user) || user.origin !== null) return null;
    const isSpent = (user.passwordChangedAt?.getTime() ?? null) !== link.passwordChangedAt;
    return isSpent || clock.now().getTime() >= link.expiresAt ? null : { user, link };
  }

  return {
    async look(secret) {
      const found = await store.read((transaction) => find(transaction, secret));
      return found && { username: found.user.username, kind: found.link.kind };
    },

    async redeem(secret, password, address) {
      const person = await store.read((transaction) => find(transaction, secret));
      if (person === null) throw notGood();
      const passwordHash = await hashFor(person.user, password);
      return store.write(async (transaction) => {
        const found = await find(transaction, secret);
        if (found === null) throw notGood();
        const at = clock.now();
        const times = { passwordChangedAt: at, updatedAt: at, ownUpdatedAt: at };
        const { extraCredentials: count } = found.user;
        const extraCredentials = count > 0 ? count + 1 : count;
        const user = { ...found.user, passwordHash, extraCredentials, ...times };
        await transaction.updateUsers([user]);
        await endAccess(transaction, user.id);
        const authority = await authorityOf(transaction, user);
        const actor: Actor = { door: 'web', name: user.username, address, authority };
        const details = { username: user.username, link: found.link.kind };
        const changes = [changeOf('user', user.id)];
        await journal(transaction, {
          at,
          actor,
          action: 'user.password',
          subjectId: user.id,
          details,
          changes,
        });
        return user;
      });
    },
  };
}

interface Found {
  readonly user: User;
  readonly link: PasswordLink;
}

function notGood(): DirectoryError {
  return new DirectoryError('not-found', 'This link is not good any more: ask for another one.');
}
