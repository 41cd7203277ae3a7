/** The table of settings: one row per setting, its value as JSON. */
import { EntitySchema } from 'typeorm';
import type { SettingName, Settings } from '../../model/settings.ts';
import { text } from './columns.ts';

export interface SettingRow {
  readonly name: SettingName;
  readonly value: string;
}

export const SettingTable = new EntitySchema<SettingRow>({
  name: 'settings',
  columns: { name: { ...text, primary: true }, value: text },
});

export function toSettings(rows: readonly SettingRow[]): Partial<Settings> {
  return Object.fromEntries(rows.map((row) => [row.name, JSON.parse(row.value)]));
}
