/** Schedules of sources, how far their incremental runs have come, cancelling, and the way that imports came. */
import { randomUUID } from 'node:crypto';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS = [
  ['sources', 'schedule', 'text'],
  ['sources', 'time_zone', "text NOT NULL DEFAULT 'UTC'"],
  ['sources', 'next_run_at', 'bigint'],
  ['sources', 'sync_mark', 'text'],
  ['sync_runs', 'cancel_requested', 'boolean NOT NULL DEFAULT false'],
  ['users', 'source_path', 'text'],
  ['groups', 'source_path', 'text'],
] as const;

export class Schedules1764500000006 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const [table, column, type] of COLUMNS) {
      await queryRunner.query(`ALTER TABLE "${table}" ADD COLUMN "${column}" ${type}`);
    }
    // By it peers recognize what came from here; JSON like every setting.
    const instanceId = JSON.stringify(randomUUID());
    await queryRunner.query(
      `INSERT INTO "settings" ("name", "value") VALUES ('instanceId', '${instanceId}')`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DELETE FROM "settings" WHERE "name" = 'instanceId'`);
    for (const [table, column] of COLUMNS) {
      await queryRunner.query(`ALTER TABLE "${table}" DROP COLUMN "${column}"`);
    }
  }
}
