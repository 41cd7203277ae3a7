/** Splits BER into its elements (RFC 4511 section 5.1), refusing whatever does not fit its surroundings exactly. */

export interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

/** An answer that breaks the protocol; the connection that brought it cannot be trusted any further. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
}

/** Bytes of the element that begins at `start`, header included; null while its header is incomplete. */
function elementSize(bytes: Buffer, start: number): { header: number; total: number } | null {
  const first = bytes[start + 1];
  if (first === undefined) return null;
  if (first < 0x80) return { header: 2, total: 2 + first };
  const octets = first & 0x7f;
  if (octets === 0 || octets > 4) throw new MalformedAnswer('a length is indefinite or over 4 octets');
  if (bytes.length < start + 2 + octets) return null;
  return { header: 2 + octets, total: 2 + octets + bytes.readUIntBE(start + 2, octets) };
}

/** Walks through elements in elements, and makes no object of any: an enumeration has millions. */
export class ElementReader {
  readonly #bytes: Buffer;
  /** Where the next element, or the content of the one that was entered, begins. */
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Goes to the content of the element that begins here, which must have this tag; returns where it ends. */
  enter(tag: number, limit: number): number {
    const [bytes, start] = [this.#bytes, this.at];
    if (start >= limit || bytes[start] !== tag) {
      throw new MalformedAnswer(`an element with tag ${tag} is missing`);
    }
    const length = bytes[start + 1] ?? 0;
    const size = length < 0x80 ? null : elementSize(bytes, start);
    this.at = start + (size?.header ?? 2);
    const end = start + (size?.total ?? 2 + length);
    if (this.at > limit || end > limit) throw new MalformedAnswer('an element is longer than what holds it');
    return end;
  }

  /** The content of the element that begins here, as enter; goes behind it. */
  take(tag: number, limit: number): Buffer {
    const end = this.enter(tag, limit);
    const content = this.#bytes.subarray(this.at, end);
    this.at = end;
    return content;
  }
}

/** The elements that fill `content`, as views of it. */
export function elements(content: Buffer): Element[] {
  const found: Element[] = [];
  for (let start = 0; start < content.length; ) {
    const size = elementSize(content, start);
    if (size === null || start + size.total > content.length) {
      throw new MalformedAnswer('an element is longer than what holds it');
    }
    found.push({
      tag: content.readUInt8(start),
      content: content.subarray(start + size.header, start + size.total),
    });
    start += size.total;
  }
  return found;
}

/** The content of an element that must be there, with this tag. */
export function contentOf(element: Element | undefined, tag: number): Buffer {
  if (element?.tag !== tag) throw new MalformedAnswer(`an element with tag ${tag} is missing`);
  return element.content;
}

/** Cuts a stream into messages of at most `bytesMax`; joins chunks once per message, however many it came in. */
export function createFrames(bytesMax: number): { push(chunk: Buffer): Generator<Buffer> } {
  let chunks: Buffer[] = [];
  let held = 0;
  let wanted = 2;
  return {
    *push(chunk) {
      chunks.push(chunk);
      held += chunk.length;
      while (held >= wanted) {
        const [only] = chunks;
        const bytes = only?.length === held ? only : Buffer.concat(chunks, held);
        const total = elementSize(bytes, 0)?.total ?? held + 1;
        if (total > bytesMax) throw new MalformedAnswer(`a message is longer than ${bytesMax} bytes`);
        const complete = total <= held;
        chunks = [complete ? bytes.subarray(total) : bytes];
        held -= complete ? total : 0;
        wanted = complete ? 2 : total;
        if (complete) yield bytes.subarray(0, total);
      }
    },
  };
}
