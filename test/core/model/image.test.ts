import { expect, test } from 'vitest';
import { formatImage, IMAGE_BYTES_MAX, imageValue, parseImage } from '../../../src/core/model/image.ts';
import { aJpeg, aPng, JPEG, WEBP } from '../../support/pictures.ts';

test.each([
  ['image/jpeg', aJpeg(IMAGE_BYTES_MAX)],
  ['image/png', aPng(4096, 1)],
  ['image/webp', WEBP.lossy],
  ['image/webp', WEBP.lossless],
  ['image/webp', WEBP.extended],
])('a whole picture of %s is taken, and its value tells what it is', (type, octets) => {
  const value = imageValue('badge', octets);
  expect(value).toMatchObject({ type, bytes: octets.length });
  expect(parseImage(formatImage(value))).toEqual(value);
  expect(imageValue('badge', Buffer.concat([octets])).digest).toBe(value.digest);
});

/** With other bytes at an offset. */
function changed(octets: Buffer, offset: number, ...bytes: number[]): Buffer {
  const copy = Buffer.from(octets);
  copy.set(bytes, offset);
  return copy;
}

const afterIhdr = 8 + 25;

test.each([
  ['nothing', Buffer.alloc(0), /which this is not/],
  ['a GIF', Buffer.from('GIF89a'), /which this is not/],
  ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /which this is not/],
  ['one byte too many', aJpeg(IMAGE_BYTES_MAX + 1), /at most 65536 bytes, not 65537/],
  ['half a JPEG', JPEG.small.subarray(0, 100), /damaged/],
  ['half a PNG', aPng().subarray(0, -5), /damaged/],
  ['a PNG with something behind it', Buffer.concat([aPng(), Buffer.from('<script>')]), /something follows/],
  ['a PNG without a header', Buffer.concat([aPng().subarray(0, 8), aPng().subarray(afterIhdr)]), /damaged/],
  ['a PNG with two headers', Buffer.concat([aPng().subarray(0, afterIhdr), aPng().subarray(8)]), /damaged/],
  ['a PNG without data', Buffer.concat([aPng().subarray(0, afterIhdr), aPng().subarray(-12)]), /damaged/],
  ['a PNG of no width', changed(aPng(), 16, 0, 0, 0, 0), /damaged/],
  ['a chunk that is longer than the file', changed(aPng(), afterIhdr, 0xff, 0xff, 0xff, 0xff), /damaged/],
  ['too wide a PNG', changed(aPng(), 16, 0, 0, 0x10, 1), /at most 4096 pixels/],
  ['a PNG with a side of two thousand million', changed(aPng(), 20, 0x7f, 0xff, 0xff, 0xff), /4096 pixels/],
  ['half a WebP', WEBP.lossy.subarray(0, -1), /damaged/],
  ['a WebP with something behind it', Buffer.concat([WEBP.lossy, Buffer.alloc(1)]), /something follows/],
  ['a WebP of an unknown kind', changed(WEBP.lossy, 15, 0x39), /damaged/],
  ['too wide a WebP', changed(WEBP.extended, 24, 0, 0x10, 0), /at most 4096 pixels/],
])('%s is refused', (_what, octets, message) => {
  expect(() => imageValue('badge', octets)).toThrowError(
    expect.objectContaining({
      code: 'invalid',
      field: 'attributes',
      message: expect.stringMatching(message),
    }),
  );
});

test.each(['', 'image/gif;bytes=1;sha256=a', 'image/png;bytes=x;sha256=a', 'text'])(
  '%j is no value of a picture',
  (text) => {
    expect(parseImage(text)).toBeNull();
  },
);
