/** Of imports since when they are gone upstream, which is not since when they are disabled there. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['users', 'groups'] as const;

export class GoneSince1764500000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`ALTER TABLE "${table}" ADD COLUMN "gone_at" bigint`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`ALTER TABLE "${table}" DROP COLUMN "gone_at"`);
  }
}
