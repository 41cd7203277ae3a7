/** Writes LDIF (RFC 2849). */

/** Bytes of a line; what is longer is folded. */
const LINE_BYTES_MAX = 76;
/** A SAFE-STRING without control characters and without a blank at its end. */
const SAFE = /^(?![ :<])[ -~]*(?<! )$/;

/** One record, with the empty line behind it. */
export function ldifRecord(
  dn: string,
  attributes: readonly (readonly [name: string, value: string])[],
): string {
  return `${[['dn', dn] as const, ...attributes].map(([name, value]) => ldifLine(name, value)).join('')}\n`;
}

/** One attribute of a record. */
export function ldifLine(name: string, value: string): string {
  const isSafe = SAFE.test(value);
  const text = isSafe ? `${name}: ${value}` : `${name}:: ${Buffer.from(value).toString('base64')}`;
  return folded(text.replace(/: $/, ':'));
}

/** All of it is ASCII by now. */
function folded(line: string): string {
  let text = `${line.slice(0, LINE_BYTES_MAX)}\n`;
  for (let start = LINE_BYTES_MAX; start < line.length; start += LINE_BYTES_MAX - 1) {
    text += ` ${line.slice(start, start + LINE_BYTES_MAX - 1)}\n`;
  }
  return text;
}
