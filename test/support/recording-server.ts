/** A server that keeps the bytes of every request, and answers each well enough for clients to go on. */
import {
  decodePagedResults,
  encodePagedResults,
} from '../../src/ldap-server/protocol/controls/paged-results.ts';
import {
  encodePartialAttribute,
  encodeResult,
  encodeSearchEntry,
} from '../../src/ldap-server/protocol/encode.ts';
import type {
  Control,
  RequestMessage,
  ResponseType,
  SearchRequest,
} from '../../src/ldap-server/protocol/messages.ts';
import { Oid } from '../../src/ldap-server/protocol/oids.ts';
import { ResultCode } from '../../src/ldap-server/protocol/result-codes.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';

export interface RecordingServer extends Pick<ScriptedServer, 'url' | 'stop'> {
  /** Hands over what came since the last call, without unbinds: no client waits until they arrived. */
  take(): Buffer[];
}

export async function startRecordingServer(): Promise<RecordingServer> {
  const frames: Buffer[] = [];
  const { url, stop } = await startScriptedServer((message, frame) => {
    if (message.request.type !== 'unbind') frames.push(Buffer.from(frame));
    return answer(message);
  });
  return { url, stop, take: () => frames.splice(0) };
}

const OK = { code: ResultCode.success, matchedDn: '', message: '' };
const MORE = Buffer.from('more');

/**
 * Everything succeeds but a virtual list view, of which ldapsearch would ask for ever more; a search finds one entry,
 * on each of two pages where pages are asked for.
 */
function answer({ id, request, controls }: RequestMessage): Buffer[] {
  switch (request.type) {
    case 'unbind':
    case 'abandon':
      return [];
    case 'search':
      return answerSearch(id, request, controls);
    case 'compare':
      return [encodeResult(id, 'compare', { ...OK, code: ResultCode.compareTrue })];
    default:
      return [encodeResult(id, request.type satisfies ResponseType, OK)];
  }
}

function answerSearch(id: number, { base }: SearchRequest, asked: readonly Control[]): Buffer[] {
  if (asked.some(({ oid }) => oid === Oid.virtualListViewRequest)) {
    return [encodeResult(id, 'search-done', { ...OK, code: ResultCode.unwillingToPerform })];
  }
  const entry = encodeSearchEntry(id, base, [encodePartialAttribute('cn', ['Jane Doe'])]);
  const page = decodePagedResults(asked.find(({ oid }) => oid === Oid.pagedResults)?.value ?? null);
  const cookie = page?.cookie.length === 0 ? MORE : Buffer.alloc(0);
  const value = encodePagedResults({ size: 0, cookie });
  const controls = page === null ? [] : [{ oid: Oid.pagedResults, critical: false, value }];
  return [entry, encodeResult(id, 'search-done', OK, { controls })];
}
