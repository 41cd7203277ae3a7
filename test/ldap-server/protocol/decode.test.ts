import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Filter } from '../../../src/core/syntax/filter.ts';
import { DEFAULT_DECODE_LIMITS, decodeRequest } from '../../../src/ldap-server/protocol/decode.ts';
import type { Request, SearchRequest } from '../../../src/ldap-server/protocol/messages.ts';
import { ProtocolViolation } from '../../../src/ldap-server/protocol/violation.ts';
import { anyFilter } from '../../support/any-filter.ts';
import {
  boolean,
  element,
  elementWithLength,
  enumerated,
  integer,
  message,
  search,
  sequence,
  simpleBind,
  text,
} from '../../support/ber-builder.ts';
import { filterBytes } from '../../support/filter-bytes.ts';

const DN = 'uid=jdoe,ou=users,dc=roster';
const assertion = (attribute: string, value: string) => Buffer.concat([text(attribute), text(value)]);

function decodedSearch(operation: Buffer): SearchRequest {
  const { request } = decodeRequest(message(7, operation));
  if (request.type !== 'search') throw new Error(`This is a ${request.type} request.`);
  return request;
}

function violation(frame: Buffer): ProtocolViolation {
  try {
    decodeRequest(frame);
  } catch (error) {
    if (error instanceof ProtocolViolation) return error;
    throw error;
  }
  throw new Error('It was decoded.');
}

describe('decodeRequest', () => {
  it.each<[name: string, operation: Buffer, request: Request]>([
    [
      'a simple bind',
      simpleBind(DN, 'pässword'),
      {
        type: 'bind',
        version: 3,
        name: DN,
        authentication: { type: 'simple', password: Buffer.from('pässword') },
      },
    ],
    [
      'an anonymous bind of version 2',
      element(0x60, integer(2), text(''), element(0x80)),
      { type: 'bind', version: 2, name: '', authentication: { type: 'simple', password: Buffer.alloc(0) } },
    ],
    [
      'a SASL bind',
      element(0x60, integer(3), text(''), element(0xa3, text('PLAIN'), text('\0a\0b'))),
      {
        type: 'bind',
        version: 3,
        name: '',
        authentication: { type: 'sasl', mechanism: 'PLAIN', credentials: Buffer.from('\0a\0b') },
      },
    ],
    [
      'a SASL bind without credentials',
      element(0x60, integer(3), text(''), element(0xa3, text('EXTERNAL'))),
      {
        type: 'bind',
        version: 3,
        name: '',
        authentication: { type: 'sasl', mechanism: 'EXTERNAL', credentials: null },
      },
    ],
    [
      'a bind by a choice of Active Directory',
      element(0x60, integer(3), text(''), element(0x89, 'NTLM')),
      { type: 'bind', version: 3, name: '', authentication: { type: 'unknown' } },
    ],
    ['an unbind', element(0x42), { type: 'unbind' }],
    ['an abandon', element(0x50, Buffer.of(5)), { type: 'abandon', messageId: 5 }],
    [
      'a compare',
      element(0x6e, text(DN), sequence(assertion('member', 'x'))),
      { type: 'compare', entry: DN, attribute: 'member', value: Buffer.from('x') },
    ],
    [
      'an extended request',
      element(0x77, element(0x80, '1.3.6.1.4.1.4203.1.11.3')),
      { type: 'extended', oid: '1.3.6.1.4.1.4203.1.11.3', value: null },
    ],
    [
      'an extended request with a value',
      element(0x77, element(0x80, '1.2.3'), element(0x81, Buffer.of(0, 255))),
      { type: 'extended', oid: '1.2.3', value: Buffer.of(0, 255) },
    ],
    ['a delete', element(0x4a, DN), { type: 'delete', entry: DN }],
    [
      'an add',
      element(0x68, text(DN), sequence(sequence(text('cn'), element(0x31, text('x'))))),
      { type: 'add', entry: DN },
    ],
    [
      'a modify',
      element(0x66, text(DN), sequence(sequence(enumerated(2), sequence(text('cn'), element(0x31))))),
      { type: 'modify', entry: DN },
    ],
    [
      'a modify DN',
      element(0x6c, text(DN), text('uid=x'), boolean(true), element(0x80, 'dc=roster')),
      { type: 'modify-dn', entry: DN },
    ],
    [
      'a search',
      element(
        0x63,
        text('ou=users,dc=roster'),
        enumerated(1),
        enumerated(3),
        integer(1000),
        integer(60),
        boolean(true),
        element(0xa3, assertion('uid', 'jdoe')),
        sequence(text('cn'), text('+')),
      ),
      {
        type: 'search',
        base: 'ou=users,dc=roster',
        scope: 'one',
        derefAliases: 3,
        sizeLimit: 1000,
        timeLimitSeconds: 60,
        typesOnly: true,
        filter: { type: 'equality', attribute: 'uid', value: Buffer.from('jdoe') },
        attributes: ['cn', '+'],
      },
    ],
  ])('reads %s', (_, operation, request) => {
    expect(decodeRequest(message(1, operation))).toEqual({ id: 1, request, controls: [] });
  });

  it('reads controls', () => {
    const controls = element(
      0xa0,
      sequence(text('1.1')),
      sequence(text('1.2'), boolean(true)),
      sequence(text('1.3'), text('value')),
      sequence(text('1.4'), boolean(false), text('')),
    );
    expect(decodeRequest(message(2147483647, element(0x42), controls))).toEqual({
      id: 2147483647,
      request: { type: 'unbind' },
      controls: [
        { oid: '1.1', critical: false, value: null },
        { oid: '1.2', critical: true, value: null },
        { oid: '1.3', critical: false, value: Buffer.from('value') },
        { oid: '1.4', critical: false, value: Buffer.alloc(0) },
      ],
    });
  });

  it('steps over elements that it does not know at the end of sequences', () => {
    const more = element(0x8f, 'more');
    const bind = element(0x60, integer(3), text(DN), element(0x80, 'x'), more);
    const controls = element(0xa0, sequence(text('1.1'), more));
    expect(decodeRequest(message(1, bind, controls, more)).controls).toHaveLength(1);
  });

  it('reads lengths of any form, as Active Directory and others write them', () => {
    const frame = elementWithLength(
      0x30,
      4,
      elementWithLength(0x02, 3, Buffer.of(9)),
      elementWithLength(0x42, 2),
    );
    expect(decodeRequest(frame)).toMatchObject({ id: 9, request: { type: 'unbind' } });
  });

  it('returns nothing that the next bytes of the connection could overwrite', () => {
    const filter = element(
      0xa4,
      text('cn'),
      sequence(element(0x80, 'a'), element(0x81, 'b'), element(0x82, 'c')),
    );
    const controls = element(0xa0, sequence(text('1.1'), text('v')));
    for (const operation of [
      search({ filter }),
      simpleBind(DN, 'secret'),
      element(0x77, element(0x80, '1.2'), element(0x81, 'v')),
    ]) {
      const frame = message(1, operation, controls);
      const decoded = decodeRequest(frame);
      const before = structuredClone(decoded);
      frame.fill(0xee);
      expect(structuredClone(decoded)).toEqual(before);
    }
  });
});

describe('the filter of a search', () => {
  it.each<[name: string, bytes: Buffer, filter: Filter]>([
    ['absolute true', element(0xa0), { type: 'and', filters: [] }],
    ['absolute false', element(0xa1), { type: 'or', filters: [] }],
    ['presence', element(0x87, 'cn'), { type: 'presence', attribute: 'cn' }],
    [
      'a substring',
      element(
        0xa4,
        text('cn'),
        sequence(element(0x80, 'a'), element(0x81, 'b'), element(0x81, 'c'), element(0x82, 'd')),
      ),
      {
        type: 'substring',
        attribute: 'cn',
        initial: Buffer.from('a'),
        any: [Buffer.from('b'), Buffer.from('c')],
        final: Buffer.from('d'),
      },
    ],
    [
      'an extensible match',
      element(
        0xa9,
        element(0x81, 'caseExactMatch'),
        element(0x82, 'cn'),
        element(0x83, 'x'),
        element(0x84, Buffer.of(255)),
      ),
      {
        type: 'extensible',
        rule: 'caseExactMatch',
        attribute: 'cn',
        value: Buffer.from('x'),
        dnAttributes: true,
      },
    ],
    [
      'an extensible match by attribute alone',
      element(0xa9, element(0x82, 'cn'), element(0x83, 'x')),
      { type: 'extensible', rule: null, attribute: 'cn', value: Buffer.from('x'), dnAttributes: false },
    ],
  ])('is read: %s', (_, bytes, filter) => {
    expect(decodedSearch(search({ filter: bytes })).filter).toEqual(filter);
  });

  it('is read as it was built, whatever it is', () => {
    fc.assert(
      fc.property(anyFilter, (filter) => {
        expect(decodedSearch(search({ filter: filterBytes(filter) })).filter).toEqual(filter);
      }),
    );
  });

  it('may be an OR of thousands of names', () => {
    const names = Array.from({ length: 9000 }, (_, n) => element(0xa3, assertion('uid', `user${n}`)));
    const { filter } = decodedSearch(search({ filter: element(0xa1, ...names) }));
    expect(filter).toMatchObject({ type: 'or', filters: { length: 9000 } });
  });

  it.each([
    [
      'terms',
      element(0xa1, ...Array.from({ length: 10_000 }, () => element(0x87, 'cn'))),
      'at most 10000 terms',
    ],
    [
      'pieces',
      element(0xa4, text('cn'), sequence(...Array.from({ length: 10_000 }, () => element(0x81, 'x')))),
      'at most 10000 terms',
    ],
    ['levels', nestedNot(33), 'at most 32 deep'],
    ['levels, 100,000 of them', nestedNot(100_000), 'at most 32 deep'],
  ])('is refused with too many %s', (_, filter, problem) => {
    expect(violation(message(3, search({ filter })))).toMatchObject({
      messageId: 3,
      request: 'search',
      message: expect.stringContaining(problem),
    });
  });

  it('may be as deep as the limit', () => {
    expect(decodedSearch(search({ filter: nestedNot(32) })).filter.type).toBe('not');
  });

  it.each([
    ['an unknown kind', element(0xaa)],
    ['a substring without pieces', element(0xa4, text('cn'), sequence())],
    [
      'a substring with a second beginning',
      element(0xa4, text('cn'), sequence(element(0x80, 'a'), element(0x80, 'b'))),
    ],
    [
      'a substring that goes on after its end',
      element(0xa4, text('cn'), sequence(element(0x82, 'a'), element(0x81, 'b'))),
    ],
    ['an extensible match of nothing', element(0xa9, element(0x83, 'x'))],
  ])('is refused in the response type of a search: %s', (_, filter) => {
    expect(violation(message(3, search({ filter })))).toMatchObject({ messageId: 3, request: 'search' });
  });
});

describe('what a request says amiss is told in its own response type', () => {
  it.each<[name: string, type: string, operation: Buffer, problem: string]>([
    ['a DN that is not UTF-8', 'delete', element(0x4a, Buffer.of(0xff)), 'A DN must be UTF-8.'],
    ['an overlong DN', 'bind', simpleBind('x'.repeat(8193), ''), 'A DN has at most 8192 bytes.'],
    ['an overlong password', 'bind', simpleBind(DN, 'x'.repeat(65_537)), 'A value has at most 65536 bytes.'],
    [
      'an overlong OID',
      'extended',
      element(0x77, element(0x80, '1'.repeat(65_537))),
      'A string has at most 65536 bytes.',
    ],
    ['an unknown scope', 'search', search({ scope: 4 }), 'The scope of a search'],
    ['a negative scope', 'search', search({ scope: -1 }), 'The scope of a search'],
    ['a negative size limit', 'search', search({ sizeLimit: -1 }), 'A size limit is 0 or more, not -1.'],
    [
      'too many attributes',
      'search',
      search({ attributes: Array.from({ length: 1001 }, () => 'cn') }),
      'A request has at most 1000 attributes.',
    ],
  ])('%s', (_, request, operation, problem) => {
    const error = violation(message(4, operation));
    expect(error).toMatchObject({ messageId: 4, request });
    expect(error.message).toContain(problem);
  });

  it('too many controls', () => {
    const controls = element(0xa0, ...Array.from({ length: 33 }, () => sequence(text('1.1'))));
    expect(violation(message(4, element(0x4a, DN), controls))).toMatchObject({
      messageId: 4,
      request: 'delete',
    });
  });

  it('allows 100 attributes and more', () => {
    const attributes = Array.from({ length: 300 }, (_, n) => `attribute${n}`);
    expect(decodedSearch(search({ attributes })).attributes).toEqual(attributes);
  });
});

describe('bytes whose structure is broken name no request to answer', () => {
  it.each([
    ['message id 0', message(0, element(0x42)), null],
    ['a negative message id', message(-5, element(0x42)), null],
    [
      'a message id of five octets',
      sequence(element(0x02, Buffer.from('0080000000', 'hex')), element(0x42)),
      null,
    ],
    ['no message id', sequence(element(0x42)), null],
    ['no operation', sequence(integer(1)), 1],
    ['a response', message(1, element(0x61, enumerated(0), text(''), text(''))), 1],
    ['an unknown operation', message(1, element(0x7e)), 1],
    ['a bind without authentication', message(1, element(0x60, integer(3), text(''))), 1],
    ['a compare without value', message(1, element(0x6e, text(DN), sequence(text('cn')))), 1],
    ['an empty control', message(1, element(0x42), element(0xa0, sequence())), 1],
    ['a search cut short', message(1, element(0x63, text(''), enumerated(2))), 1],
  ])('%s', (_, frame, messageId) => {
    expect(violation(frame)).toMatchObject({ messageId, request: null });
  });
});

describe('whatever the bytes', () => {
  const frames = [
    message(1, simpleBind(DN, 'secret'), element(0xa0, sequence(text('1.2'), boolean(true), text('v')))),
    message(
      2,
      search({ filter: element(0xa0, nestedNot(3), element(0xa9, element(0x81, 'r'), element(0x83, 'x'))) }),
    ),
    message(3, element(0x77, element(0x80, '1.2.3'), element(0x81, 'v'))),
    message(4, element(0x60, integer(3), text(''), element(0xa3, text('PLAIN'), text('x')))),
    message(5, element(0x6e, text(DN), sequence(assertion('cn', 'x')))),
  ];
  const onlyViolations = (frame: Buffer) => {
    try {
      const { id } = decodeRequest(frame);
      expect(id).toBeGreaterThan(0);
    } catch (error) {
      expect(error).toBeInstanceOf(ProtocolViolation);
    }
  };

  it('decodes or throws ProtocolViolation, for random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => onlyViolations(Buffer.from(bytes))));
    fc.assert(
      fc.property(
        fc.constantFrom(0x60, 0x63, 0x77, 0x6e, 0x4a, 0x50),
        fc.uint8Array({ maxLength: 64 }),
        (tag, bytes) => onlyViolations(message(1, element(tag, Buffer.from(bytes)))),
      ),
    );
  });

  it('decodes or throws ProtocolViolation, for valid messages with bytes changed, dropped or doubled', () => {
    const edits = fc.array(
      fc.record({
        at: fc.nat(),
        kind: fc.constantFrom('set', 'drop', 'double'),
        byte: fc.integer({ min: 0, max: 255 }),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...frames), edits, (frame, changes) => {
        const bytes = [...frame];
        for (const { at, kind, byte } of changes) {
          const index = at % bytes.length;
          if (kind === 'set') bytes[index] = byte;
          else bytes.splice(index, 1, ...(kind === 'double' ? [byte, byte] : []));
        }
        onlyViolations(Buffer.from(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('throws ProtocolViolation for a message cut at any byte', () => {
    for (const frame of frames) {
      for (let length = 0; length < frame.length; length += 1) {
        expect(() => decodeRequest(frame.subarray(0, length))).toThrow(ProtocolViolation);
      }
    }
  });

  it('obeys limits that are given', () => {
    const limits = { ...DEFAULT_DECODE_LIMITS, attributesMax: 1 };
    expect(() => decodeRequest(message(1, search({ attributes: ['a', 'b'] })), limits)).toThrow(
      'at most 1 attributes',
    );
  });
});

/** (!(!(...(cn=*)))) of so many levels, built from the inside without recursion. */
function nestedNot(depth: number): Buffer {
  let length = 4;
  const headers: Buffer[] = [];
  for (let level = 1; level < depth; level += 1) {
    const header =
      length < 128
        ? Buffer.of(0xa2, length)
        : Buffer.of(0xa2, 0x83, length >> 16, (length >> 8) & 255, length & 255);
    headers.push(header);
    length += header.length;
  }
  return Buffer.concat([...headers.reverse(), element(0x87, 'cn')]);
}
