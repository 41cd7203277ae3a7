/** The rule for pictures of people: one whole JPEG, small enough for every client that asks for it. */
import { createHash } from 'node:crypto';
import { DirectoryError } from '../errors.ts';

export const AVATAR_BYTES_MAX = 65_536;
/** A small file can unfold to a huge picture in the client that shows it. */
const AVATAR_PIXELS_MAX = 4096;

/** What a user tells of the avatar; its bytes are kept elsewhere, see the store's `avatars`. */
export interface Avatar {
  /** SHA-256 in base64url: another picture has another one. */
  readonly digest: string;
  /** Length of the picture in bytes. */
  readonly bytes: number;
}

/** An avatar with its picture. */
export interface Picture extends Avatar {
  readonly jpeg: Buffer;
}

/** Throws DirectoryError 'invalid' (field `avatar`) for anything but a whole JPEG within the bounds. */
export function checkAvatar(bytes: Buffer): void {
  if (bytes.length > AVATAR_BYTES_MAX) {
    throw invalid(`An avatar has at most ${AVATAR_BYTES_MAX} bytes, not ${bytes.length}: scale it down.`);
  }
  if (bytes.subarray(0, 8).equals(PNG))
    throw invalid('An avatar is a JPEG picture: convert this PNG to JPEG.');
  if (!bytes.subarray(0, 3).equals(JPEG)) {
    throw invalid('An avatar is a JPEG picture, which this is not.');
  }
  const size = readJpeg(bytes);
  if (size === null) throw invalid('This JPEG picture is damaged, or something follows it.');
  if (Math.max(size.width, size.height) > AVATAR_PIXELS_MAX) {
    throw invalid(`An avatar is at most ${AVATAR_PIXELS_MAX} pixels wide and high: scale it down.`);
  }
}

/** null: none is given, or none is wanted any more. Throws DirectoryError 'invalid' (field `avatar`). */
export function pictureOf(given: Uint8Array | null | undefined): Picture | null {
  if (given == null) return null;
  const jpeg = Buffer.from(given);
  checkAvatar(jpeg);
  return { digest: createHash('sha256').update(jpeg).digest('base64url'), bytes: jpeg.length, jpeg };
}

export function avatarOf(picture: Picture | null): Avatar | null {
  return picture === null ? null : { digest: picture.digest, bytes: picture.bytes };
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

/** Markers of ITU T.81 table B.1. */
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Walks the segments of a JPEG from the first to the end of the image, which must be the end of the file; null: it is not whole. */
export function readJpeg(bytes: Buffer): Size | null {
  let size: Size | null = null;
  let hasScan = false;
  let offset = 2;
  while (offset + 2 <= bytes.length && bytes[offset] === 0xff) {
    const marker = bytes[offset + 1] ?? 0;
    if (marker === END_OF_IMAGE) return hasScan && offset + 2 === bytes.length ? size : null;
    if (marker === 0xff) {
      offset += 1;
      continue;
    }
    if (offset + 4 > bytes.length) return null;
    const end = offset + 2 + bytes.readUInt16BE(offset + 2);
    if (marker < 0xc0 || end > bytes.length || end < offset + 4) return null;
    if (isFrame(marker)) size = readFrame(bytes.subarray(offset + 4, end));
    if (marker === START_OF_SCAN) hasScan = true;
    offset = marker === START_OF_SCAN ? endOfScan(bytes, end) : end;
  }
  return null;
}

/** SOF0 to SOF15 without DHT, JPG and DAC, whose numbers lie between. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Precision, height, width (ITU T.81 section B.2.2). */
function readFrame(segment: Buffer): Size | null {
  if (segment.length < 6) return null;
  const [height, width] = [segment.readUInt16BE(1), segment.readUInt16BE(3)];
  return height > 0 && width > 0 ? { width, height } : null;
}

/** Where the next marker stands: in coded data 0xff is followed by 0 or by the number of a restart. */
function endOfScan(bytes: Buffer, start: number): number {
  let offset = bytes.indexOf(0xff, start);
  while (offset >= 0) {
    const next = bytes[offset + 1] ?? 0;
    if (next !== 0 && (next < 0xd0 || next > 0xd7)) return offset;
    offset = bytes.indexOf(0xff, offset + 2);
  }
  return bytes.length;
}

function invalid(message: string): DirectoryError {
  return new DirectoryError('invalid', message, { field: 'avatar' });
}
