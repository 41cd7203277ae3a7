/** Beside imports, a digest of the entry upstream that they were last made of. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['users', 'groups'] as const;

export class SyncDigests1764500000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const column = runner.dataSource.options.type === 'postgres' ? 'text COLLATE "C"' : 'text';
    for (const table of TABLES)
      await runner.query(`ALTER TABLE "${table}" ADD COLUMN "sync_digest" ${column}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`ALTER TABLE "${table}" DROP COLUMN "sync_digest"`);
  }
}
