/** What a sync does with what it finds: policies of sources, items of reports, and plans that wait for a person. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTables,
  index,
  primary,
  reference,
  sequence,
  type TableDescription,
  text,
} from './table-description.ts';

export class SyncPolicies1764500000004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "sources" ADD COLUMN "policy" text NOT NULL DEFAULT '{}'`);
    await createTables(queryRunner, [syncItems, syncPlans]);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable(syncPlans.name);
    await queryRunner.dropTable(syncItems.name);
    await queryRunner.query('ALTER TABLE "sources" DROP COLUMN "policy"');
  }
}

const syncItems: TableDescription = {
  name: 'sync_items',
  columns: [sequence, text('run_id'), text('item')],
  indices: [index('sync_items', 'run_id', 'seq')],
  foreignKeys: [reference('sync_items_run', 'run_id', 'sync_runs', 'CASCADE')],
};

const syncPlans: TableDescription = {
  name: 'sync_plans',
  columns: [primary(text('run_id')), text('removals')],
  foreignKeys: [reference('sync_plans_run', 'run_id', 'sync_runs', 'CASCADE')],
};
