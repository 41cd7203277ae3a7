/** The rule for pictures in attributes: one whole JPEG, PNG or WebP, small enough for every client that asks for it. */
import { createHash } from 'node:crypto';
import { DirectoryError } from '../errors.ts';
import { readJpeg, type Size } from './avatar.ts';

export const IMAGE_BYTES_MAX = 65_536;
/** A small file can unfold to a huge picture in the client that shows it. */
const IMAGE_PIXELS_MAX = 4096;

export const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];

/** As it is kept, beside the value that tells of it. */
export interface StoredImage {
  /** SHA-256 in base64url: another picture has another one. */
  readonly digest: string;
  readonly octets: Buffer;
}

/** What a value tells of a picture whose octets are kept elsewhere. */
export interface ImageValue {
  readonly type: ImageType;
  /** Length of the picture in bytes. */
  readonly bytes: number;
  readonly digest: string;
}

/** Of a whole picture within the bounds. Throws DirectoryError 'invalid' (field `attributes`); `name`: of the attribute. */
export function imageValue(name: string, octets: Uint8Array): ImageValue {
  const bytes = Buffer.from(octets);
  if (bytes.length > IMAGE_BYTES_MAX) {
    throw invalid(`${name} has at most ${IMAGE_BYTES_MAX} bytes, not ${bytes.length}: scale it down.`);
  }
  const form = FORMS.find(({ isOne }) => isOne(bytes));
  if (form === undefined) throw invalid(`${name} is a JPEG, PNG or WebP picture, which this is not.`);
  const size = form.read(bytes);
  if (size === null) throw invalid(`The picture for ${name} is damaged, or something follows it.`);
  if (Math.max(size.width, size.height) > IMAGE_PIXELS_MAX) {
    throw invalid(`${name} is at most ${IMAGE_PIXELS_MAX} pixels wide and high: scale it down.`);
  }
  const digest = createHash('sha256').update(bytes).digest('base64url');
  return { type: form.type, bytes: bytes.length, digest };
}

/** As a value is kept and shown: "image/png;bytes=1234;sha256=...". */
export function formatImage({ type, bytes, digest }: ImageValue): string {
  return `${type};bytes=${bytes};sha256=${digest}`;
}

/** The inverse of formatImage; null: this is none. */
export function parseImage(value: string | undefined): ImageValue | null {
  const [, type, bytes, digest] = /^([a-z/]+);bytes=(\d+);sha256=([\w-]+)$/.exec(value ?? '') ?? [];
  const known = IMAGE_TYPES.find((each) => each === type);
  return known === undefined || digest === undefined ? null : { type: known, bytes: Number(bytes), digest };
}

interface Form {
  readonly type: ImageType;
  isOne(bytes: Buffer): boolean;
  /** null: it is not whole, or something follows. */
  read(bytes: Buffer): Size | null;
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

const FORMS: readonly Form[] = [
  { type: 'image/jpeg', isOne: (bytes) => bytes.subarray(0, 3).equals(JPEG), read: readJpeg },
  { type: 'image/png', isOne: (bytes) => bytes.subarray(0, 8).equals(PNG), read: readPng },
  {
    type: 'image/webp',
    isOne: (bytes) => textAt(bytes, 0) === 'RIFF' && textAt(bytes, 8) === 'WEBP',
    read: readWebp,
  },
];

/** Walks the chunks (length, type, data, CRC) from IHDR to IEND, which must be the end (PNG, third edition, 5.3). */
function readPng(bytes: Buffer): Size | null {
  let size: Size | null = null;
  let hasData = false;
  for (let offset = 8; offset + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(offset);
    const type = textAt(bytes, offset + 4);
    const end = offset + 12 + length;
    if (end > bytes.length || (size === null) !== (type === 'IHDR')) return null;
    if (type === 'IHDR') size = length === 13 ? sized(bytes.readUInt32BE(16), bytes.readUInt32BE(20)) : null;
    if (size === null) return null;
    if (type === 'IDAT') hasData = true;
    if (type === 'IEND') return hasData && end === bytes.length ? size : null;
    offset = end;
  }
  return null;
}

/** The size stands in the first chunk, of one of three kinds (RFC 9649 sections 2.4 to 2.7). */
function readWebp(bytes: Buffer): Size | null {
  if (bytes.length < 30 || bytes.readUInt32LE(4) + 8 !== bytes.length) return null;
  switch (textAt(bytes, 12)) {
    case 'VP8X':
      return sized(bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1);
    case 'VP8L': {
      const packed = bytes.readUInt32LE(21);
      return bytes[20] === 0x2f ? sized((packed & 0x3fff) + 1, ((packed >>> 14) & 0x3fff) + 1) : null;
    }
    case 'VP8 ':
      return bytes.readUIntBE(23, 3) === 0x9d012a
        ? sized(bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff)
        : null;
    default:
      return null;
  }
}

function sized(width: number, height: number): Size | null {
  return width > 0 && height > 0 ? { width, height } : null;
}

function textAt(bytes: Buffer, offset: number): string {
  return bytes.toString('latin1', offset, offset + 4);
}

function invalid(message: string): DirectoryError {
  return new DirectoryError('invalid', message, { field: 'attributes' });
}
