/** Digests of entries upstream beside the users and groups made of them: kept by syncs, forgotten by all other writing. */
import type {
  ImportIdentity,
  ImportSubject,
  ReadTransaction,
  Writer,
  WriteTransaction,
} from '../directory/store.ts';
import { inStatements } from './rows.ts';
import type { Session } from './session.ts';
import { text } from './tables/columns.ts';
import type { ImportColumns } from './tables/origin.ts';

type Lookup = Pick<
  ReadTransaction,
  'importDigests' | 'importIdentities' | 'groupsWithMembers' | 'countMemberships'
>;
type Writes = Pick<WriteTransaction, 'expectDigests' | 'keepDigests'>;

interface DigestRow extends Pick<ImportColumns, 'sync_digest' | 'suspended_at'> {
  readonly id: string;
  readonly external_id: string;
}

const ID = { name: 'id', ...text };
const IDENTITY = ['source_id', 'external_id', 'source_dn'].map((name) => ({ name, ...text }));

export function createDigestLookup(session: Session): Lookup {
  const [p1, p2, p3] = [1, 2, 3].map((position) => session.dialect.parameter(position));
  return {
    async importDigests(subject, sourceId, { after, limit }) {
      const columns = `"id", "external_id", "sync_digest", "suspended_at"`;
      const rows = await session.query<DigestRow>(
        `SELECT ${columns} FROM "${subject}s" WHERE "source_id" = ${p1} AND "id" > ${p2} ORDER BY "id" LIMIT ${p3}`,
        [sourceId, after ?? '', limit],
      );
      return rows.map((row) => ({
        id: row.id,
        externalId: row.external_id,
        digest: row.sync_digest,
        suspended: row.suspended_at !== null,
      }));
    },
    async importIdentities(subject, sourceId, { after, limit }) {
      const name = subject === 'user' ? 'username' : 'name';
      return session.query<ImportIdentity>(
        `SELECT "id", "external_id" AS "externalId", "source_dn" AS "dn", "${name}" AS "name" FROM "${subject}s"
          WHERE "source_id" = ${p1} AND "id" > ${p2} ORDER BY "id" LIMIT ${p3}`,
        [sourceId, after ?? '', limit],
      );
    },
    async countMemberships(sourceId) {
      const [row] = await session.query<{ all: number | string; imported: number | string | null }>(
        `SELECT count(*) AS "all", sum(CASE WHEN m."from_source" THEN 1 ELSE 0 END) AS "imported"
          FROM "groups" AS g JOIN "memberships" AS m ON m."group_id" = g."id" WHERE g."source_id" = ${p1}`,
        [sourceId],
      );
      return { all: Number(row?.all ?? 0), imported: Number(row?.imported ?? 0) };
    },
    async groupsWithMembers(memberIds) {
      const found = await inStatements<{ id: string }>(session, memberIds.map(toId), groupsOf(session));
      return [...new Set(found.flat().map(({ id }) => id))];
    },
  };
}

export function createDigestWrites(session: Session): Writes {
  return {
    async expectDigests(sourceId) {
      const where = `"source_id" = ${session.dialect.parameter(1)} AND "sync_digest" IS NULL`;
      for (const table of ['users', 'groups'])
        await session.query(`UPDATE "${table}" SET "sync_digest" = '' WHERE ${where}`, [sourceId]);
    },
    async keepDigests(subject, digests) {
      const from = session.dialect.rows([ID, { name: 'digest', ...text }]);
      const match = 't."id" = r."id" AND t."sync_digest" IS NOT NULL';
      const sql = `UPDATE "${subject}s" AS t SET "sync_digest" = r."digest" FROM ${from} WHERE ${match}`;
      await inStatements(session, digests, sql);
    },
  };
}

/** Of groups whose members `writer` changes. */
export async function membersWritten(
  session: Session,
  groupIds: Iterable<string>,
  writer: Writer,
): Promise<void> {
  const ids = Array.from(new Set(groupIds), toId);
  const found = session.dialect.isOneOf('"id"', `SELECT r."id" FROM ${session.dialect.rows([ID])}`);
  const mark = writer === 'sync' ? "''" : 'NULL';
  const sql = `UPDATE "groups" SET "sync_digest" = ${mark} WHERE ${found} AND "sync_digest" IS NOT NULL`;
  await inStatements(session, ids, sql);
}

/** Of all groups of the sources that these users or groups leave with their rows. */
export async function importsGoing(
  session: Session,
  subject: ImportSubject,
  ids: readonly string[],
): Promise<void> {
  const left = `SELECT e."source_id" FROM ${session.dialect.rows([ID])} JOIN "${subject}s" AS e ON e."id" = r."id"`;
  const found = session.dialect.isOneOf('"source_id"', left);
  await inStatements(session, ids.map(toId), `${FORGET} WHERE ${found} AND "sync_digest" IS NOT NULL`);
}

/**
 * Of groups with members who are about to have another DN upstream, and of all groups of a source that users are about to
 * come to, or to leave: they may list them.
 */
export async function importsMoving(
  session: Session,
  users: readonly { readonly id: string }[],
): Promise<void> {
  const { dialect } = session;
  const from = `FROM ${dialect.rows([ID, ...IDENTITY])} JOIN "users" AS u ON u."id" = r."id"`;
  const members = `SELECT m."group_id" ${from} JOIN "memberships" AS m ON m."member_id" = r."id"
    WHERE u."source_dn" IS DISTINCT FROM r."source_dn"`;
  const moves = `u."source_id" IS DISTINCT FROM r."source_id" OR u."external_id" IS DISTINCT FROM r."external_id"`;
  const sources = ['u', 'r'].map((it) => `SELECT ${it}."source_id" ${from} WHERE ${moves}`);
  const found = [
    dialect.isOneOf('"id"', members),
    ...sources.map((query) => dialect.isOneOf('"source_id"', query)),
  ];
  for (const condition of found)
    await inStatements(session, users, `${FORGET} WHERE ${condition} AND "sync_digest" IS NOT NULL`);
}

const FORGET = 'UPDATE "groups" SET "sync_digest" = NULL';

function groupsOf({ dialect }: Session): string {
  const found = dialect.isOneOf('"member_id"', `SELECT r."id" FROM ${dialect.rows([ID])}`);
  return `SELECT "group_id" AS "id" FROM "memberships" WHERE ${found}`;
}

function toId(id: string): { readonly id: string } {
  return { id };
}
