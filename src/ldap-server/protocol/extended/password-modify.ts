/** Password modify (RFC 3062). */
import { Tag } from '../ber-reader.ts';
import { BerWriter } from '../ber-writer.ts';
import { readValue } from '../read-value.ts';

export interface PasswordModifyRequest {
  /** A DN, or another name that the server knows; null: whoever the connection is. */
  readonly user: string | null;
  readonly oldPassword: Buffer | null;
  /** null: the server is to make one up. */
  readonly newPassword: Buffer | null;
}

/** A value that is missing asks as one without fields does; null where it is malformed. */
export function decodePasswordModify(value: Buffer | null): PasswordModifyRequest | null {
  if (value === null) return { user: null, oldPassword: null, newPassword: null };
  return readValue(value, (reader) => {
    const outer = reader.enter(Tag.sequence);
    const request = {
      user: reader.nextTag === USER ? reader.dn(USER) : null,
      oldPassword: reader.optionalValue(OLD_PASSWORD),
      newPassword: reader.optionalValue(NEW_PASSWORD),
    };
    reader.leave(outer);
    return request;
  });
}

/** Only for a password that the server made up; otherwise the response has no value. */
export function encodeGeneratedPassword(password: string | Buffer): Buffer {
  const writer = new BerWriter();
  const sequence = writer.begin(Tag.sequence);
  writer.octets(password, GENERATED_PASSWORD);
  writer.end(sequence);
  return writer.finish();
}

const USER = 0x80;
const OLD_PASSWORD = 0x81;
const NEW_PASSWORD = 0x82;
const GENERATED_PASSWORD = 0x80;
