/** Arbitrary requests for property tests and fuzzing, their controls and the values of these included. */
import fc from 'fast-check';
import type { Filter } from '../../src/core/syntax/filter.ts';
import type { Control, Request, RequestMessage } from '../../src/ldap-server/protocol/messages.ts';
import { SCOPES } from '../../src/ldap-server/protocol/messages.ts';
import { Oid } from '../../src/ldap-server/protocol/oids.ts';
import { anyFilter } from './any-filter.ts';
import { integer, sequence, text } from './ber-builder.ts';
import { filterBytes } from './filter-bytes.ts';
import {
  cancelBytes,
  dereferenceBytes,
  passwordModifyBytes,
  sortRequestBytes,
  virtualListViewBytes,
} from './value-bytes.ts';

const MAX_INT = 2_147_483_647;
const count = fc.oneof(fc.nat(1000), fc.nat(MAX_INT));
const string = fc.string({ unit: 'binary', maxLength: 12 });
const octets = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes));
const name = fc.constantFrom('', 'dc=roster', 'uid=jdoe,ou=users,dc=roster', 'cn=Müller\\2c Jane,o=x');
const attribute = fc.constantFrom('cn', 'member', 'objectClass', '*', '+', '1.1', 'cn;lang-de');
const attributes = fc.array(attribute, { minLength: 1, maxLength: 4 });

const simpleItem = anyFilter.filter(
  (filter) =>
    !['and', 'or', 'not'].includes(filter.type) && !(filter.type === 'extensible' && filter.dnAttributes),
);

export const anySortKeys = fc.array(
  fc.record({ attribute, rule: fc.option(fc.constant('2.5.13.3')), reverse: fc.boolean() }),
  { minLength: 1, maxLength: 4 },
);

export const anyVirtualListView = fc.record({
  beforeCount: count,
  afterCount: count,
  target: fc.oneof(
    fc.record({ type: fc.constant('offset' as const), offset: count, contentCount: count }),
    fc.record({ type: fc.constant('value' as const), value: octets }),
  ),
  contextId: fc.option(octets),
});

export const anyMatchedValues = fc.array(simpleItem, { minLength: 1, maxLength: 4 });

export const anyDereferences = fc.array(fc.record({ attribute, attributes }), { minLength: 1, maxLength: 3 });

export const anyPasswordModify = fc.record({
  user: fc.option(name),
  oldPassword: fc.option(octets),
  newPassword: fc.option(octets),
});

const withValue = (oid: string, value: fc.Arbitrary<Buffer>) => fc.tuple(fc.constant(oid), value);
const controlValue = fc.oneof(
  withValue(
    Oid.pagedResults,
    fc.tuple(count, octets).map(([size, cookie]) => sequence(integer(size), text(cookie))),
  ),
  withValue(Oid.sortRequest, anySortKeys.map(sortRequestBytes)),
  withValue(Oid.virtualListViewRequest, anyVirtualListView.map(virtualListViewBytes)),
  withValue(
    Oid.matchedValues,
    anyMatchedValues.map((items) => sequence(...items.map((item) => filterBytes(item)))),
  ),
  withValue(
    Oid.assertion,
    anyFilter.map((filter: Filter) => filterBytes(filter)),
  ),
  withValue(Oid.dereference, anyDereferences.map(dereferenceBytes)),
  withValue('1.2.3.4', octets),
);

const control: fc.Arbitrary<Control> = fc.oneof(
  fc.tuple(controlValue, fc.boolean()).map(([[oid, value], critical]) => ({ oid, critical, value })),
  fc.record({
    oid: fc.constantFrom(Oid.manageDsaIt, Oid.dontUseCopy, Oid.passwordPolicy),
    critical: fc.boolean(),
    value: fc.constant(null),
  }),
);

const type = <T extends string>(value: T) => fc.constant(value);
const authentication = fc.oneof(
  fc.record({ type: type('simple'), password: octets }),
  fc.record({
    type: type('sasl'),
    mechanism: fc.constantFrom('PLAIN', 'EXTERNAL', ''),
    credentials: fc.option(octets),
  }),
  fc.record({ type: type('unknown') }),
);
const search = fc.record({
  type: type('search'),
  base: name,
  scope: fc.constantFrom(...SCOPES),
  derefAliases: fc.nat(3),
  sizeLimit: count,
  timeLimitSeconds: count,
  typesOnly: fc.boolean(),
  filter: anyFilter,
  attributes: fc.array(attribute, { maxLength: 5 }),
});
const extendedValue = fc.oneof(
  withValue(Oid.passwordModify, anyPasswordModify.map(passwordModifyBytes)),
  withValue(Oid.cancel, count.map(cancelBytes)),
  withValue('1.2.3', octets),
);

const request: fc.Arbitrary<Request> = fc.oneof(
  { weight: 4, arbitrary: search },
  fc.record({ type: type('bind'), version: fc.constantFrom(2, 3), name, authentication }),
  fc.record({ type: type('unbind') }),
  fc.record({ type: type('compare'), entry: name, attribute, value: octets }),
  fc.record({ type: type('abandon'), messageId: count }),
  fc.record({
    type: type('extended'),
    oid: fc.constantFrom(Oid.whoAmI, Oid.startTls),
    value: fc.option(octets),
  }),
  extendedValue.map(([oid, value]) => ({ type: 'extended' as const, oid, value })),
  fc.record({ type: fc.constantFrom('add', 'delete', 'modify', 'modify-dn'), entry: string }),
);

/** Of every kind; requests that write have nothing behind their entry's name. */
export const anyRequest: fc.Arbitrary<RequestMessage> = fc.record({
  id: fc.integer({ min: 1, max: MAX_INT }),
  request,
  controls: fc.oneof(fc.constant([]), fc.array(control, { maxLength: 3 })),
});
