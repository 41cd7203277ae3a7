/** Cuts a stream of bytes into lines. */
import { DirectoryError } from '../errors.ts';

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without the line break. */
  readonly bytes: Buffer;
}

const LINE_FEED = 0x0a;

/** Throws DirectoryError 'invalid' for a line of more than `bytesMax`. */
export async function* linesOf(stream: AsyncIterable<Buffer>, bytesMax: number): AsyncGenerator<Line> {
  let number = 1;
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      parts.push(chunk.subarray(start, end));
      yield { number, bytes: Buffer.concat(parts) };
      number += 1;
      parts = [];
      length = 0;
      start = end + 1;
    }
    length += chunk.length - start;
    if (length > bytesMax)
      throw new DirectoryError('invalid', `line ${number} has more than ${bytesMax} bytes.`);
    parts.push(chunk.subarray(start));
  }
  if (length > 0) yield { number, bytes: Buffer.concat(parts) };
}
