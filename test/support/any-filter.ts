/** Arbitrary search filters for property tests. */
import fc from 'fast-check';
import type { Filter } from '../../src/core/syntax/filter.ts';

const octets = (minLength: number) =>
  fc
    .oneof(fc.string({ unit: 'binary', minLength, maxLength: 6 }), fc.uint8Array({ minLength, maxLength: 6 }))
    .map((value) => Buffer.from(value));
const letters = fc.stringMatching(/^[a-zA-Z0-9 @.-]{1,8}$/).map((text) => Buffer.from(text));

/** Of every kind, a few levels deep; pieces of substrings are never empty. */
export const anyFilter = filterOf({
  attribute: fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9-]{0,6}(;[a-z]{1,4})?$/),
  value: octets(0),
  piece: octets(1),
  setLengthMin: 0,
});

/** As anyFilter, restricted to what every client library can write: no options, octets or empty sets and values. */
export const plainFilter = filterOf({
  attribute: fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,6}$/),
  value: letters,
  piece: letters,
  setLengthMin: 1,
});

interface FilterParts {
  readonly attribute: fc.Arbitrary<string>;
  readonly value: fc.Arbitrary<Buffer>;
  readonly piece: fc.Arbitrary<Buffer>;
  readonly setLengthMin: number;
}

function filterOf(parts: FilterParts): fc.Arbitrary<Filter> {
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      assertionOf(parts),
      fc.record({ type: fc.constant('presence'), attribute: parts.attribute }) as fc.Arbitrary<Filter>,
      substringOf(parts),
      extensibleOf(parts),
      fc.record({
        type: fc.constantFrom('and', 'or'),
        filters: fc.array(tie('filter'), { minLength: parts.setLengthMin, maxLength: 3 }),
      }) as fc.Arbitrary<Filter>,
      fc.record({ type: fc.constant('not'), filter: tie('filter') }) as fc.Arbitrary<Filter>,
    ),
  })).filter;
}

function assertionOf({ attribute, value }: FilterParts): fc.Arbitrary<Filter> {
  const type = fc.constantFrom('equality', 'greater-or-equal', 'less-or-equal', 'approximate');
  return fc.record({ type, attribute, value }) as fc.Arbitrary<Filter>;
}

function substringOf({ attribute, piece }: FilterParts): fc.Arbitrary<Filter> {
  return fc
    .record({
      type: fc.constant('substring'),
      attribute,
      initial: fc.option(piece),
      any: fc.array(piece, { maxLength: 3 }),
      final: fc.option(piece),
    })
    .filter(
      ({ initial, any, final }) => initial !== null || any.length > 0 || final !== null,
    ) as fc.Arbitrary<Filter>;
}

function extensibleOf({ attribute, value }: FilterParts): fc.Arbitrary<Filter> {
  return fc
    .record({
      type: fc.constant('extensible'),
      attribute: fc.option(attribute),
      rule: fc.option(fc.stringMatching(/^[a-z]{3,8}Match$/)),
      value,
      dnAttributes: fc.boolean(),
    })
    .filter((filter) => filter.attribute !== null || filter.rule !== null) as fc.Arbitrary<Filter>;
}
