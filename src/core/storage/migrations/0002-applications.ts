/** Applications, and of users when they themselves changed, without their memberships. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTables,
  flag,
  primary,
  type TableDescription,
  text,
  timestamps,
  unique,
} from './table-description.ts';

export class Applications1764500000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await createTables(queryRunner, [applications]);
    await queryRunner.query('ALTER TABLE "users" ADD COLUMN "own_updated_at" bigint NOT NULL DEFAULT 0');
    await queryRunner.query('UPDATE "users" SET "own_updated_at" = "updated_at"');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE "users" DROP COLUMN "own_updated_at"');
    await queryRunner.dropTable(applications.name);
  }
}

const applications: TableDescription = {
  name: 'applications',
  columns: [
    primary(text('id')),
    text('name'),
    text('description'),
    text('password_hash'),
    text('allow'),
    flag('everyone'),
    text('group_ids'),
    flag('enabled'),
    ...timestamps,
  ],
  indices: [unique('applications', 'name')],
};
