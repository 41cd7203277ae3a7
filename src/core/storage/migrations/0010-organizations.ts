/** Organizations among the groups, the values of attributes that administrators define, and storage that users take. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTables,
  index,
  integer,
  primary,
  reference,
  type TableDescription,
  text,
} from './table-description.ts';

export class Organizations1764500000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const isPostgres = runner.dataSource.options.type === 'postgres';
    const column = isPostgres ? 'text COLLATE "C"' : 'text';
    await runner.query(`ALTER TABLE "groups" ADD COLUMN "organization" ${column}`);
    for (const table of ['users', 'groups']) {
      await runner.query(`ALTER TABLE "${table}" ADD COLUMN "attributes" ${column} NOT NULL DEFAULT '{}'`);
    }
    await createTables(runner, [storageUses]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(storageUses.name);
    for (const table of ['groups', 'users']) {
      await runner.query(`ALTER TABLE "${table}" DROP COLUMN "attributes"`);
    }
    await runner.query('ALTER TABLE "groups" DROP COLUMN "organization"');
  }
}

const storageUses: TableDescription = {
  name: 'storage_uses',
  columns: [
    primary(text('user_id')),
    primary(text('application_id')),
    integer('used_mb'),
    integer('reported_at'),
  ],
  indices: [index('storage_uses', 'application_id')],
  foreignKeys: [
    reference('storage_uses_user', 'user_id', 'users', 'CASCADE'),
    reference('storage_uses_application', 'application_id', 'applications', 'CASCADE'),
  ],
};
