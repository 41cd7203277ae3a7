/** Sets up and switches off the second factor of people. */
import { accountOf } from '../access/sign-in.ts';
import type { Clock } from '../clock.ts';
import { requireOwnPassword } from '../credentials/own-password.ts';
import type { SecretBox } from '../credentials/secrets.ts';
import type { Credentials, SignInDoor } from '../credentials/verdict.ts';
import { changeOf, type Journal } from '../directory/journal.ts';
import { isSecondFactorDue } from '../directory/second-factor-due.ts';
import type { ReadTransaction, Store, WriteTransaction } from '../directory/store.ts';
import { requireOther } from '../directory/user-access.ts';
import { DirectoryError } from '../errors.ts';
import type { Actor } from '../model/audit.ts';
import type { User } from '../model/user.ts';
import { changeExtras, extrasOf } from './extras.ts';
import { newRecoveryCodes, newTotp, type RandomBytes, useCode } from './totp.ts';

export interface SecondFactorState {
  readonly enabled: boolean;
  /** Whether the settings demand one. */
  readonly required: boolean;
  readonly recoveryCodesLeft: number;
  /** Whether the own password is asked for; see offer. */
  readonly passwordAsked: boolean;
}

/** What an authenticator is given; it counts once `confirm` was called with a code of it. */
export interface SecondFactorOffer {
  /** base32. */
  readonly secret: string;
  /** otpauth://... */
  readonly uri: string;
  /** The same as a picture: SVG. */
  readonly qrSvg: string;
}

/** Throws DirectoryError: forbidden, conflict; 'unauthenticated' for a wrong password. */
export interface SecondFactors {
  state(actor: Actor): Promise<SecondFactorState>;
  /** Asks for the own password, if there is one. 'conflict' where there is one already. */
  offer(actor: Actor, password: string): Promise<SecondFactorOffer>;
  /** Switches it on; returns the recovery codes, shown this once. 'invalid' (field `code`) for a wrong code. */
  confirm(actor: Actor, code: string): Promise<readonly string[]>;
  /** Others in the place of the recovery codes that are left. */
  newRecoveryCodes(actor: Actor, password: string): Promise<readonly string[]>;
  /** The own one, by password and code. */
  switchOff(actor: Actor, password: string, code: string): Promise<void>;
  /** Of somebody of a lower role, who has lost it. */
  switchOffOf(actor: Actor, username: string): Promise<User>;
}

export interface SecondFactorsDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly secretBox: SecretBox;
  readonly credentials: Credentials;
  readonly random: RandomBytes;
}

export function createSecondFactors(dependencies: SecondFactorsDependencies): SecondFactors {
  const { store, clock, secretBox, credentials, random } = dependencies;
  const change = createChange(dependencies);

  async function proven(actor: Actor, password: string): Promise<User> {
    const user = await store.read((transaction) => requireOwn(transaction, actor));
    await requireOwnPassword(credentials, user, password, actor.address);
    return user;
  }

  return {
    state: (actor) =>
      store.read(async (transaction) => {
        const user = await requireOwn(transaction, actor);
        const { totp } = await extrasOf(transaction, user.id);
        return {
          enabled: user.secondFactor,
          required: await isSecondFactorDue(transaction, user.role),
          passwordAsked: hasPassword(user),
          recoveryCodesLeft: user.secondFactor ? (totp?.recoveryHashes.length ?? 0) : 0,
        };
      }),

    async offer(actor, password) {
      const present = await store.read((transaction) => requireOwn(transaction, actor));
      // Who signs in elsewhere has no password that could be asked for.
      const { id, username } = hasPassword(present) ? await proven(actor, password) : present;
      const { totp, secret, uri } = newTotp(id, username, secretBox, random);
      await store.write(async (transaction) => {
        refuseTwice(await requireOwn(transaction, actor));
        await transaction.putExtraCredentials({ ...(await extrasOf(transaction, id)), totp });
      });
      const { toString: qrCodeOf } = await import('qrcode');
      return { secret, uri, qrSvg: await qrCodeOf(uri, { type: 'svg' }) };
    },

    async confirm(actor, code) {
      const { codes, hashes } = newRecoveryCodes(random);
      await change(actor, requireOwn, 'second-factor.enable', ({ totp }, user) => {
        refuseTwice(user);
        const now = clock.now();
        const used = totp && useCode(user.id, totp, code, now, secretBox);
        if (used === null) throw wrongCode();
        return { ...used, confirmedAt: now.getTime(), recoveryHashes: hashes };
      });
      return codes;
    },

    async newRecoveryCodes(actor, password) {
      await proven(actor, password);
      const { codes, hashes } = newRecoveryCodes(random);
      await change(actor, requireOwn, 'second-factor.recovery-codes', ({ totp }, user) => {
        if (totp === null || !user.secondFactor) throw new DirectoryError('conflict', NONE);
        return { ...totp, recoveryHashes: hashes };
      });
      return codes;
    },

    async switchOff(actor, password, code) {
      const user = await proven(actor, password);
      // As a sign-in, so that guesses at codes are counted.
      const context = { address: actor.address, name: user.username, secondFactor: code, door: PAGES };
      const verdict = await credentials.verify(accountOf(user), password, context);
      if (!verdict.ok) throw wrongCode();
      await change(actor, requireOwn, 'second-factor.disable', () => null);
    },

    switchOffOf: (actor, username) =>
      change(
        actor,
        (transaction) => requireOther(transaction, actor, 'users.second-factor', username),
        'second-factor.disable',
        () => null,
      ),
  };
}

function hasPassword({ passwordHash, origin }: User): boolean {
  return passwordHash !== null || origin !== null;
}

const NONE = 'You have no second factor.';
const PAGES: SignInDoor = { kind: 'pages' };

function createChange({ store, clock, journal }: SecondFactorsDependencies) {
  return (
    actor: Actor,
    find: (transaction: WriteTransaction, actor: Actor) => Promise<User>,
    action: string,
    changed: (before: Extras, user: User) => Extras['totp'],
  ): Promise<User> =>
    store.write(async (transaction) => {
      const user = await find(transaction, actor);
      await changeExtras(transaction, user, (before) => ({ totp: changed(before, user) }));
      const details = { username: user.username };
      const changes = [changeOf('user', user.id)];
      await journal(transaction, { at: clock.now(), actor, action, subjectId: user.id, details, changes });
      return user;
    });
}

type Extras = Awaited<ReturnType<typeof extrasOf>>;

/** Not by the permission `self`: without a second factor that is due there are no permissions. */
async function requireOwn(transaction: Pick<ReadTransaction, 'user'>, actor: Actor): Promise<User> {
  const { userId } = actor.authority;
  const user = userId === null ? null : await transaction.user(userId);
  if (user !== null) return user;
  throw new DirectoryError('forbidden', 'Only users have a second factor.');
}

function refuseTwice({ secondFactor }: User): void {
  if (secondFactor)
    throw new DirectoryError('conflict', 'You have a second factor already: switch it off first.');
}

function wrongCode(): DirectoryError {
  return new DirectoryError('invalid', 'The code is wrong, or was used before: wait for the next one.', {
    field: 'code',
  });
}
