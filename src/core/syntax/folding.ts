/** Brings names and texts into the form in which LDAP compares them (RFC 4518 string preparation). */

/** The form under which attribute descriptions are compared; options stay part of it. */
export function foldAttribute(name: string): string {
  return name.toLowerCase();
}

/**
 * The form under which caseIgnoreMatch compares a text. Code points that RFC 4518 section 2.4 prohibits
 * are kept and match only themselves. Folding a folded text changes nothing.
 */
export function foldCase(text: string): string {
  if (SIMPLE.test(text)) return text.toLowerCase();
  return collapse(lower(map(text).normalize('NFKC')).normalize('NFKC'));
}

/** The form under which caseExactMatch compares a text: as foldCase, but with its case. */
export function foldExact(text: string): string {
  return SIMPLE.test(text) ? text : collapse(map(text).normalize('NFKC'));
}

/** Printable ASCII without blanks at the ends or side by side needs no preparation but that of case. */
const SIMPLE = /^(?:[!-~]+(?: [!-~]+)*)?$/;

/** RFC 4518 section 2.2: controls, joiners and marks that are mapped to nothing. */
const IGNORED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: the marks stand for themselves
  /[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u06dd\u070f\u1806\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2063\u206a-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffc\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}]/gu;
/** RFC 4518 section 2.2: line breaks, tabs and separators that are mapped to a space. */
const BLANK = /[\t-\r\x85\p{Z}]/gu;

function map(text: string): string {
  return text.replace(IGNORED, '').replace(BLANK, ' ');
}

/** RFC 3454 table B.2: after NFKC it differs from lower case in these, and in Greek with iota below, left as it is. */
function lower(text: string): string {
  return text.toLowerCase().replaceAll('ß', 'ss').replaceAll('ς', 'σ');
}

/** RFC 4518 section 2.6.1: blanks at the ends and repeated blanks do not count. */
function collapse(text: string): string {
  return text.replace(/ +/g, ' ').trim();
}
