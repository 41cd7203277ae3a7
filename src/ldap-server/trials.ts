/** Tries sign-ins and searches for administrators by the code that serves clients, and tells what clients are not told. */
import type { SignInSeen } from '../core/activity/activity.ts';
import { SIGN_IN_SENTENCES } from '../core/activity/reasons.ts';
import { DirectoryError } from '../core/errors.ts';
import { parseFilter } from '../core/syntax/filter-text.ts';
import { unmapped } from './allow-list.ts';
import { type BindDependencies, bind } from './operations/bind.ts';
import { NO_CONTROLS } from './operations/controls.ts';
import type { Outcome } from './operations/outcome.ts';
import type { PagedSearches } from './operations/paging.ts';
import { begin, type Running, type SearchDependencies } from './operations/search-start.ts';
import { createSession, type Session } from './operations/session.ts';
import type { Scope, SearchRequest } from './protocol/messages.ts';
import type { Assertion } from './tree/assertion.ts';
import { attributeType } from './tree/attribute-types.ts';
import type { Entry } from './tree/entry.ts';
import { selectedTypes } from './tree/selection.ts';
import type { Identity, View } from './tree/view.ts';

export interface SignInTrial {
  /** A DN, a username or an e-mail address. */
  readonly name: string;
  readonly password: string;
  /** Whence it is to be thought to come. */
  readonly address: string;
  /** Name of the application by which it is to come; null: none has bound before. */
  readonly application: string | null;
}

export interface SearchTrial {
  /** Name of the application that searches; null: the bind DN does. */
  readonly as: string | null;
  readonly base: string;
  readonly scope: Scope;
  /** As RFC 4515 writes it. */
  readonly filter: string;
  readonly attributes: readonly string[];
}

/** How it went, in whole sentences. */
export interface Tried {
  readonly ok: boolean;
  readonly sentence: string;
}

export interface TriedSearch extends Tried {
  /** How many there are; null: the search ended before all were looked at. */
  readonly count: number | null;
  /** The first of them. */
  readonly entries: readonly ShownEntry[];
}

export interface ShownEntry {
  readonly dn: string;
  /** Of each attribute its first values. */
  readonly attributes: readonly { readonly name: string; readonly values: readonly string[] }[];
}

/** What an application sees of the directory. */
export interface Sighted {
  readonly users: number;
  readonly groups: number;
  /** The first DNs. */
  readonly first: readonly string[];
}

export interface Trials {
  /** Counts as a sign-in for the throttle. Throws DirectoryError 'not-found' where there is no such application. */
  signIn(trial: SignInTrial): Promise<Tried>;
  /** Throws DirectoryError 'invalid' (field `filter`) and 'not-found'. */
  search(trial: SearchTrial): Promise<TriedSearch>;
  /** null: it is switched off, and sees nothing. */
  sight(applicationId: string): Promise<Sighted | null>;
}

export interface TrialsDependencies extends BindDependencies, SearchDependencies {
  readonly pages: { open(): PagedSearches };
  allows(address: string): boolean;
}

export const SHOWN_ENTRIES_MAX = 10;
export const SHOWN_VALUES_MAX = 10;
const SHOWN_LENGTH_MAX = 300;
/** Nobody else is served meanwhile. */
const SEARCH_MS_MAX = 200;

export function createTrials(dependencies: TrialsDependencies): Trials {
  const { snapshot, clock, pages, allows } = dependencies;

  function sessionOf(address: string, identity: Identity): Session {
    return { ...createSession({ connection: 0, address, pages: pages.open() }), identity };
  }

  function idOf(application: string): string {
    const found = snapshot().application(application.toLowerCase());
    if (found !== null) return found.id;
    throw new DirectoryError('not-found', `There is no application ${application}.`, {
      field: 'application',
    });
  }

  return {
    async signIn({ name, password, address, application }) {
      const from = unmapped(address.trim());
      if (!allows(from)) return NOT_ALLOWED;
      const session = sessionOf(from, { kind: 'anonymous' });
      if (application !== null) session.through = idOf(application);
      const told: SignInSeen[] = [];
      const simple = { type: 'simple', password: Buffer.from(password) } as const;
      await bind({ type: 'bind', version: 3, name, authentication: simple }, session, {
        ...dependencies,
        observeBind: (seen) => told.push(seen),
      });
      const reason = told[0]?.reason ?? 'busy';
      return { ok: reason === 'ok', sentence: SIGN_IN_SENTENCES[reason] };
    },

    async search({ as, base, scope, filter, attributes }) {
      const request: SearchRequest = {
        ...{ type: 'search', base, scope, filter: parseFilter(filter), attributes },
        ...{ derefAliases: 0, sizeLimit: 0, timeLimitSeconds: 0, typesOnly: false },
      };
      const identity: Identity = as === null ? { kind: 'admin' } : { kind: 'application', id: idOf(as) };
      const begunMs = clock.now().getTime();
      const running = begin(request, NO_CONTROLS, sessionOf('', identity), begunMs, dependencies);
      if ('code' in running) return { ...NOTHING, ok: false, sentence: refusalSentence(running) };
      return lookAt(running, () => clock.now().getTime() - begunMs > SEARCH_MS_MAX);
    },

    async sight(applicationId) {
      const view = snapshot().applicationView(applicationId);
      if (view === null) return null;
      const { users, groups } = snapshot().dit;
      const seenUsers = below(view, users.key);
      const seenGroups = below(view, groups.key);
      const first = [...seenGroups.slice(0, SHOWN_ENTRIES_MAX), ...seenUsers.slice(0, SHOWN_ENTRIES_MAX)];
      return { users: seenUsers.length, groups: seenGroups.length, first: first.map(({ dn }) => dn) };
    },
  };
}

const NOT_ALLOWED: Tried = {
  ok: false,
  sentence: 'The allow-list does not let this address connect: the connection is refused before any sign-in.',
};
const NOTHING = { count: 0, entries: [] };
const EVERYTHING: Assertion = { type: 'presence', attribute: attributeType.objectClass };

function below(view: View, key: string): readonly Entry[] {
  const base = view.entry(key);
  return base === undefined ? [] : view.candidates(base, 'one', EVERYTHING);
}

/** Looks at all candidates, as long as there is time. */
function lookAt({ progress, examination, selection }: Running, isLate: () => boolean): TriedSearch {
  const entries: ShownEntry[] = [];
  let count = 0;
  for (const candidate of progress.candidates) {
    if (examination.isStepOver() && isLate()) return { ...LATE, count: null, entries };
    if (!examination.matches(candidate)) continue;
    count += 1;
    if (entries.length < SHOWN_ENTRIES_MAX) entries.push(shown(candidate, selection));
  }
  return { ok: true, sentence: foundSentence(count, progress.candidates.length), count, entries };
}

const LATE = {
  ok: true,
  sentence:
    'The filter cannot be looked up by an index, so that only a part of the directory was looked at here.',
};

function foundSentence(count: number, candidates: number): string {
  if (count > 0) return `Found ${count === 1 ? 'one entry' : `${count} entries`}; looked at ${candidates}.`;
  return candidates === 0
    ? 'Found nothing: nothing below this base has what the filter asks for, as far as this account sees.'
    : `Found nothing: ${candidates} entries were looked at, and the filter is true of none.`;
}

function refusalSentence({ code, message, matchedDn }: Outcome): string {
  const where = matchedDn === '' ? '' : ` The nearest entry above that can be seen is ${matchedDn}.`;
  return `${message}${where} The client is told result ${code}.`;
}

function shown(entry: Entry, selection: Running['selection']): ShownEntry {
  const attributes = [...selectedTypes(entry, selection)]
    .filter(([{ external }]) => !external)
    .map(([type, name]) => ({
      name,
      values: entry
        .values(type)
        .slice(0, SHOWN_VALUES_MAX)
        .map((value) => value.slice(0, SHOWN_LENGTH_MAX)),
    }))
    .filter(({ values }) => values.length > 0);
  return { dn: entry.dn, attributes };
}
