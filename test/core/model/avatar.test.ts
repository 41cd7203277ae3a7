import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DirectoryError } from '../../../src/core/errors.ts';
import { AVATAR_BYTES_MAX, checkAvatar } from '../../../src/core/model/avatar.ts';
import { aJpeg, JPEG } from '../../support/pictures.ts';
import { thrownBy } from '../../support/thrown-by.ts';

const { small, frameAt, scanAt } = JPEG;
const END = Buffer.from([0xff, 0xd9]);

describe('an avatar', () => {
  it.each([
    ['small', small],
    ['as large as it may be', aJpeg(AVATAR_BYTES_MAX)],
    [
      'with two scans, as progressive ones have',
      Buffer.concat([small.subarray(0, -2), small.subarray(scanAt)]),
    ],
    [
      'with zeros and restarts in its coded data',
      Buffer.concat([small.subarray(0, -2), Buffer.from([0xff, 0x00, 0xff, 0xd3, 1]), END]),
    ],
    [
      'with markers filled up',
      Buffer.concat([small.subarray(0, scanAt), Buffer.from([0xff]), small.subarray(scanAt)]),
    ],
  ])('may be a JPEG %s', (_what, bytes) => {
    expect(() => checkAvatar(bytes)).not.toThrow();
  });

  it.each([
    ['too long', aJpeg(AVATAR_BYTES_MAX + 1), /at most 65536 bytes, not 65537/],
    ['empty', Buffer.alloc(0), /is a JPEG picture, which this is not/],
    ['a PNG', Buffer.from('89504e470d0a1a0a0000', 'hex'), /convert this PNG/],
    ['a page', Buffer.from('<html><script>alert(1)</script>'), /is a JPEG picture, which this is not/],
    ['cut off', small.subarray(0, -1), /damaged/],
    ['followed by something', Buffer.concat([small, Buffer.from('<script>')]), /something follows/],
    ['without a scan', Buffer.concat([small.subarray(0, scanAt), END]), /damaged/],
    ['without a frame', Buffer.concat([small.subarray(0, frameAt), small.subarray(scanAt)]), /damaged/],
    ['of no height', sized(0, 1), /damaged/],
    ['huge when unfolded', sized(65_535, 65_535), /at most 4096 pixels/],
  ])('is refused when it is %s', (_what, bytes, sentence) => {
    expect(thrownBy(() => checkAvatar(bytes))).toMatchObject({
      code: 'invalid',
      field: 'avatar',
      message: expect.stringMatching(sentence),
    });
  });

  it('of any bytes is taken or refused with a sentence', () => {
    const damaged = fc
      .array(fc.tuple(fc.nat(small.length - 1), fc.nat(255)), { maxLength: 8 })
      .map((changes) => {
        const bytes = Buffer.from(small);
        for (const [at, byte] of changes) bytes[at] = byte;
        return bytes;
      });
    const any = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.concat([small.subarray(0, 3), bytes]));
    fc.assert(
      fc.property(fc.oneof(damaged, any), (bytes) => {
        try {
          checkAvatar(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DirectoryError);
        }
      }),
    );
  });
});

function sized(width: number, height: number): Buffer {
  const bytes = Buffer.from(small);
  bytes.writeUInt16BE(height, frameAt + 5);
  bytes.writeUInt16BE(width, frameAt + 7);
  return bytes;
}
