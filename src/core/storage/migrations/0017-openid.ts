/** Who people at an OpenID provider are here, and whether it answers for the second factor of a session. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTables,
  flag,
  primary,
  reference,
  type TableDescription,
  text,
  unique,
} from './table-description.ts';

const identities: TableDescription = {
  name: 'openid_identities',
  columns: [primary(text('issuer')), primary(text('subject')), text('user_id'), flag('created')],
  indices: [unique('openid_identities', 'user_id', 'issuer')],
  foreignKeys: [reference('openid_identities_user', 'user_id', 'users', 'CASCADE')],
};

export class OpenId1764500000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, [identities]);
    await runner.query(
      'ALTER TABLE "sessions" ADD COLUMN "second_factor_elsewhere" boolean NOT NULL DEFAULT false',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "sessions" DROP COLUMN "second_factor_elsewhere"');
    await runner.dropTable(identities.name);
  }
}
