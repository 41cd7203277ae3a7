/** The pictures in attributes that administrators define. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTables,
  index,
  optional,
  primary,
  reference,
  type TableDescription,
  text,
} from './table-description.ts';

export class AttributeImages1764500000016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, [attributeImages]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(attributeImages.name);
  }
}

const attributeImages: TableDescription = {
  name: 'attribute_images',
  columns: [
    ...[primary(text('holder_id')), primary(text('attribute_id'))],
    ...[optional(text('user_id')), optional(text('group_id')), text('digest'), text('octets')],
  ],
  indices: [
    index('attribute_images', 'digest'),
    index('attribute_images', 'user_id'),
    index('attribute_images', 'group_id'),
  ],
  foreignKeys: [
    reference('attribute_images_user', 'user_id', 'users', 'CASCADE'),
    reference('attribute_images_group', 'group_id', 'groups', 'CASCADE'),
  ],
};
