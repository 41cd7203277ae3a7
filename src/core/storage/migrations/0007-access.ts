/** Roles, grants, sessions and tokens; of audit lines which user acted, and indexes to search them by. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTables,
  flag,
  index,
  integer,
  optional,
  primary,
  reference,
  type TableDescription,
  text,
  timestamps,
  unique,
} from './table-description.ts';

export class Access1764500000007 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await createTables(queryRunner, tables);
    const collation = queryRunner.dataSource.options.type === 'postgres' ? ' COLLATE "C"' : '';
    await queryRunner.query(`ALTER TABLE "audit_lines" ADD COLUMN "actor_id" text${collation}`);
    await queryRunner.query('CREATE INDEX "audit_lines_at" ON "audit_lines" ("at", "seq")');
    for (const column of SEARCHED) {
      await queryRunner.query(
        `CREATE INDEX "audit_lines_${column}" ON "audit_lines" ("${column}", "at", "seq")`,
      );
    }
    await queryRunner.query('CREATE INDEX "users_role" ON "users" ("role")');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX "users_role"');
    for (const column of ['at', ...SEARCHED]) await queryRunner.query(`DROP INDEX "audit_lines_${column}"`);
    await queryRunner.query('ALTER TABLE "audit_lines" DROP COLUMN "actor_id"');
    for (const { name } of tables.toReversed()) await queryRunner.dropTable(name);
  }
}

const SEARCHED = ['actor', 'actor_id', 'action', 'subject_id'];

const roles: TableDescription = {
  name: 'roles',
  columns: [primary(text('name')), text('description'), integer('rank'), text('permissions'), ...timestamps],
};

const grants: TableDescription = {
  name: 'grants',
  columns: [primary(text('user_id')), primary(text('permission')), flag('allowed')],
  foreignKeys: [reference('grants_user', 'user_id', 'users', 'CASCADE')],
};

const sessions: TableDescription = {
  name: 'sessions',
  columns: [
    primary(text('id')),
    text('user_id'),
    text('kind'),
    text('secret_hash'),
    optional(text('previous_hash')),
    integer('created_at'),
    integer('last_seen_at'),
    integer('expires_at'),
    optional(text('address')),
    text('user_agent'),
  ],
  indices: [
    unique('sessions', 'secret_hash'),
    unique('sessions', 'previous_hash'),
    index('sessions', 'user_id'),
    index('sessions', 'expires_at'),
  ],
  foreignKeys: [reference('sessions_user', 'user_id', 'users', 'CASCADE')],
};

const tokens: TableDescription = {
  name: 'tokens',
  columns: [
    primary(text('id')),
    text('user_id'),
    text('name'),
    text('secret_hash'),
    text('permissions'),
    integer('created_at'),
    integer('expires_at'),
    optional(integer('last_used_at')),
  ],
  indices: [unique('tokens', 'secret_hash'), index('tokens', 'user_id')],
  foreignKeys: [reference('tokens_user', 'user_id', 'users', 'CASCADE')],
};

const tables = [roles, grants, sessions, tokens];
