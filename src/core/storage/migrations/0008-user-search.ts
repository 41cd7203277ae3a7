/** What users are searched by, and an index for each order in which they are listed. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { userSearchKey } from '../../model/user-search.ts';

const CHUNK_ROWS = 500;

interface Row {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  readonly other_emails: string;
  readonly display_name: string;
  readonly given_name: string;
  readonly family_name: string;
}

export class UserSearch1764500000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const collation = isPostgres(runner) ? ' COLLATE "C"' : '';
    await runner.query(`ALTER TABLE "users" ADD COLUMN "search_key" text${collation} NOT NULL DEFAULT ''`);
    await fill(runner);
    await runner.query('CREATE INDEX "users_search_key_id" ON "users" ("search_key", "id")');
    await runner.query('CREATE INDEX "users_created_at_id" ON "users" ("created_at", "id")');
    await runner.query('CREATE INDEX "users_updated_at_id" ON "users" ("updated_at", "id")');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX "users_updated_at_id"');
    await runner.query('DROP INDEX "users_created_at_id"');
    await runner.query('DROP INDEX "users_search_key_id"');
    await runner.query('ALTER TABLE "users" DROP COLUMN "search_key"');
  }
}

async function fill(runner: QueryRunner): Promise<void> {
  const [after, update] = isPostgres(runner)
    ? ['$1', 'UPDATE "users" SET search_key = $1 WHERE id = $2']
    : ['?', 'UPDATE "users" SET search_key = ? WHERE id = ?'];
  const columns = 'id, username, email, other_emails, display_name, given_name, family_name';
  const select = `SELECT ${columns} FROM "users" WHERE id > ${after} ORDER BY id LIMIT ${CHUNK_ROWS}`;
  for (let rows = await chunk(''); rows.length > 0; rows = await chunk(rows.at(-1)?.id ?? '')) {
    for (const row of rows) await runner.query(update, [keyOf(row), row.id]);
  }

  function chunk(last: string): Promise<readonly Row[]> {
    return runner.query(select, [last]);
  }
}

function keyOf(row: Row): string {
  const { username, email } = row;
  const names = { displayName: row.display_name, givenName: row.given_name, familyName: row.family_name };
  return userSearchKey({ username, email, ...names, otherEmails: JSON.parse(row.other_emails) });
}

function isPostgres(runner: QueryRunner): boolean {
  return runner.dataSource.options.type === 'postgres';
}
