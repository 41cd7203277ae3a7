import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILTER_DEPTH_MAX, type Filter } from '../../../src/core/syntax/filter.ts';
import {
  escapeFilterValue,
  FILTER_LENGTH_MAX,
  formatFilter,
  parseFilter,
} from '../../../src/core/syntax/filter-text.ts';
import { anyFilter } from '../../support/any-filter.ts';
import { thrownBy } from '../../support/thrown-by.ts';

const equality = (attribute: string, value: string): Filter => ({
  type: 'equality',
  attribute,
  value: Buffer.from(value),
});
const presence = (attribute: string): Filter => ({ type: 'presence', attribute });
const substring = (initial: string | null, any: string[], final: string | null): Filter => ({
  type: 'substring',
  attribute: 'cn',
  initial: initial === null ? null : Buffer.from(initial),
  any: any.map((piece) => Buffer.from(piece)),
  final: final === null ? null : Buffer.from(final),
});
const extensible = (
  attribute: string | null,
  rule: string | null,
  dnAttributes: boolean,
  value: string,
): Filter => ({
  type: 'extensible',
  attribute,
  rule,
  dnAttributes,
  value: Buffer.from(value),
});

describe('parseFilter', () => {
  it.each<[text: string, filter: Filter]>([
    ['(cn=Babs Jensen)', equality('cn', 'Babs Jensen')],
    ['(!(cn=Tim Howes))', { type: 'not', filter: equality('cn', 'Tim Howes') }],
    [
      '(&(objectClass=person)(|(uid=jdoe)(mail=jdoe@example.org)))',
      {
        type: 'and',
        filters: [
          equality('objectClass', 'person'),
          { type: 'or', filters: [equality('uid', 'jdoe'), equality('mail', 'jdoe@example.org')] },
        ],
      },
    ],
    ['(&)', { type: 'and', filters: [] }],
    ['(|)', { type: 'or', filters: [] }],
    ['(objectClass=*)', presence('objectClass')],
    ['(cn=**)', presence('cn')],
    ['(cn=j*)', substring('j', [], null)],
    ['(cn=*doe)', substring(null, [], 'doe')],
    ['(cn=*a*b*)', substring(null, ['a', 'b'], null)],
    ['(cn=x**y*z)', substring('x', ['y'], 'z')],
    ['(cn=a\\2ab)', equality('cn', 'a*b')],
    ['(cn=\\2a*\\28)', substring('*', [], '(')],
    ['(cn=)', equality('cn', '')],
    ['(cn= x )', equality('cn', ' x ')],
    ['(cn=Müller 🙂)', equality('cn', 'Müller 🙂')],
    ['(cn=M\\c3\\bcller)', equality('cn', 'Müller')],
    ['(bin=\\00\\ff)', { type: 'equality', attribute: 'bin', value: Buffer.from([0, 255]) }],
    ['(cn;lang-de=x)', equality('cn;lang-de', 'x')],
    ['(my_attribute=x)', equality('my_attribute', 'x')],
    ['(2.5.4.3=x)', equality('2.5.4.3', 'x')],
    ['(member=cn=a,dc=x)', equality('member', 'cn=a,dc=x')],
    ['(uidNumber>=1000)', { type: 'greater-or-equal', attribute: 'uidNumber', value: Buffer.from('1000') }],
    ['(uidNumber<=1000)', { type: 'less-or-equal', attribute: 'uidNumber', value: Buffer.from('1000') }],
    ['(cn~=jane)', { type: 'approximate', attribute: 'cn', value: Buffer.from('jane') }],
    ['(cn:caseExactMatch:=Fred)', extensible('cn', 'caseExactMatch', false, 'Fred')],
    ['(cn:=Betty)', extensible('cn', null, false, 'Betty')],
    ['(sn:dn:2.4.6.8.10:=Barney)', extensible('sn', '2.4.6.8.10', true, 'Barney')],
    ['(o:DN:=Ace)', extensible('o', null, true, 'Ace')],
    ['(:1.2.3:=Wilma)', extensible(null, '1.2.3', false, 'Wilma')],
    ['(:DN:2.4.6.8.10:=Dino)', extensible(null, '2.4.6.8.10', true, 'Dino')],
    ['(cn:dnQualifierMatch:=x)', extensible('cn', 'dnQualifierMatch', false, 'x')],
    [
      '( & (cn={0})\n\t(objectclass=groupOfNames) )',
      {
        type: 'and',
        filters: [equality('cn', '{0}'), equality('objectclass', 'groupOfNames')],
      },
    ],
    ['(& (cn=x)(a=b))', { type: 'and', filters: [equality('cn', 'x'), equality('a', 'b')] }],
    [' ( ! ( cn = x) ) ', { type: 'not', filter: equality('cn', ' x') }],
    ['cn=x', equality('cn', 'x')],
    ['&(a=b)(c=d)', { type: 'and', filters: [equality('a', 'b'), equality('c', 'd')] }],
    ['!(a=b)', { type: 'not', filter: equality('a', 'b') }],
  ])('reads %j', (text, filter) => {
    expect(parseFilter(text)).toEqual(filter);
  });

  it.each([
    ['', 1, 'an attribute'],
    ['()', 2, 'an attribute'],
    ['(cn)', 4, '"=" is missing after "cn"'],
    ['(cn=x', 6, '")" is missing'],
    ['cn=x)', 5, 'nothing may follow'],
    ['(cn=x)(a=b)', 7, 'nothing may follow'],
    ['(&(cn=x)', 9, '")" is missing'],
    ['(!)', 3, '"(" is missing'],
    ['(!(a=b)(c=d))', 8, '")" is missing'],
    ['(cn=a(b)', 6, '")" is missing'],
    ['(cn=a\\)', 6, 'two hexadecimal digits'],
    ['(cn=a\\2)', 6, 'two hexadecimal digits'],
    ['(cn=a\0b)', 6, '")" is missing'],
    ['(cn>=a*)', 7, '"\\2a"'],
    ['(cn:=*)', 6, '"\\2a"'],
    ['(:=x)', 4, 'an attribute'],
    ['(:dn:=x)', 7, 'an attribute'],
    ['(c n=x)', 3, '"=" is missing'],
    ['((cn=x))', 2, 'an attribute'],
    ['(&(cn=x)a=b)', 9, '")" is missing'],
  ])('refuses %j and names character %i', (text, position, problem) => {
    const error = thrownBy(() => parseFilter(text));
    expect(error).toMatchObject({ code: 'invalid', field: 'filter' });
    expect(error.message).toContain(`at character ${position}: `);
    expect(error.message).toContain(problem);
  });

  it('reads filters as deep as the limit and refuses deeper ones', () => {
    const nested = (depth: number) => `${'(!'.repeat(depth - 1)}(cn=x)${')'.repeat(depth - 1)}`;
    expect(parseFilter(nested(FILTER_DEPTH_MAX)).type).toBe('not');
    expect(() => parseFilter(nested(FILTER_DEPTH_MAX + 1))).toThrow('more than 32 filters inside each other');
    expect(() => parseFilter(`${'(&'.repeat(30_000)}`)).toThrow('more than 32 filters inside each other');
  });

  it('refuses a filter that is too long', () => {
    expect(() => parseFilter(`(cn=${'x'.repeat(FILTER_LENGTH_MAX)})`)).toThrow('at most 65536 bytes');
  });
});

describe('formatFilter', () => {
  it.each([
    ['(cn=a\\2ab)'],
    ['(cn=a*b*c)'],
    ['(cn=*a*)'],
    ['(bin=\\00\\ff)'],
    ['(cn=Müller)'],
    ['(&(a=b)(!(c>=d))(|))'],
    ['(sn:dn:2.4.6.8.10:=Barney)'],
    ['(:1.2.3:=x)'],
    ['(cn=\\0aline)'],
  ])('writes %s as it was read', (text) => {
    expect(formatFilter(parseFilter(text))).toBe(text);
  });

  it('is read back to the same filter', () => {
    fc.assert(
      fc.property(anyFilter, (filter) => {
        expect(parseFilter(formatFilter(filter))).toEqual(filter);
      }),
    );
  });
});

describe('escapeFilterValue', () => {
  it('keeps a value from changing the filter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(parseFilter(`(&(uid=${escapeFilterValue(value)})(a=b))`)).toEqual({
          type: 'and',
          filters: [equality('uid', value), equality('a', 'b')],
        });
      }),
    );
  });
});
