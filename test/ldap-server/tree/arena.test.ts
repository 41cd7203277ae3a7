import { expect, it } from 'vitest';
import { Arena } from '../../../src/ldap-server/tree/arena.ts';

const record = (byte: number, length = 1000) => Buffer.alloc(length, byte);

it('keeps many records in few buffers, and a large one in its own', () => {
  const arena = new Arena();
  const places = Array.from({ length: 1000 }, (_, number) => arena.keep(record(number % 256)));
  const large = arena.keep(record(7, 3_000_000));
  expect(new Set(places.map(({ bytes }) => bytes)).size).toBe(1);
  places.forEach(({ bytes, offset }, number) => {
    expect(bytes.subarray(offset, offset + 1000).equals(record(number % 256))).toBe(true);
  });
  const before = arena.bytes;
  arena.free(large.bytes, 3_000_000);
  expect(before - arena.bytes).toBe(3_000_000);
});

it('is sparse when most of what it kept is garbage, and never writes over what may yet be read', () => {
  const arena = new Arena();
  const first = arena.keep(record(1));
  for (let count = 0; count < 40_000; count += 1) {
    const { bytes } = arena.keep(record(2));
    arena.free(bytes, 1000);
  }
  expect(arena.isSparse).toBe(true);
  arena.renew();
  expect(arena.isSparse).toBe(false);
  expect(arena.owns(first.bytes)).toBe(false);
  for (let count = 0; count < 2000; count += 1) arena.keep(record(3));
  expect(first.bytes.subarray(first.offset, first.offset + 1000).equals(record(1))).toBe(true);
  const { bytes } = arena.keep(record(1));
  const allocated = arena.bytes;
  // What was kept before the renewal is not counted any more.
  arena.free(first.bytes, 1000);
  expect(arena.bytes).toBe(allocated);
  expect(arena.owns(bytes)).toBe(true);
});
