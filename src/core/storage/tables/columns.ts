/** The portable column types: what SQLite and PostgreSQL store, compare and sort alike. */

export const text = { type: 'text' } as const;
export const optionalText = { ...text, nullable: true } as const;
export const flag = { type: 'boolean' } as const;
/** Also for times, as milliseconds since 1970: an integer has one meaning in every time zone, driver and dialect. */
export const integer = { type: 'bigint' } as const;
export const optionalInteger = { ...integer, nullable: true } as const;

export function toMs(date: Date | null): number | null {
  return date === null ? null : date.getTime();
}

export function toDate(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
