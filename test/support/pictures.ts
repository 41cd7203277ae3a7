/** Pictures for tests. */

/** A JPEG of two by two pixels. */
const SMALL = Buffer.from(
  [
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////',
    '////////////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////////////////////',
    '////////////wAARCAACAAIDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAYEAEAAwEAAAAAAAAAAAAAAAAAAQIy',
    'cf/EABUBAQEAAAAAAAAAAAAAAAAAAAAB/8QAFhEBAQEAAAAAAAAAAAAAAAAAAAEx/9oADAMBAAIRAxEAPwCO2p6ALdf/2Q==',
  ].join(''),
  'base64',
);

/** A picture that every program can show, in so many bytes: a comment before it makes it as long, and one of its own. */
export function aJpeg(bytes = SMALL.length + 100, comment = 'a'): Buffer {
  const header = Buffer.from([0xff, 0xfe, 0, 0]);
  const room = bytes - SMALL.length - header.length;
  header.writeUInt16BE(room + 2, 2);
  return Buffer.concat([SMALL.subarray(0, 2), header, Buffer.alloc(room, comment), SMALL.subarray(2)]);
}

/** The segments of that picture, to be put together wrongly. */
export const JPEG = {
  small: SMALL,
  /** Of the frame header, which tells the size. */
  frameAt: SMALL.indexOf(Buffer.from([0xff, 0xc0])),
  scanAt: SMALL.indexOf(Buffer.from([0xff, 0xda])),
};
