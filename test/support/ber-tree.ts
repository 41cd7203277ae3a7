/** BER as a tree, for tests that write the same data in other forms or damage it on purpose. */
import { element, elementWithLength } from './ber-builder.ts';

export interface BerNode {
  readonly tag: number;
  /** Nodes inside a constructed element, bytes inside a primitive one. */
  readonly contents: Buffer | readonly BerNode[];
}

/** The elements that valid BER consists of. */
export function readBerTree(bytes: Buffer): BerNode[] {
  const nodes: BerNode[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes.readUInt8(at);
    const first = bytes.readUInt8(at + 1);
    const start = at + 2 + (first < 128 ? 0 : first - 128);
    const length = first < 128 ? first : bytes.readUIntBE(at + 2, first - 128);
    at = start + length;
    const contents = bytes.subarray(start, at);
    nodes.push({ tag, contents: (tag & CONSTRUCTED) === 0 ? contents : readBerTree(contents) });
  }
  return nodes;
}

/** With the shortest lengths, or with `lengthOctets` of them after the first in every constructed element. */
export function writeBerTree(nodes: readonly BerNode[], lengthOctets = 0): Buffer {
  return Buffer.concat(
    nodes.map(({ tag, contents }) => {
      if (Buffer.isBuffer(contents)) return element(tag, contents);
      const inner = writeBerTree(contents, lengthOctets);
      return lengthOctets === 0 ? element(tag, inner) : elementWithLength(tag, lengthOctets, inner);
    }),
  );
}

const CONSTRUCTED = 0x20;
