/** Encodes the requests that are sent to both servers. */
import { parseFilter } from '../src/core/syntax/filter-text.ts';
import { Oid } from '../src/ldap-server/protocol/oids.ts';
import {
  element,
  integer,
  message,
  search,
  sequence,
  simpleBind,
  text,
} from '../test/support/ber-builder.ts';
import { filterBytes } from '../test/support/filter-bytes.ts';
import { ADMIN_DN, ADMIN_PASSWORD } from './population.ts';

export const ADMIN_BIND = message(1, simpleBind(ADMIN_DN, ADMIN_PASSWORD));
export const UNBIND = message(2, element(0x42));

/** One search in the whole subtree of `base`. */
export interface Search {
  readonly base: string;
  readonly filter: string;
  /** None: all user attributes. */
  readonly attributes?: readonly string[];
}

export function searchOperation({ base, filter, attributes = [] }: Search): Buffer {
  return search({ base, filter: filterBytes(parseFilter(filter)), attributes });
}

/** Messages of these operations; ids count from 3, so that no two in flight have the same. */
export function messages(operations: readonly Buffer[]): readonly Buffer[] {
  return operations.map((operation, index) => message(index + 3, operation));
}

/** A search for one page (RFC 2696); an empty cookie asks for the first. */
export function pageRequest(operation: Buffer, pageSize: number, cookie: Buffer): Buffer {
  const value = sequence(integer(pageSize), text(cookie));
  return message(3, operation, element(0xa0, sequence(text(Oid.pagedResults), text(value))));
}

/** The cookie of a page's result: the last octet string in the only control's value. */
export function cookieOf(result: Buffer): Buffer {
  const oid = result.indexOf(Oid.pagedResults);
  if (oid < 0) throw new Error('The server did not page its answer.');
  // After the OID: the value (0x04), in it a sequence (0x30) of the estimate (0x02) and the cookie (0x04).
  const [value] = elementAt(result, oid + Oid.pagedResults.length);
  const [components] = elementAt(value, 0);
  const [, rest] = elementAt(components, 0);
  const [cookie] = elementAt(rest, 0);
  return Buffer.from(cookie);
}

/** The contents of the element at `at`, and what follows it. */
function elementAt(bytes: Buffer, at: number): readonly [Buffer, Buffer] {
  const first = bytes[at + 1] ?? 0;
  const octets = first < 0x80 ? 0 : first & 0x7f;
  const begin = at + 2 + octets;
  const end = begin + (octets === 0 ? first : bytes.readUIntBE(at + 2, octets));
  return [bytes.subarray(begin, end), bytes.subarray(end)];
}
