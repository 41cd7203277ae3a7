/** Keeps where the external authority is; while one is set, people are managed there and not here. */
import { requirePermission, requireUpTo } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import type { SecretBox } from '../credentials/secrets.ts';
import { DirectoryError } from '../errors.ts';
import type { Actor } from '../model/audit.ts';
import {
  AUTHORITY_DEFAULTS,
  checkAuthorityToken,
  type ExternalAuthorityFields,
  type ExternalAuthoritySettings,
  normaliseAuthority,
} from '../model/external-authority.ts';
import { builtInRole } from '../model/role.ts';
import { authorityOfRole } from './authority.ts';
import { changeOf, type Journal } from './journal.ts';
import type { ReadTransaction, Store, WriteTransaction } from './store.ts';

/** What is given is changed; at first all but the URL has a default. */
export interface ExternalAuthorityChanges extends Partial<ExternalAuthorityFields> {
  /** Clear text; null: none any more. With another URL or CA it must be given anew. */
  readonly token?: string | null;
}

/** As it may be shown. */
export interface ShownAuthority extends ExternalAuthorityFields {
  readonly hasToken: boolean;
}

/** What leads to it, for the door alone that asks it. */
export interface ExternalAuthorityAccess extends ExternalAuthorityFields {
  readonly token: string | null;
}

/** Throws DirectoryError: forbidden, invalid. */
export interface ExternalAuthorityKeeper {
  /** null: none is set. Needs settings.read. */
  current(actor: Actor): Promise<ShownAuthority | null>;
  /** Needs settings.edit, and a role as high as the authority may give. Running servers follow at once. */
  set(actor: Actor, changes: ExternalAuthorityChanges): Promise<ShownAuthority>;
  /** People are managed here again; those of the authority stay, without a password. */
  remove(actor: Actor): Promise<void>;
  /** Its URL, while people are managed there; null: they are managed here. For everybody. */
  managedAt(): Promise<string | null>;
  /** null: none is set. 'unavailable' where this server's key does not open the token. */
  access(): Promise<ExternalAuthorityAccess | null>;
}

export interface ExternalAuthorityDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly secretBox: SecretBox;
  readonly journal: Journal;
}

export function createExternalAuthorityKeeper(
  dependencies: ExternalAuthorityDependencies,
): ExternalAuthorityKeeper {
  const { store, clock, secretBox, journal } = dependencies;

  async function put(
    transaction: WriteTransaction,
    actor: Actor,
    authority: ExternalAuthoritySettings | null,
    details: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await transaction.putSetting('authority', authority);
    await journal(transaction, {
      ...{ at: clock.now(), actor, action: 'authority.set', subjectId: null, details },
      changes: [changeOf('setting', 'authority')],
    });
  }

  return {
    async current(actor) {
      requirePermission(actor, 'settings.read');
      const authority = await store.read(present);
      return authority && shown(authority);
    },

    async set(actor, { token, ...changes }) {
      requirePermission(actor, 'settings.edit');
      if (token != null) checkAuthorityToken(token);
      return store.write(async (transaction) => {
        const before = await present(transaction);
        const { tokenSealed: _secret, ...known } = before ?? {
          url: '',
          tokenSealed: null,
          ...AUTHORITY_DEFAULTS,
        };
        const fields = normaliseAuthority({ ...known, ...changes });
        requireUpTo(actor, highestOf(fields.ownersAllowed || known.ownersAllowed));
        const authority = { ...fields, tokenSealed: sealed(secretBox, fields, token, before) };
        const { caPem, ...told } = fields;
        const details = { ...told, ownCa: caPem !== null, token: authority.tokenSealed !== null };
        await put(transaction, actor, authority, details);
        return shown(authority);
      });
    },

    async remove(actor) {
      requirePermission(actor, 'settings.edit');
      await store.write((transaction) => put(transaction, actor, null, { url: null }));
    },

    managedAt: async () => (await store.read(present))?.url ?? null,

    async access() {
      const authority = await store.read(present);
      if (authority === null) return null;
      const { tokenSealed, ...fields } = authority;
      return { ...fields, token: tokenSealed === null ? null : secretBox.open(tokenSealed, boundTo(fields)) };
    },
  };
}

async function present(
  transaction: Pick<ReadTransaction, 'settings'>,
): Promise<ExternalAuthoritySettings | null> {
  return (await transaction.settings()).authority ?? null;
}

/** Whoever says where roles come from can come by them. */
function highestOf(ownersAllowed: boolean) {
  return authorityOfRole(builtInRole(ownersAllowed ? 'owner' : 'admin'));
}

function shown({ tokenSealed, ...fields }: ExternalAuthoritySettings): ShownAuthority {
  return { ...fields, hasToken: tokenSealed !== null };
}

/** What was entered for one server is not sent to another. */
function sealed(
  secretBox: SecretBox,
  fields: ExternalAuthorityFields,
  token: string | null | undefined,
  before: ExternalAuthoritySettings | null,
): string | null {
  if (token === null) return null;
  if (token !== undefined) return secretBox.seal(token, boundTo(fields));
  const kept = before?.tokenSealed ?? null;
  if (kept === null || (before?.url === fields.url && before.caPem === fields.caPem)) return kept;
  throw new DirectoryError('invalid', 'With another URL or CA the token must be given anew, or taken away.', {
    field: 'token',
  });
}

function boundTo({ url }: ExternalAuthorityFields): string {
  return `external authority ${url}`;
}
