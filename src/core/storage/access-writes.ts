/** Writes roles, grants, sessions, tokens and what opens accounts beside passwords. */
import type { WriteTransaction } from '../directory/store.ts';
import { deleteRows, insertRows, putRows, updateRows } from './rows.ts';
import type { Session } from './session.ts';
import { ExtraCredentialsTable, toExtraCredentialsRow } from './tables/extra-credentials.ts';
import { GrantTable, toGrantRow } from './tables/grants.ts';
import { OpenIdIdentityTable, toOpenIdIdentityRow } from './tables/openid-identities.ts';
import { RoleTable, toRoleRow } from './tables/roles.ts';
import { SessionTable, toSessionRow } from './tables/sessions.ts';
import { TokenTable, toTokenRow } from './tables/tokens.ts';

type AccessWrites = Pick<
  WriteTransaction,
  | 'insertRole'
  | 'updateRole'
  | 'deleteRole'
  | 'putGrant'
  | 'deleteGrant'
  | 'insertSession'
  | 'updateSession'
  | 'deleteSessions'
  | 'insertToken'
  | 'updateToken'
  | 'deleteTokens'
  | 'putExtraCredentials'
  | 'insertOpenIdIdentity'
  | 'deleteOpenIdIdentities'
>;

export function createAccessWrites(session: Session): AccessWrites {
  return {
    insertRole: (role) => insertRows(session, RoleTable, [toRoleRow(role)]),
    updateRole: (role) => updateRows(session, RoleTable, [toRoleRow(role)]),
    deleteRole: (name) => deleteRows(session, RoleTable, ['name'], [{ name }]),
    putGrant: (grant) => putRows(session, GrantTable, [toGrantRow(grant)]),
    deleteGrant: ({ userId, permission }) =>
      deleteRows(session, GrantTable, ['user_id', 'permission'], [{ user_id: userId, permission }]),
    insertSession: (one) => insertRows(session, SessionTable, [toSessionRow(one)]),
    updateSession: (one) => updateRows(session, SessionTable, [toSessionRow(one)]),
    deleteSessions: (ids) => deleteRows(session, SessionTable, ['id'], ids.map(toId)),
    insertToken: (token) => insertRows(session, TokenTable, [toTokenRow(token)]),
    updateToken: (token) => updateRows(session, TokenTable, [toTokenRow(token)]),
    deleteTokens: (ids) => deleteRows(session, TokenTable, ['id'], ids.map(toId)),
    insertOpenIdIdentity: (identity) =>
      insertRows(session, OpenIdIdentityTable, [toOpenIdIdentityRow(identity)]),
    deleteOpenIdIdentities: (userId) =>
      deleteRows(session, OpenIdIdentityTable, ['user_id'], [{ user_id: userId }]),
    putExtraCredentials: (extras) => putRows(session, ExtraCredentialsTable, [toExtraCredentialsRow(extras)]),
  };
}

function toId(id: string): { id: string } {
  return { id };
}
