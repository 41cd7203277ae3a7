/** Keeps texts in CSV from being read as formulas by spreadsheets, in a way that can be undone. */

/** What spreadsheets take for the beginning of a formula, full-width forms too; apostrophes before it as well. */
const FORMULA = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const GUARDED = /^'+[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** The text with an apostrophe before it where it could be a formula. */
export function guardCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** Takes the apostrophe of guardCell away. */
export function unguardCell(text: string): string {
  return GUARDED.test(text) ? text.slice(1) : text;
}
