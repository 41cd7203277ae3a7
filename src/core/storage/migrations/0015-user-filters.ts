/** Indexes of what users are searched and filtered by: groups of three characters, roles, and who is disabled. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** So that the last two characters of a text begin a group of three too. */
const PADDED = (row: string) => `${row}.posix_number, ${row}.search_key || char(10, 10)`;
const INSERT = (row: string) => `INSERT INTO "users_search" (rowid, search_key) VALUES (${PADDED(row)});`;
const DELETE = (row: string) =>
  `INSERT INTO "users_search" ("users_search", rowid, search_key) VALUES ('delete', ${PADDED(row)});`;

export class UserFilters1764500000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX "users_role_id" ON "users" ("role", "id")');
    await runner.query(
      'CREATE INDEX "users_disabled" ON "users" ("id") WHERE NOT (active = true AND suspended_at IS NULL)',
    );
    if (runner.dataSource.options.type === 'postgres') await indexPostgres(runner);
    else await indexSqlite(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (runner.dataSource.options.type === 'postgres') {
      await runner.query('DROP INDEX IF EXISTS "users_search"');
    } else {
      for (const event of ['insert', 'update', 'delete']) {
        await runner.query(`DROP TRIGGER "users_search_${event}"`);
      }
      await runner.query('DROP TABLE "users_search_terms"');
      await runner.query('DROP TABLE "users_search"');
    }
    await runner.query('DROP INDEX "users_disabled"');
    await runner.query('DROP INDEX "users_role_id"');
  }
}

/** The texts themselves are not kept twice: the index tells which rows to look at. */
async function indexSqlite(runner: QueryRunner): Promise<void> {
  await runner.query(
    `CREATE VIRTUAL TABLE "users_search" USING fts5(search_key, content='', columnsize=0, detail=none,
      tokenize='trigram case_sensitive 1')`,
  );
  await runner.query(`CREATE VIRTUAL TABLE "users_search_terms" USING fts5vocab("users_search", 'row')`);
  await runner.query(
    `INSERT INTO "users_search" (rowid, search_key) SELECT ${PADDED('u')} FROM "users" AS u ORDER BY u.posix_number`,
  );
  await runner.query(
    `CREATE TRIGGER "users_search_insert" AFTER INSERT ON "users" BEGIN ${INSERT('new')} END`,
  );
  await runner.query(
    `CREATE TRIGGER "users_search_delete" AFTER DELETE ON "users" BEGIN ${DELETE('old')} END`,
  );
  await runner.query(
    `CREATE TRIGGER "users_search_update" AFTER UPDATE OF posix_number, search_key ON "users"
      WHEN old.search_key <> new.search_key OR old.posix_number <> new.posix_number
      BEGIN ${DELETE('old')} ${INSERT('new')} END`,
  );
}

/** Where pg_trgm may not be added, searches read all names. */
async function indexPostgres(runner: QueryRunner): Promise<void> {
  await runner.query('SAVEPOINT trigrams');
  try {
    await runner.query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    await runner.query('CREATE INDEX "users_search" ON "users" USING gin ("search_key" gin_trgm_ops)');
  } catch {
    await runner.query('ROLLBACK TO SAVEPOINT trigrams');
  }
}
