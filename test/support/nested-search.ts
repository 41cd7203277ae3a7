/** A search whose filter is nested as deep as one likes; built in one pass, where element by element takes its square. */
import { element, integer } from './ber-builder.ts';

const HEAD = element(0x04, 'dc=roster');
const MIDDLE = Buffer.from('0a01020a0100020100020100010100', 'hex');
const NOT = 0xa2;

/** A whole message: "(!(!(!...(objectClass=*))))", `depth` times. */
export function nestedSearch(id: number, depth: number): Buffer {
  const parts: Buffer[] = [element(0x87, 'objectClass')];
  let length = parts[0]?.length ?? 0;
  const wrap = (tag: number): void => {
    const header = headerOf(tag, length);
    parts.push(header);
    length += header.length;
  };
  for (let level = 0; level < depth; level++) wrap(NOT);
  const filter = Buffer.concat(parts.reverse());
  const request = joined(0x63, HEAD, MIDDLE, filter, Buffer.from('3000', 'hex'));
  return joined(0x30, integer(id), request);
}

function joined(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([headerOf(tag, body.length), body]);
}

function headerOf(tag: number, length: number): Buffer {
  if (length < 128) return Buffer.of(tag, length);
  const header = Buffer.alloc(6);
  header[0] = tag;
  header[1] = 0x84;
  header.writeUInt32BE(length, 2);
  return header;
}
