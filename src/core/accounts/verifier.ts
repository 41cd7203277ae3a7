/** Looks at what opens accounts beside their own passwords, and notes that it was used. */
import { timingSafeEqual } from 'node:crypto';
import { NO_AUTHORITY } from '../access/authority.ts';
import type { Clock } from '../clock.ts';
import { hashOfBearerSecret } from '../credentials/bearer-secret.ts';
import type { SecretBox } from '../credentials/secrets.ts';
import type { ExtraVerifier, SignInDoor, Verdict } from '../credentials/verdict.ts';
import { changeOf, type Journal } from '../directory/journal.ts';
import type { Store, WriteTransaction } from '../directory/store.ts';
import type { Actor } from '../model/audit.ts';
import type { AppPassword, ExtraCredentials, TemporaryPassword } from '../model/extra-credentials.ts';
import { changeExtras, extrasOf } from './extras.ts';
import { useCode } from './totp.ts';

export interface ExtraVerifierDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly secretBox: Pick<SecretBox, 'open'>;
  readonly journal: Journal;
}

/** How often it is noted that a password was used. */
const USED_EVERY_MS = 5 * 60_000;

export function createExtraVerifier(dependencies: ExtraVerifierDependencies): ExtraVerifier {
  const { store, clock, secretBox } = dependencies;
  const openTemporary = createOpenTemporary(dependencies);
  const noteUsed = createNoteUsed(dependencies);

  return {
    async open(userId, password, door) {
      const app = door.kind === 'ldap' ? hashOfBearerSecret('app-password', password) : null;
      const temporary = hashOfBearerSecret('temporary', password);
      // Nearly no password looks like one of these: the others cost no look into the database.
      if (app === null && temporary === null) return null;
      const extras = await store.read((transaction) => extrasOf(transaction, userId));
      if (temporary !== null) return openTemporary(extras, temporary, door);
      const found = app === null ? undefined : extras.appPasswords.find(({ hash }) => isSame(hash, app));
      if (found === undefined) return null;
      if (!isWithinScope(found, door)) return WRONG;
      noteUsed(userId, found);
      return { ok: true };
    },

    async confirm(userId, code) {
      const now = clock.now();
      const used = ({ totp }: ExtraCredentials) =>
        totp === null || totp.confirmedAt === null ? null : useCode(userId, totp, code, now, secretBox);
      // Looked at first without a lock, which guessers must not hold.
      const extras = await store.read((transaction) => extrasOf(transaction, userId));
      if (used(extras) === null) return false;
      return store.write(async (transaction) => {
        const present = await extrasOf(transaction, userId);
        const totp = used(present);
        if (totp !== null) await transaction.putExtraCredentials({ ...present, totp });
        return totp !== null;
      });
    },
  };
}

const WRONG: Verdict = { ok: false, reason: 'wrong' };

function isWithinScope({ applicationId }: AppPassword, door: SignInDoor): boolean {
  return applicationId === null || (door.kind === 'ldap' && door.through.includes(applicationId));
}

function createOpenTemporary({ store, clock, journal }: ExtraVerifierDependencies) {
  /** Audited each time at the pages, now and then over LDAP, where an app binds for each of its requests. */
  function use(
    userId: string,
    { by, once }: TemporaryPassword,
    change: (transaction: WriteTransaction, present: ExtraCredentials) => Promise<void>,
    { hash, door }: { readonly hash: string; readonly door: SignInDoor },
  ): Promise<boolean> {
    return store.write(async (transaction) => {
      const present = await extrasOf(transaction, userId);
      const user = await transaction.user(userId);
      if (user === null || present.temporary?.hash !== hash) return false;
      await change(transaction, present);
      const authority = { ...NO_AUTHORITY, userId: by.userId };
      const where = door.kind === 'ldap' ? ('ldap' as const) : ('web' as const);
      const actor: Actor = { door: where, name: by.name, address: null, authority };
      const details = { username: user.username };
      const changes = once ? [changeOf('user', userId)] : [];
      const action = once ? 'user.owner-login-use' : 'user.impersonate-use';
      await journal(transaction, { at: clock.now(), actor, action, subjectId: userId, details, changes });
      return true;
    });
  }

  return async (extras: ExtraCredentials, hash: string, door: SignInDoor): Promise<Verdict | null> => {
    const { temporary, userId } = extras;
    const now = clock.now().getTime();
    if (temporary === null || !isSame(temporary.hash, hash) || now >= temporary.expiresAt) return null;
    if (temporary.once) {
      if (door.kind === 'ldap') return null;
      const isOurs = await use(userId, temporary, useUp, { hash, door });
      return isOurs ? { ok: true, rememberMs: 0 } : WRONG;
    }
    const isNoted = door.kind === 'ldap' && now - (temporary.lastUsedAt ?? 0) < USED_EVERY_MS;
    const note = (transaction: WriteTransaction, present: ExtraCredentials) =>
      transaction.putExtraCredentials({ ...present, temporary: { ...temporary, lastUsedAt: now } });
    if (!isNoted && !(await use(userId, temporary, note, { hash, door }))) return WRONG;
    return { ok: true, rememberMs: 0, until: new Date(temporary.expiresAt) };
  };
}

async function useUp(transaction: WriteTransaction, { userId }: ExtraCredentials): Promise<void> {
  const user = await transaction.user(userId);
  if (user !== null) await changeExtras(transaction, user, () => ({ temporary: null }));
}

/** In the background: who signs in does not wait for the writers' lock. */
function createNoteUsed({ store, clock }: ExtraVerifierDependencies) {
  const underWay = new Set<string>();
  return (userId: string, { id, lastUsedAt }: AppPassword): void => {
    const now = clock.now().getTime();
    if (now - (lastUsedAt ?? 0) < USED_EVERY_MS || underWay.has(id)) return;
    underWay.add(id);
    store
      .write(async (transaction) => {
        const present = await extrasOf(transaction, userId);
        const appPasswords = present.appPasswords.map((one) =>
          one.id === id ? { ...one, lastUsedAt: now } : one,
        );
        await transaction.putExtraCredentials({ ...present, appPasswords });
      })
      // Used again, it is noted again.
      .catch(() => undefined)
      .finally(() => underWay.delete(id));
  };
}

/** Hashes have one length. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
