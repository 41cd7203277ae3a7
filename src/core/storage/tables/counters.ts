/** The table of counters: how many there have ever been of what is numbered. */
import { EntitySchema } from 'typeorm';
import { integer, text } from './columns.ts';

export interface CounterRow {
  readonly name: string;
  readonly taken: number;
}

export const CounterTable = new EntitySchema<CounterRow>({
  name: 'counters',
  columns: { name: { ...text, primary: true }, taken: integer },
});
