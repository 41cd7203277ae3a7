import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DN_LENGTH_MAX,
  DN_RDNS_MAX,
  type Dn,
  dnKey,
  escapeDnValue,
  formatDn,
  isWithin,
  keyOfDn,
  parentDn,
  parseDn,
  RDN_VALUES_MAX,
} from '../../../src/core/syntax/dn.ts';
import { thrownBy } from '../../support/thrown-by.ts';

/** One RDN of one value, as most are. */
const rdn = (type: string, value: string) => [{ type, value }];
const key = (text: string) => dnKey(parseDn(text));

describe('parseDn', () => {
  it.each<[text: string, dn: Dn]>([
    ['', []],
    ['   ', []],
    ['uid=jdoe,ou=users,dc=roster', [rdn('uid', 'jdoe'), rdn('ou', 'users'), rdn('dc', 'roster')]],
    [' uid = jdoe , ou = users ', [rdn('uid', 'jdoe'), rdn('ou', 'users')]],
    ['uid=jdoe;ou=users', [rdn('uid', 'jdoe'), rdn('ou', 'users')]],
    ['cn=Doe\\, Jane,dc=roster', [rdn('cn', 'Doe, Jane'), rdn('dc', 'roster')]],
    ['cn=Doe\\2C Jane', [rdn('cn', 'Doe, Jane')]],
    ['cn=Doe\\2c Jane', [rdn('cn', 'Doe, Jane')]],
    ['cn=back\\\\2c', [rdn('cn', 'back\\2c')]],
    ['cn=M\\C3\\BCller', [rdn('cn', 'Müller')]],
    ['cn=Müller 🙂', [rdn('cn', 'Müller 🙂')]],
    ['cn=a=b', [rdn('cn', 'a=b')]],
    ['cn=\\ a\\  ', [rdn('cn', ' a ')]],
    ['cn=\\#1', [rdn('cn', '#1')]],
    ['cn=a  b', [rdn('cn', 'a  b')]],
    ['cn=', [rdn('cn', '')]],
    ['cn=,dc=roster', [rdn('cn', ''), rdn('dc', 'roster')]],
    ['cn=nul\\00', [rdn('cn', 'nul\0')]],
    [
      'uid=jdoe + totpToken=123456,ou=users',
      [
        [
          { type: 'uid', value: 'jdoe' },
          { type: 'totpToken', value: '123456' },
        ],
        rdn('ou', 'users'),
      ],
    ],
    ['2.5.4.3=jane', [rdn('2.5.4.3', 'jane')]],
    ['OID.2.5.4.3=jane', [rdn('2.5.4.3', 'jane')]],
    ['1.3.6.1.4.1.1466.0=#04024869', [rdn('1.3.6.1.4.1.1466.0', 'Hi')]],
    ['cn=#0C810248C3 ,dc=x'.replace('48C3', 'C3BC'), [rdn('cn', 'ü'), rdn('dc', 'x')]],
  ])('reads %j', (text, dn) => {
    expect(parseDn(text)).toEqual(dn);
  });

  it.each([
    ['jdoe', 5, '"=" is missing after "jdoe"'],
    ['uid=jdoe,', 10, 'an attribute type'],
    [',uid=jdoe', 1, 'an attribute type'],
    ['=jdoe', 1, 'an attribute type'],
    ['uid=jdoe,,dc=x', 10, 'an attribute type'],
    ['uid=a"b', 6, 'must be escaped'],
    ['uid=a<b', 6, 'must be escaped'],
    ['uid=a\0b', 6, 'must be escaped'],
    ['uid=a\\', 6, 'must be escaped'],
    ['uid=a\\zz', 6, 'must be escaped'],
    ['uid=\\ff', 5, 'not a text in UTF-8'],
    ['uid=\\C3,dc=x', 5, 'not a text in UTF-8'],
    ['uid=#', 5, 'hexadecimal'],
    ['uid=#0', 5, 'hexadecimal'],
    ['uid=#0402', 5, 'not a text'],
    ['uid=#0480', 5, 'not a text'],
    ['uid=#0201ff', 5, 'not a text'],
    ['uid=#04024869zz', 5, 'hexadecimal'],
    ['uid=a+', 7, 'an attribute type'],
    ['uid=a + UID=b', 9, '"UID" stands twice'],
    ['cn=a+sn=b+2.5.4.3=c', 11, '"2.5.4.3" stands twice'],
    ['1.=x', 2, '"=" is missing'],
  ])('refuses %j and names character %i', (text, position, problem) => {
    const error = thrownBy(() => parseDn(text));
    expect(error).toMatchObject({ code: 'invalid', field: 'dn' });
    expect(error.message).toContain(`at character ${position}: `);
    expect(error.message).toContain(problem);
  });

  it('bounds length, components and values', () => {
    const longest = `cn=${'x'.repeat(DN_LENGTH_MAX - 3)}`;
    expect(parseDn(longest)).toHaveLength(1);
    expect(() => parseDn(`${longest}x`)).toThrow('at most 8192 bytes');
    expect(() => parseDn(`cn=${'ü'.repeat(DN_LENGTH_MAX / 2)}`)).toThrow('at most 8192 bytes');
    const deepest = Array.from({ length: DN_RDNS_MAX }, () => 'o=x');
    expect(parseDn(deepest.join(','))).toHaveLength(DN_RDNS_MAX);
    expect(() => parseDn([...deepest, 'o=x'].join(','))).toThrow('more than 128 components');
    const widest = Array.from({ length: RDN_VALUES_MAX }, (_, n) => `type${n}=x`);
    expect(parseDn(widest.join('+'))).toHaveLength(1);
    expect(() => parseDn([...widest, 'o=x'].join('+'))).toThrow('more than 16 values');
  });

  it('reads hostile texts of full length without backtracking for ever', () => {
    const texts = [`cn=${' '.repeat(8000)}"`, `cn=${'\\ '.repeat(4000)}"`, `cn=${' a'.repeat(4000)}"`];
    for (const text of texts) expect(() => parseDn(text)).toThrow('must be escaped');
  });

  it('never shows the DN in its errors, since an RDN may carry a one-time password', () => {
    expect(thrownBy(() => parseDn('uid=jdoe+totpToken=123456"')).message).not.toContain('123456');
  });
});

describe('formatDn', () => {
  it.each([
    ['uid = jdoe ; ou = users', 'uid=jdoe,ou=users'],
    ['cn=Doe\\2C Jane', 'cn=Doe\\, Jane'],
    ['cn=M\\C3\\BCller', 'cn=Müller'],
    ['cn=\\20a\\20', 'cn=\\ a\\ '],
    ['cn=\\20', 'cn=\\ '],
    ['cn=\\#1\\+1\\"\\<\\>\\;\\\\', 'cn=\\#1\\+1\\"\\<\\>\\;\\\\'],
    ['cn=a\\0Ab\\00', 'cn=a\\0ab\\00'],
    ['uid=a + cn=b', 'uid=a+cn=b'],
    ['', ''],
  ])('writes %j as %j', (text, formatted) => {
    expect(formatDn(parseDn(text))).toBe(formatted);
  });

  it('is read back to the same DN', () => {
    fc.assert(
      fc.property(anyDn, (dn) => {
        expect(parseDn(formatDn(dn))).toEqual(dn);
      }),
    );
  });
});

describe('dnKey', () => {
  it.each([
    ['case', 'UID=JDoe,OU=Users,DC=Roster'],
    ['blanks', ' uid = jdoe , ou = users , dc = roster '],
    ['repeated blanks within values', 'uid=jdoe,ou=\\ users\\ ,dc=roster'],
    ['hex pairs', 'uid=\\6ad\\6f\\65,ou=users,dc=roster'],
    ['semicolons', 'uid=jdoe;ou=users;dc=roster'],
    ['OIDs', 'oid.0.9.2342.19200300.100.1.1=jdoe,2.5.4.11=users,0.9.2342.19200300.100.1.25=roster'],
    ['long names', 'userid=jdoe,organizationalUnitName=users,domainComponent=roster'],
    ['BER values', 'uid=#04046A646F65,ou=users,dc=roster'],
  ])('does not see %s', (_, text) => {
    expect(key(text)).toBe('uid=jdoe,ou=users,dc=roster');
  });

  it('does not see the order of values in one RDN', () => {
    expect(key('uid=jdoe+cn=Jane,dc=x')).toBe(key('cn=jane+uid=jdoe,dc=x'));
  });

  it.each([
    ['cn=a\\,dc=roster', 'cn=a,dc=roster'],
    ['cn=a\\+sn=b', 'cn=a+sn=b'],
    ['cn=a\\\\', 'cn=a'],
    ['cn=a\\\\2c', 'cn=a\\,'],
    ['cn=ab', 'cn=a b'],
    ['cn=a', 'sn=a'],
  ])('tells %j from %j', (one, other) => {
    expect(key(one)).not.toBe(key(other));
  });

  it('is the same for a DN written in another case, with other escapes and blanks', () => {
    fc.assert(
      fc.property(anyDn, (dn) => {
        expect(dnKey(parseDn(rewritten(dn)))).toBe(dnKey(dn));
      }),
    );
  });

  it('ends in the key of every DN above', () => {
    fc.assert(
      fc.property(anyDn, anyDn, (leaf, base) => {
        fc.pre(leaf.length > 0 && base.length > 0);
        expect(dnKey([...leaf, ...base]).endsWith(`,${dnKey(base)}`)).toBe(true);
      }),
    );
  });

  it('is equal only for DNs that differ in nothing but folding', () => {
    fc.assert(
      fc.property(shortDn, shortDn, (one, other) => {
        const plain = (dn: Dn) => JSON.stringify(dn.map((values) => values.map(({ value }) => value)));
        expect(dnKey(one) === dnKey(other)).toBe(plain(one) === plain(other));
      }),
    );
  });
});

describe('keyOfDn', () => {
  const plainOrNot = fc
    .tuple(
      fc.constantFrom('uid', 'CN', 'userid', 'commonName', 'ou', 'l', '2.5.4.3'),
      fc.constantFrom('=', ' = ', ''),
      fc.string({ unit: fc.constantFrom(...'aZ1.@_-#ſK ß\\2c+'.split('')), maxLength: 6 }),
    )
    .map((parts) => parts.join(''));
  const text = fc.array(plainOrNot, { maxLength: 4 }).map((rdns) => rdns.join(','));

  it('is the key of the parsed DN, or the error of parsing it', () => {
    const outcome = (make: () => string) => {
      try {
        return make();
      } catch (error) {
        return (error as Error).message;
      }
    };
    fc.assert(
      fc.property(text, (any) => {
        expect(outcome(() => keyOfDn(any))).toBe(outcome(() => key(any)));
      }),
      { numRuns: 2000 },
    );
  });

  it('is the key of the parsed DN at any length', () => {
    const long = (rdns: number) => Array.from({ length: rdns }, () => 'dc=A').join(',');
    for (const rdns of [1, 50, 52, DN_RDNS_MAX]) expect(keyOfDn(long(rdns))).toBe(key(long(rdns)));
    expect(thrownBy(() => keyOfDn(long(DN_RDNS_MAX + 1)))).toBeDefined();
  });
});

describe('isWithin', () => {
  it.each([
    ['uid=jdoe,ou=users,dc=roster', 'ou=USERS, dc=roster', true],
    ['ou=users,dc=roster', 'ou=users,dc=roster', true],
    ['ou=users,dc=roster', '', true],
    ['', '', true],
    ['', 'dc=roster', false],
    ['dc=roster', 'ou=users,dc=roster', false],
    ['cn=x\\,dc=roster', 'dc=roster', false],
    ['uid=jdoe,ou=xusers,dc=roster', 'ou=users,dc=roster', false],
  ])('%j within %j: %s', (dn, base, within) => {
    expect(isWithin(parseDn(dn), parseDn(base))).toBe(within);
  });
});

describe('parentDn', () => {
  it('is the DN without its leaf, and null for the root', () => {
    expect(parentDn(parseDn('uid=jdoe,ou=users'))).toEqual(parseDn('ou=users'));
    expect(parentDn([])).toBeNull();
  });
});

describe('escapeDnValue', () => {
  it('keeps a value from adding components', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(parseDn(`uid=${escapeDnValue(value)},ou=users`)).toEqual([
          rdn('uid', value),
          rdn('ou', 'users'),
        ]);
      }),
    );
  });
});

const type = fc.oneof(
  fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9-]{0,8}$/),
  fc.constantFrom('cn', 'UID', '2.5.4.3', '1.2.840.113556.1.4.1'),
);
const awkward = fc.string({ unit: fc.constantFrom(...' ,+;=#"<>\\aB2ü\0\n'.split('')), maxLength: 8 });
const attributeValue = fc.record({
  type,
  value: fc.oneof(awkward, fc.string({ unit: 'binary', maxLength: 8 })),
});
const anyRdn = fc
  .array(attributeValue, { minLength: 1, maxLength: 3 })
  .filter((rdn) => new Set(rdn.map((one) => dnKey([[{ ...one, value: '' }]]))).size === rdn.length);
const anyDn: fc.Arbitrary<Dn> = fc.array(anyRdn, { maxLength: 4 });
/** Values without case, blanks at the ends or anything else that folds. */
const shortDn: fc.Arbitrary<Dn> = fc.array(
  fc.array(
    fc.record({
      type: fc.constant('cn'),
      value: fc.string({ unit: fc.constantFrom(...',+=\\2c'.split('')), maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 1 },
  ),
  { maxLength: 3 },
);

/** The same DN in upper-case types, all values in hex pairs, with blanks around separators. */
function rewritten(dn: Dn): string {
  const pairs = (value: string) => Buffer.from(value).toString('hex').replace(/../g, '\\$&');
  return dn
    .map((values) => values.map(({ type, value }) => `${type.toUpperCase()} = ${pairs(value)}`).join(' + '))
    .join(' ; ');
}
