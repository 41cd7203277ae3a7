/** Reads UTF-8 out of a stream of bytes. */
import { DirectoryError } from '../errors.ts';
import { linesOf } from './lines.ts';

const LINE_BYTES_MAX = 8 * 1024 * 1024;
/** Lines are handed on together, since each step costs. */
const PART_LENGTH = 65_536;

/** The text in parts, without a byte order mark, with line feeds alone. Throws DirectoryError 'invalid', naming the first line that is not UTF-8. */
export async function* utf8Text(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let part = '';
  for await (const { number, bytes } of linesOf(stream, LINE_BYTES_MAX)) {
    part += `${decoded(bytes, number).replace(/\r$/, '')}\n`;
    if (part.length < PART_LENGTH) continue;
    yield part;
    part = '';
  }
  if (part !== '') yield part;
}

const first = new TextDecoder('utf-8', { fatal: true });
const others = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decoded(bytes: Buffer, line: number): string {
  try {
    return (line === 1 ? first : others).decode(bytes);
  } catch {
    throw new DirectoryError('invalid', `line ${line}: This is not UTF-8.`);
  }
}
