import { describe, expect, it } from 'vitest';
import { BerWriter } from '../../../src/ldap-server/protocol/ber-writer.ts';
import {
  appendSearchEntry,
  encodeControl,
  encodeEntryBody,
  encodeNoticeOfDisconnection,
  encodePartialAttribute,
  encodeResult,
  encodeSearchEntry,
  encodeSearchEntryFromBody,
} from '../../../src/ldap-server/protocol/encode.ts';
import type { ResponseType } from '../../../src/ldap-server/protocol/messages.ts';
import { ResultCode } from '../../../src/ldap-server/protocol/result-codes.ts';
import { boolean, element, enumerated, message, sequence, set, text } from '../../support/ber-builder.ts';

const DN = 'uid=jdoe,ou=users,dc=roster';
const CONTROL = { oid: '1.2.840.113556.1.4.319', critical: false, value: Buffer.from('value') };
const CONTROLS = element(0xa0, sequence(text(CONTROL.oid), text('value')));
const ok = { code: ResultCode.success, matchedDn: '', message: '' };

describe('encodeResult', () => {
  it.each<[type: ResponseType, tag: number]>([
    ['bind', 0x61],
    ['search-done', 0x65],
    ['modify', 0x67],
    ['add', 0x69],
    ['delete', 0x6b],
    ['modify-dn', 0x6d],
    ['compare', 0x6f],
    ['extended', 0x78],
  ])('writes the response of type %s', (type, tag) => {
    const result = {
      code: ResultCode.noSuchObject,
      matchedDn: 'dc=roster',
      message: 'No such entry: Müller.',
    };
    expect(encodeResult(5, type, result)).toEqual(
      message(5, element(tag, enumerated(32), text('dc=roster'), text('No such entry: Müller.'))),
    );
  });

  it('writes name and value of an extended response', () => {
    expect(encodeResult(5, 'extended', ok, { oid: '1.2.3', value: Buffer.from('dn:') })).toEqual(
      message(
        5,
        element(0x78, enumerated(0), text(''), text(''), element(0x8a, '1.2.3'), element(0x8b, 'dn:')),
      ),
    );
  });

  it('writes the SASL credentials of a bind response', () => {
    expect(encodeResult(5, 'bind', ok, { serverSaslCredentials: Buffer.from('x') })).toEqual(
      message(5, element(0x61, enumerated(0), text(''), text(''), element(0x87, 'x'))),
    );
  });

  it('writes controls', () => {
    expect(encodeResult(5, 'search-done', ok, { controls: [CONTROL] })).toEqual(
      message(5, element(0x65, enumerated(0), text(''), text('')), CONTROLS),
    );
  });

  it.each([1, 127, 128, 32_768, 2_147_483_647])('writes message id %i', (id) => {
    expect(encodeResult(id, 'compare', ok)).toEqual(
      message(id, element(0x6f, enumerated(0), text(''), text(''))),
    );
  });

  it.each([0, 100, 200, 300, 70_000])('writes a message of %i characters', (length) => {
    const long = 'x'.repeat(length);
    expect(encodeResult(1, 'bind', { ...ok, message: long })).toEqual(
      message(1, element(0x61, enumerated(0), text(''), text(long))),
    );
  });
});

describe('encodeNoticeOfDisconnection', () => {
  it('writes an unsolicited notification', () => {
    expect(encodeNoticeOfDisconnection(ResultCode.unavailable, 'Shutting down.')).toEqual(
      message(
        0,
        element(
          0x78,
          enumerated(52),
          text(''),
          text('Shutting down.'),
          element(0x8a, '1.3.6.1.4.1.1466.20036'),
        ),
      ),
    );
  });
});

describe('encodeControl', () => {
  it('leaves out a criticality that is false and a value that is not there', () => {
    expect(encodeControl({ oid: '1.1', critical: false, value: null })).toEqual(sequence(text('1.1')));
    expect(encodeControl({ oid: '1.1', critical: true, value: Buffer.alloc(0) })).toEqual(
      sequence(text('1.1'), boolean(true), text('')),
    );
  });
});

describe('a search entry', () => {
  const attributes = [
    encodePartialAttribute('cn', ['Jane Doe', 'Müller']),
    encodePartialAttribute('jpegPhoto', [Buffer.from('ffd8', 'hex')]),
    encodePartialAttribute(
      'memberOf',
      Array.from({ length: 500 }, (_, n) => `cn=group-${n},ou=groups,dc=roster`),
    ),
    encodePartialAttribute('sn', []),
  ];
  const expectedBody = [
    text(DN),
    sequence(
      sequence(text('cn'), set(text('Jane Doe'), text('Müller'))),
      sequence(text('jpegPhoto'), set(text(Buffer.from('ffd8', 'hex')))),
      sequence(
        text('memberOf'),
        set(...Array.from({ length: 500 }, (_, n) => text(`cn=group-${n},ou=groups,dc=roster`))),
      ),
      sequence(text('sn'), set()),
    ),
  ];

  it('is put together out of ready attributes', () => {
    expect(encodeSearchEntry(300, DN, attributes)).toEqual(message(300, element(0x64, ...expectedBody)));
  });

  it('is sent from a ready body, with controls where there are any', () => {
    const body = encodeEntryBody(DN, attributes);
    expect(body).toEqual(Buffer.concat(expectedBody));
    expect(encodeSearchEntryFromBody(3, body, [CONTROL])).toEqual(
      message(3, element(0x64, ...expectedBody), CONTROLS),
    );
  });

  it('may have no attributes, and a DN beyond ASCII', () => {
    expect(encodeSearchEntry(1, 'cn=Müller', [])).toEqual(
      message(1, element(0x64, text('cn=Müller'), sequence())),
    );
  });

  it('is appended to others in one buffer', () => {
    const writer = new BerWriter();
    const bodies = ['', 'cn=a', 'cn=b'].map((dn) => encodeEntryBody(dn, attributes));
    for (const body of bodies) appendSearchEntry(writer, 9, body);
    expect(writer.finish()).toEqual(Buffer.concat(bodies.map((body) => encodeSearchEntryFromBody(9, body))));
  });
});
