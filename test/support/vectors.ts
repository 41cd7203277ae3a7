/** Files of recorded requests: a comment, the bytes in hexadecimal and what they mean as JSON, request after request. */
import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeRequest } from '../../src/ldap-server/protocol/decode.ts';
import type { Request, RequestMessage } from '../../src/ldap-server/protocol/messages.ts';
import { readBerTree, writeBerTree } from './ber-tree.ts';
import { type RequestForm, requestBytes } from './request-bytes.ts';
import { VALUE_FORMS } from './value-bytes.ts';

export interface Vector {
  /** Which client sent it, and what it was doing. */
  readonly about: string;
  readonly bytes: Buffer;
  readonly meaning: Meaning;
}

/** The request, what the values of its controls or its operation mean, and the form in which it was written. */
export interface Meaning extends RequestMessage {
  readonly values?: readonly unknown[];
  readonly form?: RequestForm;
}

const FOLDER = join(import.meta.dirname, '..', 'vectors');

/** Of all files in test/vectors, each with the name of its file before what it is about. */
export function readVectors(): Vector[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.txt'))
    .flatMap((file) => {
      const blocks = readFileSync(join(FOLDER, file), 'utf8').trim().split('\n\n');
      return blocks.map((block) => readBlock(file.replace('.txt', ''), block));
    });
}

/** Describes frames as they came and writes them to a file of test/vectors, each once. */
export function writeVectors(name: string, frames: readonly { about: string; bytes: Buffer }[]): void {
  const known = new Set<string>();
  const blocks = frames.flatMap(({ about, bytes }) => {
    const hex = bytes.toString('hex');
    if (known.has(hex)) return [];
    known.add(hex);
    return [[`# ${about}`, ...(hex.match(/.{1,96}/g) ?? []), writeMeaning(meaningOf(bytes)), ''].join('\n')];
  });
  writeFileSync(join(FOLDER, `${name}.txt`), blocks.join('\n'));
}

/** Throws where no form is known in which the decoded request is built to the same bytes. */
export function meaningOf(bytes: Buffer): Meaning {
  const message = decodeRequest(bytes);
  const rest = restOf(message.request, bytes);
  const form = FORMS.map((known) => ({ ...known, ...rest })).find((candidate) =>
    requestBytes(message, candidate).equals(bytes),
  );
  if (form === undefined) throw new Error(`This form of a request is not known: ${bytes.toString('hex')}`);
  const values = valuesOf(message);
  return {
    ...message,
    ...(values.length === 0 ? {} : { values }),
    ...(Object.keys(form).length === 0 ? {} : { form }),
  };
}

/** The values that some codec is for, of the operation first. */
export function valuesOf(message: RequestMessage): unknown[] {
  return carriers(message).map(({ oid, value }) => VALUE_FORMS.get(oid)?.decode(value));
}

/** What in a request may carry a value that some codec is for. */
export function carriers({ request, controls }: RequestMessage): { oid: string; value: Buffer | null }[] {
  const operation = request.type === 'extended' ? [request] : [];
  return [...operation, ...controls].filter(({ oid }) => VALUE_FORMS.has(oid));
}

const FORMS: readonly RequestForm[] = [
  {},
  { everyCriticality: true },
  { everyCriticality: true, everyDnAttributes: true },
  { longLengths: true },
];

function restOf({ type }: Request, bytes: Buffer): RequestForm {
  if (type !== 'add' && type !== 'modify' && type !== 'modify-dn') return {};
  const [message] = readBerTree(bytes);
  const operation = Array.isArray(message?.contents) ? message.contents[1] : undefined;
  return { rest: writeBerTree(operation.contents.slice(1)) };
}

function readBlock(client: string, block: string): Vector {
  const lines = block.split('\n');
  const about = lines.filter((line) => line.startsWith('# ')).map((line) => line.slice(2));
  const hex = lines.filter((line) => /^[\da-f]+$/.test(line));
  return {
    about: `${client}: ${about.join(' ')}`,
    bytes: Buffer.from(hex.join(''), 'hex'),
    meaning: JSON.parse(lines.slice(about.length + hex.length).join('\n'), reviveBuffer),
  };
}

/** One line for each property. */
function writeMeaning(meaning: Meaning): string {
  const properties = Object.entries(meaning).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value, replaceBuffer)}`,
  );
  return `{\n${properties.join(',\n')}\n}`;
}

/** JSON.stringify asks only after toJSON, which buffers have. */
function replaceBuffer(this: unknown, name: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[name];
  if (!Buffer.isBuffer(original)) return value;
  return isUtf8(original) && !/\p{Cc}/u.test(original.toString())
    ? { utf8: original.toString() }
    : { hex: original.toString('hex') };
}

function reviveBuffer(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('utf8' in value) return Buffer.from(String(value.utf8));
  return 'hex' in value ? Buffer.from(String(value.hex), 'hex') : value;
}
