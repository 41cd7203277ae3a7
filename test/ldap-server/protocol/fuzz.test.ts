import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRequest } from '../../../src/ldap-server/protocol/decode.ts';
import { createFramer } from '../../../src/ldap-server/protocol/framing.ts';
import type { RequestMessage } from '../../../src/ldap-server/protocol/messages.ts';
import { ProtocolViolation } from '../../../src/ldap-server/protocol/violation.ts';
import { anyRequest } from '../../support/any-request.ts';
import { createRandom, damaged } from '../../support/damage.ts';
import { requestBytes } from '../../support/request-bytes.ts';
import { VALUE_FORMS } from '../../support/value-bytes.ts';
import { carriers, readVectors } from '../../support/vectors.ts';

const MESSAGES = Number(process.env['ROSTER_FUZZ_MESSAGES'] ?? 30_000);
/** Of each kind of value. */
const VALUES = MESSAGES / 20;
/** The same seed gives the same messages; each run has its own unless it is told. */
const SEED = Number(process.env['ROSTER_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const MESSAGE_BYTES_MAX = 16_384;
/** Coarse: what a million messages leave behind when each leaves 300 bytes. */
const HEAP_GROWTH_MAX = 300 * 1024 * 1024;
const CHUNK_BYTES_MAX = 64;

const random = createRandom(SEED);
const VALID = [
  ...readVectors().map(({ bytes }) => bytes),
  ...fc.sample(anyRequest, { seed: SEED, numRuns: 300 }).map((request) => requestBytes(request)),
];

/** Hands bytes to a framer in pieces; what it throws is to be a ProtocolViolation. */
function received(bytes: Buffer): { messages: RequestMessage[]; refused: number } {
  const framer = createFramer({ messageBytesMax: MESSAGE_BYTES_MAX });
  const messages: RequestMessage[] = [];
  let refused = 0;
  for (let at = 0; at < bytes.length; ) {
    const chunk = bytes.subarray(at, at + 1 + random.below(CHUNK_BYTES_MAX));
    at += chunk.length;
    framer.push(chunk);
    try {
      for (let frame = framer.next(); frame !== null; frame = framer.next())
        messages.push(decodeRequest(frame));
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      refused += 1;
      // What follows a refused message is read on; a stream that is out of step is over.
      if (error.messageId === null) break;
    }
  }
  return { messages, refused };
}

/** Throws where what was accepted is another thing once it is written and read again. */
function check(message: RequestMessage): void {
  if (!isDeepStrictEqual(decodeRequest(requestBytes(message)), message))
    throw new Error('It reads otherwise.');
  for (const { oid, value } of carriers(message)) checkValue(oid, value);
}

/** As check, for a value; whether it was accepted. */
function checkValue(oid: string, value: Buffer | null): boolean {
  const form = VALUE_FORMS.get(oid);
  const rebuilt = form?.rebuild(value) ?? null;
  if (rebuilt !== null && !isDeepStrictEqual(form?.decode(rebuilt), form?.decode(value))) {
    throw new Error(`A value of ${oid} reads otherwise.`);
  }
  return rebuilt !== null;
}

/** Runs `work` on so many damaged elements; a failure tells how to have it again. */
function fuzz(valid: readonly Buffer[], runs: number, work: (bytes: Buffer) => void): void {
  for (let n = 0; n < runs; n += 1) {
    const bytes = damaged(valid, random);
    try {
      work(bytes);
    } catch (cause) {
      throw new Error(`ROSTER_FUZZ_SEED=${SEED}, number ${n}: ${bytes.toString('hex')}`, { cause });
    }
  }
}

describe(`ROSTER_FUZZ_SEED=${SEED}`, { timeout: 0 }, () => {
  it(`decodes or refuses whatever comes, ${MESSAGES} messages`, () => {
    const counts = { accepted: 0, refused: 0 };
    const heapBefore = process.memoryUsage().heapUsed;
    fuzz(VALID, MESSAGES, (bytes) => {
      const { messages, refused } = received(bytes);
      messages.forEach(check);
      counts.accepted += messages.length;
      counts.refused += refused;
    });
    expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(HEAP_GROWTH_MAX);
    // Damage that is always refused, or never, would try little.
    expect(counts.accepted).toBeGreaterThan(MESSAGES / 20);
    expect(counts.refused).toBeGreaterThan(MESSAGES / 20);
  });

  it.each([...VALUE_FORMS.keys()])('decodes or gives up on whatever value of %s', (oid) => {
    const values = VALID.flatMap((bytes) => carriers(decodeRequest(bytes)))
      .filter((carrier) => carrier.oid === oid)
      .flatMap(({ value }) => value ?? []);
    let accepted = 0;
    fuzz(values, VALUES, (bytes) => {
      if (checkValue(oid, bytes)) accepted += 1;
    });
    expect(accepted).toBeGreaterThan(VALUES / 100);
    expect(accepted).toBeLessThan(VALUES);
  });
});
