/** Damages valid messages, by their grammar and by their bytes, for fuzzing. */
import { type BerNode, readBerTree, writeBerTree } from './ber-tree.ts';

export interface Random {
  /** From 0 to one less than `limit`. */
  below(limit: number): number;
}

/** Mulberry32: small, and the same everywhere for the same seed. */
export function createRandom(seed: number): Random {
  let state = seed;
  return {
    below(limit) {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit) | 0;
    },
  };
}

/** Bytes made of one of the valid messages, or now and then of nothing at all. */
export function damaged(valid: readonly Buffer[], random: Random): Buffer {
  const kind = random.below(10);
  if (kind === 0) return randomBytes(random, 80);
  let nodes = readBerTree(pick(valid, random));
  if (kind < 8) {
    const donor = readBerTree(pick(valid, random));
    for (let edits = 1 + random.below(3); edits > 0; edits -= 1) nodes = edited(nodes, donor, random);
  }
  const bytes = writeBerTree(nodes, pick([0, 0, 0, 1, 2, 3, 4], random));
  return kind > 5 ? corrupted(bytes, random) : bytes;
}

/** One node somewhere in the tree replaced, dropped, doubled, moved or wrapped. */
function edited(nodes: readonly BerNode[], donor: readonly BerNode[], random: Random): BerNode[] {
  const at = random.below(nodes.length);
  const node = nodes[at];
  if (node === undefined) return [anyNode(donor, random)];
  const inner = node.contents;
  if (!Buffer.isBuffer(inner) && random.below(4) > 0) {
    return nodes.with(at, { tag: node.tag, contents: edited(inner, donor, random) });
  }
  switch (random.below(7)) {
    case 0:
      return nodes.toSpliced(at, 1);
    case 1:
      return nodes.toSpliced(at, 0, ...Array<BerNode>(1 + random.below(40)).fill(node));
    case 2:
      return nodes.with(at, anyNode(donor, random));
    case 3:
      return nodes.toSpliced(at, 1).toSpliced(random.below(nodes.length), 0, node);
    case 4:
      return nodes.with(at, wrapped(node, 1 + random.below(50), pick(CONSTRUCTED_TAGS, random)));
    case 5:
      return nodes.with(at, { tag: pick(TAGS, random), contents: inner });
    default:
      return nodes.with(at, { tag: node.tag, contents: contentsInstead(inner, random) });
  }
}

const CONSTRUCTED_TAGS = [0x30, 0x31, 0xa0, 0xa1, 0xa2, 0xa3, 0x63];
const TAGS = [
  ...[0x01, 0x02, 0x04, 0x0a, 0x42, 0x4a, 0x50, 0x60, 0x63, 0x66, 0x68, 0x6c, 0x6e, 0x77],
  ...[0x80, 0x81, 0x82, 0x83, 0x84, 0x87, 0xa4, 0xa5, 0xa6, 0xa8, 0xa9, 0xaa, 0x1f, 0xff],
  ...CONSTRUCTED_TAGS,
];
/** Numbers and texts at the edges. */
const CONTENTS = [
  '',
  '00',
  'ff',
  '7f',
  '80',
  '7fffffff',
  '80000000',
  'ffffffff',
  '0080000000',
  '00000001',
  'c3',
  'c080',
];

function contentsInstead(contents: BerNode['contents'], random: Random): Buffer {
  switch (random.below(4)) {
    case 0:
      return Buffer.from(pick(CONTENTS, random), 'hex');
    case 1:
      return Buffer.alloc(random.below(9000), 'x');
    case 2:
      return randomBytes(random, 30);
    default:
      // A value inside an octet string is BER again.
      return corrupted(Buffer.isBuffer(contents) ? contents : writeBerTree(contents), random);
  }
}

/** Bytes set, dropped, doubled or cut off. */
function corrupted(bytes: Buffer, random: Random): Buffer {
  const changed = [...bytes];
  for (let edits = 1 + random.below(3); edits > 0; edits -= 1) {
    const at = random.below(changed.length);
    switch (random.below(4)) {
      case 0:
        changed.splice(at, 1);
        break;
      case 1:
        changed.splice(at, 0, random.below(256));
        break;
      case 2:
        changed[at] = random.below(256);
        break;
      default:
        if (random.below(4) === 0) changed.length = at;
    }
  }
  return Buffer.from(changed);
}

function wrapped(node: BerNode, levels: number, tag: number): BerNode {
  let outer = node;
  for (let level = 0; level < levels; level += 1) outer = { tag, contents: [outer] };
  return outer;
}

function anyNode(nodes: readonly BerNode[], random: Random): BerNode {
  const node = pick(nodes, random);
  const inner = node.contents;
  if (Buffer.isBuffer(inner) || inner.length === 0 || random.below(3) === 0) return node;
  return anyNode(inner, random);
}

function randomBytes(random: Random, lengthMax: number): Buffer {
  return Buffer.from(Array.from({ length: random.below(lengthMax) }, () => random.below(256)));
}

function pick<T>(from: readonly T[], random: Random): T {
  const picked = from[random.below(from.length)];
  if (picked === undefined) throw new Error('There is nothing to pick from.');
  return picked;
}
