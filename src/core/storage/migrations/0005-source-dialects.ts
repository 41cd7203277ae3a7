/** How sources differ from their presets, how they are asked about passwords, and client certificates. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS = [
  ['dialect', `text NOT NULL DEFAULT '{}'`],
  ['sign_in', `text NOT NULL DEFAULT '{}'`],
  ['client_certificate_pem', 'text'],
  ['client_key_sealed', 'text'],
] as const;

export class SourceDialects1764500000005 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const [column, type] of COLUMNS) {
      await queryRunner.query(`ALTER TABLE "sources" ADD COLUMN "${column}" ${type}`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const [column] of COLUMNS) await queryRunner.query(`ALTER TABLE "sources" DROP COLUMN "${column}"`);
  }
}
