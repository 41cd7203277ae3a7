/** Reads LDIF (RFC 2849) as ldapsearch prints it. */

/** One entry: values by lower-cased attribute name; base64 values come as text. */
export interface LdifEntry {
  readonly dn: string;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

export function parseLdif(text: string): LdifEntry[] {
  const unfolded = text.replaceAll('\n ', '');
  return unfolded
    .split(/\n{2,}/)
    .map((block) => block.split('\n').filter((line) => line !== '' && !line.startsWith('#')))
    .filter((lines) => lines.length > 0)
    .map(entryOf)
    .filter((entry) => entry.dn !== '' || entry.attributes.size > 0);
}

/** The values of an attribute, none where it is absent. */
export function values(entry: LdifEntry | undefined, attribute: string): readonly string[] {
  return entry?.attributes.get(attribute.toLowerCase()) ?? [];
}

function entryOf(lines: readonly string[]): LdifEntry {
  const attributes = new Map<string, string[]>();
  let dn = '';
  for (const line of lines) {
    const match = /^([^:]+):(:?)\s?(.*)$/.exec(line);
    if (match === null) continue;
    const [, name = '', encoded, raw = ''] = match;
    const value = encoded === ':' ? Buffer.from(raw, 'base64').toString('utf8') : raw;
    if (name === 'dn') dn = value;
    else attributes.set(name.toLowerCase(), [...(attributes.get(name.toLowerCase()) ?? []), value]);
  }
  return { dn, attributes };
}
