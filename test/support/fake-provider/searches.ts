/** How the fake provider answers the searches of one connection: pages, limits, quirks and failures. */
import { dnKey, isWithin, parseDn } from '../../../src/core/syntax/dn.ts';
import {
  decodePagedResults,
  encodePagedResults,
} from '../../../src/ldap-server/protocol/controls/paged-results.ts';
import {
  encodePartialAttribute,
  encodeResult,
  encodeSearchEntry,
} from '../../../src/ldap-server/protocol/encode.ts';
import type { RequestMessage, SearchRequest } from '../../../src/ldap-server/protocol/messages.ts';
import { element, integer, sequence, text } from '../ber-builder.ts';
import type { Conversation, Placed } from './conversation.ts';
import { type Entry, meets, namedIn, selected } from './entries.ts';
import { entriesOf } from './profiles.ts';

export interface Searches {
  /** A bind has ended; null: as anonymous. */
  bound(name: string | null): void;
  /** null: the connection is closed. */
  answer(message: RequestMessage, request: SearchRequest): Buffer | null;
}

const PAGED_RESULTS = '1.2.840.113556.1.4.319';

/** What is left of a paged search. */
interface Rest {
  readonly entries: readonly Entry[];
  readonly sent: number;
  readonly pages: number;
  readonly emptyNext: boolean;
}

export function createSearches(it: Conversation): Searches {
  const { knobs, operations, profile } = it;
  const rests = new Map<string, Rest>();
  let boundAs: string | null = null;
  let sinceBind = 0;

  /** A code by which the search is refused before anything is looked for. */
  function refusal({ base }: SearchRequest): [number, string] | null {
    const failure = knobs.searchFailures.shift();
    if (failure !== undefined) return [failure, 'told to fail'];
    if (boundAs === null) return [1, 'bind first'];
    if (knobs.tokenSearches !== null && sinceBind > knobs.tokenSearches) {
      return [49, 'The token has expired: bind again'];
    }
    if (base === '') return knobs.rejectEmptyBase ? [53, 'The base is empty'] : [0, ''];
    return null;
  }

  /** null: the base is not there. */
  function find({ base, scope, filter }: SearchRequest): Entry[] | null {
    const name = boundAs ?? '';
    if (knobs.emptyOnNoAci && keyOf(name) === keyOf(profile.bindDn)) return [];
    const entries = placed();
    const baseDn = parseDn(base);
    const containers = [profile.baseDn, profile.groupBaseDn].map(parseDn);
    const isThere =
      containers.some((container) => isWithin(container, baseDn)) ||
      entries.some(({ name: placedName }) => isWithin(placedName, baseDn));
    if (!isThere) return null;
    if (
      knobs.unknownAttrInFilter === 'empty' &&
      !isKnown(
        filter,
        entries.map(({ entry }) => entry),
      )
    )
      return [];
    const found = entries.filter(({ name: placedName, entry }) => {
      if (knobs.selfOnly && keyOf(entry.dn) !== keyOf(name)) return false;
      const isPlaced =
        isWithin(placedName, baseDn) && (scope !== 'base' || placedName.length === baseDn.length);
      return isPlaced && meets(entry, filter);
    });
    return found.map(({ entry }) => entry);
  }

  /** Made anew only where something has changed. */
  function placed(): readonly Placed[] {
    const { memberOf, members, idAttr, duplicateTree } = knobs;
    const version = JSON.stringify([it.directory.serial, memberOf, members, idAttr, duplicateTree]);
    if (it.placed.version !== version) {
      const entries = entriesOf(profile, it.directory, knobs);
      it.placed = { version, entries: entries.map((entry) => ({ entry, name: parseDn(entry.dn) })) };
    }
    return it.placed.entries;
  }

  function page(
    message: RequestMessage,
    request: SearchRequest,
    begun: Rest,
    sizeAsked: number,
  ): Buffer | null {
    const pages = begun.pages + 1;
    if (knobs.finAfterPage !== null && knobs.finTimes > 0 && pages > knobs.finAfterPage) {
      knobs.finTimes -= 1;
      return null;
    }
    if (begun.emptyNext) return ended(message, { ...begun, pages, emptyNext: false });
    const size = Math.min(sizeAsked, knobs.pageMax);
    const left = (knobs.sizeCapTotal ?? Number.POSITIVE_INFINITY) - begun.sent;
    const entries = begun.entries.slice(0, Math.min(size, left));
    const rest = begun.entries.slice(entries.length);
    const bytes = sent(message, request, entries);
    if (entries.length < size && rest.length > 0) return Buffer.concat([bytes, done(message, 4)]);
    const after = { entries: rest, sent: begun.sent + entries.length, pages };
    return Buffer.concat([bytes, ended(message, { ...after, emptyNext: knobs.emptyPageWithCookie })]);
  }

  /** Keeps what is left for the next page. */
  function ended(message: RequestMessage, rest: Rest): Buffer {
    const isLast = rest.entries.length === 0;
    const cookie = isLast ? '' : `${message.id}-${rest.entries.length}`;
    if (!isLast) rests.set(cookie, rest);
    const value = encodePagedResults({ size: 0, cookie: Buffer.from(cookie) });
    const control = { oid: PAGED_RESULTS, critical: false, value };
    return encodeResult(
      message.id,
      'search-done',
      { code: 0, matchedDn: '', message: '' },
      { controls: [control] },
    );
  }

  function sent({ id }: RequestMessage, { attributes }: SearchRequest, entries: readonly Entry[]): Buffer {
    operations.entries += entries.length;
    const found = entries.map((entry) => {
      const slices = selected(entry, attributes, knobs.rangeMax);
      return encodeSearchEntry(
        id,
        entry.dn,
        slices.map(([name, values]) => encodePartialAttribute(name, values)),
      );
    });
    const references = Array.from({ length: knobs.referralEntries }, (_, index) =>
      sequence(integer(id), element(0x73, text(`ldap://zone${index}.example.com/DC=zone${index}`))),
    );
    return Buffer.concat([...found, ...references]);
  }

  function unpaged(message: RequestMessage, request: SearchRequest, found: readonly Entry[]): Buffer {
    const limit = Math.min(request.sizeLimit || found.length, knobs.sizeCapTotal ?? found.length);
    const bytes = sent(message, request, found.slice(0, limit));
    return Buffer.concat([bytes, done(message, found.length > limit ? 4 : 0)]);
  }

  return {
    bound(name) {
      boundAs = name;
      sinceBind = 0;
    },
    answer(message, request) {
      operations.searches += 1;
      sinceBind += 1;
      const refused = refusal(request);
      if (refused !== null) return done(message, ...refused);
      const found = find(request);
      if (found === null) return done(message, 32);
      const control = message.controls.find(({ oid }) => oid === PAGED_RESULTS);
      if (control === undefined || knobs.paging === 'ignored') return unpaged(message, request, found);
      if (knobs.paging === 'critical') return done(message, 12);
      const asked = decodePagedResults(control.value);
      const cookie = asked?.cookie.toString() ?? 'none';
      const first = { entries: found, sent: 0, pages: 0, emptyNext: knobs.emptyPageWithCookie };
      const begun = cookie === '' ? first : rests.get(cookie);
      if (asked === null || begun === undefined) return done(message, 53, 'paged results cookie is invalid');
      rests.delete(cookie);
      return page(message, request, begun, asked.size);
    },
  };
}

function done({ id }: RequestMessage, code: number, message = ''): Buffer {
  return encodeResult(id, 'search-done', { code, matchedDn: '', message });
}

function isKnown(filter: SearchRequest['filter'], entries: readonly Entry[]): boolean {
  const known = new Set(
    entries
      .flatMap(({ user, operational }) => [...Object.keys(user), ...Object.keys(operational)])
      .map((name) => name.toLowerCase()),
  );
  return namedIn(filter).every((name) => known.has(name));
}

/** One spelling of a DN; what is none stands for itself. */
export function keyOf(name: string): string {
  try {
    return dnKey(parseDn(name));
  } catch {
    return name.toLowerCase();
  }
}
