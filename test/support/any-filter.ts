/** Arbitrary search filters for property tests. */
import fc from 'fast-check';
import type { Filter } from '../../src/core/syntax/filter.ts';

const attribute = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9-]{0,6}(;[a-z]{1,4})?$/);
const octets = (minLength: number) =>
  fc
    .oneof(fc.string({ unit: 'binary', minLength, maxLength: 6 }), fc.uint8Array({ minLength, maxLength: 6 }))
    .map((value) => Buffer.from(value));
const value = octets(0);
const piece = octets(1);

const assertion = fc.record({
  type: fc.constantFrom('equality', 'greater-or-equal', 'less-or-equal', 'approximate'),
  attribute,
  value,
});
const presence = fc.record({ type: fc.constant('presence'), attribute });
const substring = fc
  .record({
    type: fc.constant('substring'),
    attribute,
    initial: fc.option(piece),
    any: fc.array(piece, { maxLength: 3 }),
    final: fc.option(piece),
  })
  .filter(({ initial, any, final }) => initial !== null || any.length > 0 || final !== null);
const rule = fc.stringMatching(/^[a-z]{3,8}Match$/);
const extensible = fc
  .record({
    type: fc.constant('extensible'),
    attribute: fc.option(attribute),
    rule: fc.option(rule),
    value,
    dnAttributes: fc.boolean(),
  })
  .filter((filter) => filter.attribute !== null || filter.rule !== null);

/** Of every kind, a few levels deep; pieces of substrings are never empty. */
export const anyFilter: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    assertion as fc.Arbitrary<Filter>,
    presence as fc.Arbitrary<Filter>,
    substring as fc.Arbitrary<Filter>,
    extensible as fc.Arbitrary<Filter>,
    fc.record({
      type: fc.constantFrom('and', 'or'),
      filters: fc.array(tie('filter'), { maxLength: 3 }),
    }) as fc.Arbitrary<Filter>,
    fc.record({ type: fc.constant('not'), filter: tie('filter') }) as fc.Arbitrary<Filter>,
  ),
})).filter;
