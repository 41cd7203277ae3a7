/** Builds the values of request controls and of extended requests, apart from the codec under test. */
import { decodeAssertion } from '../../src/ldap-server/protocol/controls/assertion.ts';
import {
  type Dereference,
  decodeDereferenceRequest,
} from '../../src/ldap-server/protocol/controls/dereference.ts';
import { decodeMatchedValues } from '../../src/ldap-server/protocol/controls/matched-values.ts';
import {
  decodePagedResults,
  encodePagedResults,
} from '../../src/ldap-server/protocol/controls/paged-results.ts';
import { decodeSortRequest, type SortKey } from '../../src/ldap-server/protocol/controls/sorting.ts';
import {
  decodeVirtualListViewRequest,
  type VirtualListViewRequest,
} from '../../src/ldap-server/protocol/controls/virtual-list-view.ts';
import { decodeCancel } from '../../src/ldap-server/protocol/extended/cancel.ts';
import {
  decodePasswordModify,
  type PasswordModifyRequest,
} from '../../src/ldap-server/protocol/extended/password-modify.ts';
import { Oid } from '../../src/ldap-server/protocol/oids.ts';
import { element, integer, sequence, text } from './ber-builder.ts';
import { filterBytes } from './filter-bytes.ts';

const optional = (tag: number, value: string | Buffer | null) =>
  value === null ? [] : [element(tag, value)];

export const sortRequestBytes = (keys: readonly SortKey[]): Buffer =>
  sequence(
    ...keys.map(({ attribute, rule, reverse }) =>
      sequence(text(attribute), ...optional(0x80, rule), ...(reverse ? [element(0x81, Buffer.of(255))] : [])),
    ),
  );

export const virtualListViewBytes = ({
  beforeCount,
  afterCount,
  target,
  contextId,
}: VirtualListViewRequest) =>
  sequence(
    integer(beforeCount),
    integer(afterCount),
    target.type === 'value'
      ? element(0x81, target.value)
      : element(0xa0, integer(target.offset), integer(target.contentCount)),
    ...optional(0x04, contextId),
  );

export const dereferenceBytes = (asked: readonly Dereference[]): Buffer =>
  sequence(
    ...asked.map(({ attribute, attributes }) => sequence(text(attribute), sequence(...attributes.map(text)))),
  );

export const passwordModifyBytes = ({ user, oldPassword, newPassword }: PasswordModifyRequest): Buffer =>
  sequence(...optional(0x80, user), ...optional(0x81, oldPassword), ...optional(0x82, newPassword));

export const cancelBytes = (messageId: number): Buffer => sequence(integer(messageId));

/** A codec's decoder beside the builder here; `decode` gives null for what is missing or malformed. */
interface ValueForm {
  decode(value: Buffer | null): unknown;
  /** What the decoded value is built to; null where there is none or it does not decode. */
  rebuild(value: Buffer | null): Buffer | null;
}

function form<T>(decode: (value: Buffer | null) => T | null, build: (decoded: T) => Buffer): ValueForm {
  return {
    decode,
    rebuild(value) {
      const decoded = value === null ? null : decode(value);
      return decoded === null ? null : build(decoded);
    },
  };
}

/** By the OIDs of request controls and extended requests. */
export const VALUE_FORMS: ReadonlyMap<string, ValueForm> = new Map([
  [Oid.pagedResults, form(decodePagedResults, encodePagedResults)],
  [Oid.sortRequest, form(decodeSortRequest, sortRequestBytes)],
  [Oid.virtualListViewRequest, form(decodeVirtualListViewRequest, virtualListViewBytes)],
  [
    Oid.matchedValues,
    form(decodeMatchedValues, (items) => sequence(...items.map((item) => filterBytes(item)))),
  ],
  [Oid.assertion, form(decodeAssertion, (filter) => filterBytes(filter))],
  [Oid.dereference, form(decodeDereferenceRequest, dereferenceBytes)],
  [Oid.passwordModify, form(decodePasswordModify, passwordModifyBytes)],
  [Oid.cancel, form(decodeCancel, cancelBytes)],
]);
