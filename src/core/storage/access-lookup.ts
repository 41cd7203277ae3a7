/** Reads roles, grants, sessions, tokens and what opens accounts beside passwords. */
import type { AccessLookup } from '../directory/store.ts';
import { first } from './page.ts';
import type { Session } from './session.ts';
import { ExtraCredentialsTable, toExtraCredentials } from './tables/extra-credentials.ts';
import { type GrantRow, GrantTable, toGrant } from './tables/grants.ts';
import { OpenIdIdentityTable, toOpenIdIdentity } from './tables/openid-identities.ts';
import { RoleTable, toRole } from './tables/roles.ts';
import { SessionTable, toSession } from './tables/sessions.ts';
import { TokenTable, toToken } from './tables/tokens.ts';
import { UserTable } from './tables/users.ts';

export function createAccessLookup(session: Session): AccessLookup {
  return {
    async role(name) {
      return first(await session.find(RoleTable, { where: { name } }), toRole);
    },
    async roles() {
      return (await session.find(RoleTable, { order: { name: 'ASC' } })).map(toRole);
    },
    async hasUserOfRole(role) {
      return (await session.find(UserTable, { where: { role }, take: 1 })).length > 0;
    },
    async grantsOf(userId) {
      const rows = await session.find(GrantTable, {
        where: { user_id: userId },
        order: { permission: 'ASC' },
      });
      return rows.map(toGrant);
    },
    async grantsAtSource(sourceId) {
      const ofSource = `SELECT "id" FROM "users" WHERE "source_id" = ${session.dialect.parameter(1)}`;
      const sql = `SELECT * FROM "grants" WHERE "user_id" IN (${ofSource})`;
      return (await session.query<GrantRow>(sql, [sourceId])).map(toGrant);
    },
    async session(id) {
      return first(await session.find(SessionTable, { where: { id } }), toSession);
    },
    async sessionByHash(hash) {
      const where = [{ secret_hash: hash }, { previous_hash: hash }];
      return first(await session.find(SessionTable, { where }), toSession);
    },
    async sessionsOf(userId) {
      return (await session.find(SessionTable, { where: { user_id: userId } })).map(toSession);
    },
    async tokenByHash(hash) {
      return first(await session.find(TokenTable, { where: { secret_hash: hash } }), toToken);
    },
    async tokensOf(userId) {
      const rows = await session.find(TokenTable, { where: { user_id: userId }, order: { name: 'ASC' } });
      return rows.map(toToken);
    },
    async openIdIdentity(issuer, subject) {
      const where = { issuer, subject };
      return first(await session.find(OpenIdIdentityTable, { where }), toOpenIdIdentity);
    },
    async openIdIdentitiesOf(userId) {
      const rows = await session.find(OpenIdIdentityTable, { where: { user_id: userId } });
      return rows.map(toOpenIdIdentity);
    },
    async extraCredentials(userId) {
      const where = { user_id: userId };
      return first(await session.find(ExtraCredentialsTable, { where }), toExtraCredentials);
    },
    async extraCredentialsByLink(hash) {
      const where = { link_hash: hash };
      return first(await session.find(ExtraCredentialsTable, { where }), toExtraCredentials);
    },
  };
}
