/** What more is known of users and groups, and the avatars. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTables, primary, reference, type TableDescription, text } from './table-description.ts';

export class Profiles1764500000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const isPostgres = runner.dataSource.options.type === 'postgres';
    const text = isPostgres ? 'text COLLATE "C"' : 'text';
    for (const [table, column, type] of columnsOf(text)) {
      await runner.query(`ALTER TABLE "${table}" ADD COLUMN "${column}" ${type}`);
    }
    // A source vouches for its addresses; the others were typed in here.
    await runner.query('UPDATE "users" SET "confirmed" = true WHERE "source_id" IS NOT NULL');
    await runner.query('CREATE UNIQUE INDEX "groups_email_key" ON "groups" ("email_key")');
    await createTables(runner, [avatars]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(avatars.name);
    await runner.query('DROP INDEX "groups_email_key"');
    for (const [table, column] of columnsOf('text').toReversed()) {
      await runner.query(`ALTER TABLE "${table}" DROP COLUMN "${column}"`);
    }
  }
}

function columnsOf(text: string): readonly (readonly [table: string, column: string, type: string])[] {
  return [
    ['users', 'confirmed', 'boolean NOT NULL DEFAULT false'],
    ['users', 'profile', `${text} NOT NULL DEFAULT '{}'`],
    ['users', 'avatar_digest', text],
    ['users', 'avatar_bytes', 'bigint'],
    ['users', 'metadata', `${text} NOT NULL DEFAULT '{}'`],
    ['groups', 'email', text],
    ['groups', 'email_key', text],
    ['groups', 'permissions', text],
    ['groups', 'metadata', `${text} NOT NULL DEFAULT '{}'`],
  ];
}

const avatars: TableDescription = {
  name: 'avatars',
  columns: [primary(text('user_id')), text('digest'), text('jpeg')],
  foreignKeys: [reference('avatars_user', 'user_id', 'users', 'CASCADE')],
};
