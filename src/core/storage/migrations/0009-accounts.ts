/** What opens accounts beside passwords, and whether applications ask for a second factor. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTables,
  optional,
  primary,
  reference,
  type TableDescription,
  text,
  unique,
} from './table-description.ts';

const extraCredentials: TableDescription = {
  name: 'extra_credentials',
  columns: [primary(text('user_id')), optional(text('link_hash')), text('content')],
  indices: [unique('extra_credentials', 'link_hash')],
  foreignKeys: [reference('extra_credentials_user', 'user_id', 'users', 'CASCADE')],
};

export class Accounts1764500000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const collation = runner.dataSource.options.type === 'postgres' ? ' COLLATE "C"' : '';
    await createTables(runner, [extraCredentials]);
    await runner.query('ALTER TABLE "users" ADD COLUMN "extra_credentials" bigint NOT NULL DEFAULT 0');
    await runner.query('ALTER TABLE "users" ADD COLUMN "second_factor" boolean NOT NULL DEFAULT false');
    await runner.query(
      `ALTER TABLE "applications" ADD COLUMN "second_factor" text${collation} NOT NULL DEFAULT 'when-given'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "applications" DROP COLUMN "second_factor"');
    await runner.query('ALTER TABLE "users" DROP COLUMN "second_factor"');
    await runner.query('ALTER TABLE "users" DROP COLUMN "extra_credentials"');
    await runner.dropTable('extra_credentials');
  }
}
