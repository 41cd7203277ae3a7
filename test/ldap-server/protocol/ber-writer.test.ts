import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BerReader, Tag } from '../../../src/ldap-server/protocol/ber-reader.ts';
import { BerWriter, integerSize, lengthSize } from '../../../src/ldap-server/protocol/ber-writer.ts';
import { element, integer, sequence, text } from '../../support/ber-builder.ts';

function written(work: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter(2);
  work(writer);
  return writer.finish();
}

describe('BerWriter', () => {
  it('writes integers in the fewest octets', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.integer({ min: -70_000, max: 70_000 })), (value) => {
        const bytes = written((writer) => writer.integer(value));
        expect(bytes).toEqual(integer(value));
        expect(bytes).toHaveLength(2 + integerSize(value));
        expect(new BerReader(bytes).integer()).toBe(value);
      }),
    );
  });

  it.each([0, 127, 128, 255, 256, 65_535, 65_536])(
    'writes contents of %i bytes with the shortest length',
    (bytes) => {
      const contents = Buffer.alloc(bytes, 'x');
      const expected = element(0x04, contents);
      expect(written((writer) => writer.octets(contents)).equals(expected)).toBe(true);
      expect(expected.length).toBe(1 + lengthSize(bytes) + bytes);
      const nested = written((writer) => {
        const start = writer.begin(Tag.sequence);
        writer.octets(contents);
        writer.end(start);
      });
      expect(nested.equals(sequence(expected))).toBe(true);
    },
  );

  it('counts the bytes of a text, not its characters', () => {
    expect(written((writer) => writer.octets('Müller 🙂'))).toEqual(text('Müller 🙂'));
  });

  it('writes booleans and ready elements', () => {
    const bytes = written((writer) => {
      writer.boolean(true);
      writer.boolean(false, 0x84);
      writer.raw(integer(5));
    });
    expect(bytes.toString('hex')).toBe('0101ff840100020105');
  });

  it('hands out what it holds piece by piece, and never writes to it again', () => {
    const texts = fc.array(fc.string({ maxLength: 40 }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(texts), (pieces) => {
        const writer = new BerWriter(64);
        const taken = pieces.map((piece) => {
          const outer = writer.begin(0x30);
          for (const text of piece) writer.octets(text);
          writer.end(outer);
          return writer.take();
        });
        const apart = pieces.map((piece) =>
          written((one) => {
            const outer = one.begin(0x30);
            for (const text of piece) one.octets(text);
            one.end(outer);
          }),
        );
        expect(taken).toEqual(apart);
        expect(writer.pending).toBe(0);
      }),
    );
  });
});
