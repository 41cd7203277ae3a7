/** How migrations describe tables, for both databases at once. */
import {
  type QueryRunner,
  Table,
  type TableColumnOptions,
  type TableForeignKeyOptions,
  type TableIndexOptions,
} from 'typeorm';

export interface TableDescription {
  readonly name: string;
  readonly columns: readonly TableColumnOptions[];
  readonly indices?: TableIndexOptions[];
  readonly foreignKeys?: TableForeignKeyOptions[];
  readonly withoutRowid?: boolean;
}

/** Creates the tables in their order, which puts those first that others refer to. */
export async function createTables(
  queryRunner: QueryRunner,
  tables: readonly TableDescription[],
): Promise<void> {
  const column = queryRunner.dataSource.options.type === 'postgres' ? postgresColumn : sqliteColumn;
  for (const { name, columns, indices, foreignKeys, withoutRowid } of tables) {
    await queryRunner.createTable(
      new Table({
        name,
        columns: columns.map(column),
        indices: indices ?? [],
        foreignKeys: foreignKeys ?? [],
        withoutRowid: withoutRowid ?? false,
      }),
    );
  }
}

export const text = (name: string): TableColumnOptions => ({ name, type: 'text' });
export const flag = (name: string): TableColumnOptions => ({ name, type: 'boolean' });
export const integer = (name: string): TableColumnOptions => ({ name, type: 'bigint' });
export const optional = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });
export const primary = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isPrimary: true });
export const sequence: TableColumnOptions = {
  ...primary(integer('seq')),
  isGenerated: true,
  generationStrategy: 'increment',
};

// Sorted by code point whatever the database's own collation.
function postgresColumn(column: TableColumnOptions): TableColumnOptions {
  return column.type === 'text' ? { ...column, collation: 'C' } : column;
}

// SQLite generates values only for a column of type integer, which holds 64 bits there.
function sqliteColumn(column: TableColumnOptions): TableColumnOptions {
  return column.isGenerated ? { ...column, type: 'integer' } : column;
}

export const timestamps: readonly TableColumnOptions[] = [integer('created_at'), integer('updated_at')];

export function index(table: string, ...columnNames: string[]): TableIndexOptions {
  return { name: [table, ...columnNames].join('_'), columnNames };
}

export function unique(table: string, ...columnNames: string[]): TableIndexOptions {
  return { ...index(table, ...columnNames), isUnique: true };
}

export function reference(
  name: string,
  columnName: string,
  referencedTableName: string,
  onDelete: 'CASCADE' | 'NO ACTION' = 'NO ACTION',
): TableForeignKeyOptions {
  return { name, columnNames: [columnName], referencedTableName, referencedColumnNames: ['id'], onDelete };
}
