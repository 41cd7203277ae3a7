/** Frames the answers of an LDAP server: tells entries from results by tags and lengths alone, and reads nothing else. */

const ENTRY = 0x64;
const SEQUENCE = 0x30;
const NOTHING = Buffer.alloc(0);

export interface AnswerSink {
  entry(): void;
  /** `message`: the whole LDAPMessage; valid during the call alone. */
  result(code: number, message: Buffer): void;
}

export interface Answers {
  push(chunk: Buffer): void;
}

export function createAnswers(sink: AnswerSink): Answers {
  let pending: Buffer = NOTHING;
  return {
    push(chunk) {
      const bytes = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      let start = 0;
      for (let end = endOf(bytes, start); end <= bytes.length; end = endOf(bytes, start)) {
        const operation = operationOf(bytes, start);
        if (bytes[operation] === ENTRY) sink.entry();
        else sink.result(resultCode(bytes, operation), bytes.subarray(start, end));
        start = end;
      }
      pending = start === bytes.length ? NOTHING : bytes.subarray(start);
    },
  };
}

/** Where the message at `start` ends; infinite while its header is not whole. */
export function endOf(bytes: Buffer, start: number): number {
  if (bytes.length < start + 2) return Number.POSITIVE_INFINITY;
  if (bytes[start] !== SEQUENCE) throw new Error('The server sent something that is not LDAP.');
  const contents = contentsOf(bytes, start);
  return bytes.length < contents ? Number.POSITIVE_INFINITY : contents + lengthOf(bytes, start);
}

/** Where the protocol operation of the message at `start` begins: after its message id. */
function operationOf(bytes: Buffer, start: number): number {
  const id = contentsOf(bytes, start);
  return contentsOf(bytes, id) + lengthOf(bytes, id);
}

/** The value of the enumerated code, the first component of every result. */
function resultCode(bytes: Buffer, operation: number): number {
  const code = contentsOf(bytes, operation);
  return bytes[contentsOf(bytes, code)] ?? -1;
}

/** Where the contents of the element at `at` begin. */
function contentsOf(bytes: Buffer, at: number): number {
  const first = bytes[at + 1] ?? 0;
  return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
}

function lengthOf(bytes: Buffer, at: number): number {
  const first = bytes[at + 1] ?? 0;
  return first < 0x80 ? first : bytes.readUIntBE(at + 2, first & 0x7f);
}
