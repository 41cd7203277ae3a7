/** Finds the elements of the lists in a large JSON document one by one, so that it is never in memory as a whole. */
import { DirectoryError } from '../errors.ts';

export interface JsonElement {
  /** The member whose list it is in; '' for a document that is a list. */
  readonly list: string;
  readonly value: unknown;
  /** From 1: where it begins. */
  readonly line: number;
}

const ELEMENT_LENGTH_MAX = 262_144;

/**
 * The elements of a document that is a list, or a mapping some of whose members are lists; its other members are passed
 * over. Nothing may be nested deeper than `depthMax` within an element. Throws DirectoryError 'invalid' with the line.
 */
export async function* jsonElements(
  text: AsyncIterable<string>,
  depthMax: number,
): AsyncGenerator<JsonElement> {
  const scanner = createScanner(depthMax);
  for await (const part of text) yield* scanner.scan(part);
  scanner.end();
}

const OPENING = new Set(['{', '[']);
const CLOSING = new Set(['}', ']']);

function createScanner(depthMax: number) {
  /** Brackets that are open. */
  const open: string[] = [];
  /** Where the elements stand: 1 in a list, 2 in a mapping of lists. */
  let level = 0;
  let line = 1;
  let startLine = 1;
  let inString = false;
  let escaped = false;
  let hasEnded = false;
  /** What was read of the present element, or at the level of the mapping of its present member. */
  let buffer = '';
  let list = '';
  /** Those that are whole. */
  let found: JsonElement[] = [];

  function refuse(flaw: string): never {
    throw new DirectoryError('invalid', `line ${line}: ${flaw}`);
  }

  function parsed(): unknown {
    try {
      return JSON.parse(buffer);
    } catch {
      return refuse('This is not JSON.');
    }
  }

  function isInElements(): boolean {
    return open.length >= level && open[level - 1] === '[';
  }

  /** The element that ends here, if there is one. */
  function flush(): void {
    if (buffer.trim() !== '') found.push({ list, value: parsed(), line: startLine });
    buffer = '';
  }

  function append(character: string): void {
    if (buffer === '' && /\s/.test(character)) return;
    if (buffer === '') startLine = line;
    buffer += character;
    if (buffer.length > ELEMENT_LENGTH_MAX)
      refuse(`This element has more than ${ELEMENT_LENGTH_MAX} characters.`);
  }

  function begin(character: string): void {
    if (level !== 0 || !OPENING.has(character)) refuse('This is not a JSON document with lists.');
    level = character === '[' ? 1 : 2;
    open.push(character);
  }

  function bracket(character: string): void {
    if (OPENING.has(character)) {
      open.push(character);
      if (open.length > level + depthMax) refuse(`This is nested more than ${depthMax} deep.`);
      if (level === 2 && open.length === 2 && character === '[') {
        // "users": [
        buffer = `{${buffer}null}`;
        list = Object.keys(parsed() as object)[0] ?? '';
        buffer = '';
      } else append(character);
      return;
    }
    if ((open.at(-1) === '{') !== (character === '}')) refuse('A bracket is closed that was not opened.');
    if (open.length === level && isInElements()) {
      flush();
      if (level === 2) buffer = '';
    } else if (open.length > 1) append(character);
    open.pop();
    if (open.length === 0) hasEnded = true;
  }

  function one(character: string): void {
    if (character === '\n') line += 1;
    if (inString) {
      append(character);
      if (escaped) escaped = false;
      else if (character === '\\') escaped = true;
      else if (character === '"') inString = false;
      return;
    }
    if (hasEnded && !/\s/.test(character)) refuse('Something follows the end of the document.');
    if (open.length === 0) {
      if (!/\s/.test(character)) begin(character);
    } else if (OPENING.has(character) || CLOSING.has(character)) bracket(character);
    else if (character === ',' && open.length === level && isInElements()) flush();
    else if (character === ',' && open.length === 1) buffer = '';
    else {
      inString = character === '"';
      append(character);
    }
  }

  return {
    scan(part: string): readonly JsonElement[] {
      found = [];
      for (const character of part) one(character);
      return found;
    },
    end(): void {
      if (!hasEnded) refuse('The document ends too early.');
    },
  };
}
