import { describe, expect, it } from 'vitest';
import { BerError, BerReader, Tag } from '../../../src/ldap-server/protocol/ber-reader.ts';
import { element, elementWithLength, integer, sequence, text } from '../../support/ber-builder.ts';

const reader = (hex: string) => new BerReader(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('BerReader', () => {
  it.each([
    0, 1, 127, 128, 255, 256, 32767, 32768, 8388607, 8388608, 2147483647, -1, -128, -129, -2147483648,
  ])('reads the integer %i', (value) => {
    expect(new BerReader(integer(value)).integer()).toBe(value);
  });

  it.each([
    ['false', '01 01 00', false],
    ['true', '01 01 ff', true],
    ['true as some clients write it', '01 01 01', true],
  ])('reads %s', (_, hex, value) => {
    expect(reader(hex).boolean()).toBe(value);
  });

  it.each([1, 2, 3, 4])('reads lengths written in %i octets', (octets) => {
    expect(new BerReader(elementWithLength(0x04, octets, 'Jane')).text()).toBe('Jane');
  });

  it('reads text beyond ASCII, and tells what is not UTF-8', () => {
    expect(new BerReader(text('Müller 🙂')).text()).toBe('Müller 🙂');
    expect(new BerReader(text(Buffer.from([0xc3]))).text()).toBeNull();
    expect(new BerReader(text(Buffer.from('c080', 'hex'))).text()).toBeNull();
    expect(new BerReader(text(Buffer.from('eda080', 'hex'))).text()).toBeNull();
  });

  it('steps out of a container over what it did not read', () => {
    const bytes = Buffer.concat([sequence(integer(1), text('ignored'), element(0xbf, 'x')), integer(2)]);
    const ber = new BerReader(bytes);
    const outer = ber.enter(Tag.sequence);
    expect(ber.integer()).toBe(1);
    ber.leave(outer);
    expect(ber.integer()).toBe(2);
    expect(ber.more).toBe(false);
    expect(ber.nextTag).toBe(0);
  });

  it.each([
    ['nothing at all', ''],
    ['another tag', '04 01 00'],
    ['a missing length', '02'],
    ['an indefinite length', '02 80 01 00 00'],
    ['a length of five octets', '02 85 00 00 00 00 01 00'],
    ['the reserved length', '02 ff 00'],
    ['a length field that is cut off', '02 84 00 00'],
    ['a length beyond the end', '02 02 00'],
    ['a length of 4 GiB', '02 84 ff ff ff ff 00'],
    ['an integer without octets', '02 00'],
    ['an integer of five octets', '02 05 00 00 00 00 01'],
  ])('refuses %s', (_, hex) => {
    expect(() => reader(hex).integer()).toThrow(BerError);
  });

  it('refuses a boolean of another length than one', () => {
    expect(() => reader('01 00').boolean()).toThrow(BerError);
    expect(() => reader('01 02 00 00').boolean()).toThrow(BerError);
  });

  it('refuses tags of several octets, and elements that reach out of their container', () => {
    expect(() => reader('1f 81 00 00').skip()).toThrow(BerError);
    const ber = reader('30 03 02 02 01 02 01 00');
    ber.enter(Tag.sequence);
    expect(() => ber.integer()).toThrow('longer than what contains it');
  });
});
