/** Dereferencing: attributes of the entries that an entry names, in one search (draft-masarati-ldap-deref-00). */
import { Tag } from '../ber-reader.ts';
import { BerWriter } from '../ber-writer.ts';
import { readValue } from '../read-value.ts';
import type { RequestReader } from '../request-reader.ts';

/** Further specifications make a request malformed; SSSD sends one. */
export const DEREFERENCES_MAX = 16;

export interface Dereference {
  /** Whose values are DNs, such as "member". */
  readonly attribute: string;
  /** What to read of the entries so named; one or more. */
  readonly attributes: readonly string[];
}

/** What was found under one DN. */
export interface Dereferenced {
  readonly attribute: string;
  readonly dn: string;
  /** Ready slices (see encodePartialAttribute); none where nothing may be seen. */
  readonly attributes: readonly Buffer[];
}

/** One specification or more; null where the value is missing or malformed. */
export function decodeDereferenceRequest(value: Buffer | null): readonly Dereference[] | null {
  return readValue(value, (reader) => {
    const asked = reader.list(Tag.sequence, DEREFERENCES_MAX, 'dereferences', () =>
      decodeDereference(reader),
    );
    return asked.length === 0 ? reader.refuse('A dereference request is not empty.') : asked;
  });
}

export function encodeDereferenceResponse(found: readonly Dereferenced[]): Buffer {
  const writer = new BerWriter();
  const list = writer.begin(Tag.sequence);
  for (const { attribute, dn, attributes } of found) {
    const result = writer.begin(Tag.sequence);
    writer.octets(attribute);
    writer.octets(dn);
    if (attributes.length > 0) {
      const values = writer.begin(ATTRIBUTE_VALUES);
      for (const slice of attributes) writer.raw(slice);
      writer.end(values);
    }
    writer.end(result);
  }
  writer.end(list);
  return writer.finish();
}

const ATTRIBUTE_VALUES = 0xa0;

function decodeDereference(reader: RequestReader): Dereference {
  const outer = reader.enter(Tag.sequence);
  const attribute = reader.string();
  const attributes = reader.list(Tag.sequence, reader.limits.attributesMax, 'attributes', () =>
    reader.string(),
  );
  reader.leave(outer);
  return attributes.length === 0
    ? reader.refuse('A dereference names at least one attribute.')
    : { attribute, attributes };
}
