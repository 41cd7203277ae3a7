/** Names of attributes as people type them. */

const LENGTH_MAX = 255;
/** RFC 4512 section 2.5: a name with options, or an OID. */
const ATTRIBUTE_NAME = /^[A-Za-z][A-Za-z0-9-]*(;[A-Za-z0-9-]+)*$|^[0-9]+(\.[0-9]+)+$/;

/** The name without blanks around; null where it is none. */
export function attributeName(text: string): string | null {
  const name = text.trim();
  return name.length <= LENGTH_MAX && ATTRIBUTE_NAME.test(name) ? name : null;
}
