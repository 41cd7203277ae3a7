/** Makes, finds and revokes personal API tokens. */
import { requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import { hashOfBearerSecret, newBearerSecret } from '../credentials/bearer-secret.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import type { Actor } from '../model/audit.ts';
import { nameKey, normaliseText } from '../model/names.ts';
import { TOKEN_DAYS_MAX, TOKENS_PER_USER_MAX, type Token, USED_EVERY_MS } from '../model/token.ts';
import { checkPermissions, requireSelf } from './authority.ts';
import type { Journal } from './journal.ts';
import { notFound, quote } from './lookup.ts';
import { type SignedIn, signedInOf } from './sessions.ts';
import type { Store } from './store.ts';

export interface NewToken {
  readonly name: string;
  /** At most those of the actor. */
  readonly permissions: readonly string[];
  /** Until it expires: 1 to 366. */
  readonly days: number;
}

export interface TokenSignIn extends SignedIn {
  readonly token: Token;
}

/** A user's own tokens; actors that are no users have none: 'forbidden'. */
export interface Tokens {
  /** The secret is shown once: roster_t_ and 43 characters. */
  add(actor: Actor, input: NewToken): Promise<{ readonly token: Token; readonly secret: string }>;
  /** In the order of names, expired ones too. */
  list(actor: Actor): Promise<readonly Token[]>;
  /** By id or name. Throws DirectoryError 'not-found'. */
  revoke(actor: Actor, idOrName: string): Promise<Token>;
  /** null: not a secret of a live token of an enabled user. The authority is the user's, narrowed to the token's. */
  resolve(secret: string): Promise<TokenSignIn | null>;
}

export interface TokensDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly journal: Journal;
}

const NAME_LENGTH_MAX = 100;
const DAY_MS = 24 * 60 * 60_000;

export function createTokens(dependencies: TokensDependencies): Tokens {
  const { store, clock, newId, journal } = dependencies;
  const noteUsed = createNoteUsed(dependencies);

  return {
    add: (actor, input) =>
      store.write(async (transaction) => {
        const userId = requireSelf(actor);
        refuseImpersonated(actor);
        const fields = normalise(actor, input);
        refuseTaken(await transaction.tokensOf(userId), fields.name);
        const at = clock.now();
        const expiresAt = new Date(at.getTime() + input.days * DAY_MS);
        const { secret, hash } = newBearerSecret('token');
        const times = { createdAt: at, expiresAt, lastUsedAt: null };
        const token: Token = { id: newId(), userId, ...fields, secretHash: hash, ...times };
        await transaction.insertToken(token);
        const details = { token: token.id, ...fields, expiresAt };
        await journal(transaction, {
          at,
          actor,
          action: 'token.add',
          subjectId: userId,
          details,
          changes: [],
        });
        return { token, secret };
      }),

    async list(actor) {
      const userId = requireSelf(actor);
      return store.read((transaction) => transaction.tokensOf(userId));
    },

    revoke: (actor, idOrName) =>
      store.write(async (transaction) => {
        const userId = requireSelf(actor);
        const token = findToken(await transaction.tokensOf(userId), idOrName);
        await transaction.deleteTokens([token.id]);
        const details = { token: token.id, name: token.name };
        const line = { at: clock.now(), actor, subjectId: userId, details, changes: [] };
        await journal(transaction, { ...line, action: 'token.revoke' });
        return token;
      }),

    async resolve(secret) {
      const hash = hashOfBearerSecret('token', secret);
      if (hash === null) return null;
      const now = clock.now();
      const found = await store.read(async (transaction) => {
        const token = await transaction.tokenByHash(hash);
        if (token === null || token.expiresAt <= now) return null;
        const signedIn = await signedInOf(transaction, token.userId);
        return signedIn === null ? null : { ...narrowed(signedIn, token), token };
      });
      if (found !== null) noteUsed(found.token, now);
      return found;
    },
  };
}

/** A token would outlive the temporary password. */
function refuseImpersonated({ authority }: Actor): void {
  if (!authority.impersonated) return;
  throw new DirectoryError('forbidden', 'Nobody makes tokens in the name of somebody else.');
}

function narrowed({ authority, ...signedIn }: SignedIn, { permissions }: Token): SignedIn {
  const left = permissions.filter((permission) => authority.permissions.has(permission));
  return { ...signedIn, authority: { ...authority, permissions: new Set(left) } };
}

function normalise(actor: Actor, { name, permissions, days }: NewToken): Pick<Token, 'name' | 'permissions'> {
  const text = normaliseText(name, 'name');
  if (text.length === 0 || text.length > NAME_LENGTH_MAX) {
    throw invalid(
      'name',
      `A token has a name of 1 to ${NAME_LENGTH_MAX} characters, which says what it is for.`,
    );
  }
  if (!Number.isInteger(days) || days < 1 || days > TOKEN_DAYS_MAX) {
    throw invalid('days', `A token is good for 1 to ${TOKEN_DAYS_MAX} days.`);
  }
  const checked = checkPermissions(permissions);
  if (checked.length === 0) throw invalid('permissions', 'A token without permissions opens nothing.');
  for (const permission of checked) requirePermission(actor, permission);
  return { name: text, permissions: checked };
}

function refuseTaken(tokens: readonly Token[], name: string): void {
  if (tokens.some((token) => nameKey(token.name) === nameKey(name))) {
    const message = 'You have a token of this name already.';
    throw new DirectoryError('conflict', message, { field: 'name' });
  }
  if (tokens.length < TOKENS_PER_USER_MAX) return;
  const message = `You have ${TOKENS_PER_USER_MAX} tokens already, which is the most: revoke one first.`;
  throw new DirectoryError('conflict', message);
}

function findToken(tokens: readonly Token[], idOrName: string): Token {
  return (
    tokens.find(({ id }) => id === idOrName) ??
    tokens.find(({ name }) => nameKey(name) === nameKey(idOrName)) ??
    notFound(`You have no token named ${quote(idOrName)}.`)
  );
}

/** As for sessions: in the background, and seldom. */
function createNoteUsed({ store }: TokensDependencies): (token: Token, now: Date) => void {
  const underWay = new Set<string>();
  return (token, now) => {
    const { id, lastUsedAt } = token;
    if (underWay.has(id) || (lastUsedAt !== null && now.getTime() - lastUsedAt.getTime() < USED_EVERY_MS)) {
      return;
    }
    underWay.add(id);
    store
      .write((transaction) => transaction.updateToken({ ...token, lastUsedAt: now }))
      .catch(() => undefined)
      .finally(() => underWay.delete(id));
  };
}

function invalid(field: string, message: string): DirectoryError {
  return new DirectoryError('invalid', message, { field });
}
