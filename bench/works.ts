/** The works whose speed is compared, and the ratio that each must reach. */
import { simpleBind } from '../test/support/ber-builder.ts';
import type { Load } from './load.ts';
import { GROUPS_DN, groupDn, PASSWORD, type Size, USERS_DN, userDn } from './population.ts';
import { ADMIN_BIND, messages, type Search, searchOperation } from './requests.ts';

export interface Work {
  readonly name: string;
  readonly title: string;
  readonly unit: 'requests' | 'entries';
  /** Roster / slapd, at least. */
  readonly target: number;
  readonly load: Pick<Load, 'mode' | 'connections' | 'window' | 'bind' | 'requests'>;
  /** Entries that each request finds; null: they differ. */
  readonly entriesEach: number | null;
  /** Requests that make the servers warm, each sent once before the first round: sign-ins are slow the first time. */
  readonly isWarmedByEach: boolean;
}

/** Different requests of one work: enough that no answer is simply the last one again. */
const REQUESTS = 4096;
const PERSON_FILTER = '(objectClass=inetOrgPerson)';

/** `people`: how many sign in again and again. */
export function worksOf(size: Size, people: number): readonly Work[] {
  const someone = spread(size.users);
  const uid = (index: number): Search => ({ base: USERS_DN, filter: `(uid=user${someone(index)})` });
  const few = (index: number): Search => ({ ...uid(index), attributes: ['cn', 'mail'] });
  const everybody: Search = { base: USERS_DN, filter: PERSON_FILTER };
  return [
    searches('uid', 'equality on uid, 8 connections, one at a time', 1.5, uid, { entriesEach: 1 }),
    searches('uid-16', 'the same, 16 in flight on each', 10, uid, { window: 16, entriesEach: 1 }),
    searches('few', 'two attributes selected, one at a time', 1.3, few, { entriesEach: 1 }),
    searches('substring', 'address book: substrings of uid, mail or cn', 2, addressBook(size), {}),
    searches('member', 'groups of a user by member', 1.5, memberSearch(size), {}),
    searches('member-of', 'users of a group by memberOf', 1.5, memberOfSearch(size), {
      entriesEach: size.members,
    }),
    // With the owner.
    listing('listing', 'full listing', 10, 'stream', everybody, size.users + 1),
    listing('pages', 'full listing paged by 1,000', 3, 'pages', everybody, null),
    signIns('binds', `repeated binds of the same ${people} people`, 0.8, people),
    visits('visits', 'connect, TLS handshake, bind, search, close', 0.8, uid),
  ];
}

function searches(
  name: string,
  title: string,
  target: number,
  search: (index: number) => Search,
  { window = 1, entriesEach = null }: { readonly window?: number; readonly entriesEach?: number | null },
): Work {
  const requests = messages(times(REQUESTS, (index) => searchOperation(search(index))));
  const load: Work['load'] = { mode: 'stream', connections: 8, window, bind: ADMIN_BIND, requests };
  return { name, title, unit: 'requests', target, load, entriesEach, isWarmedByEach: false };
}

function listing(
  name: string,
  title: string,
  target: number,
  mode: 'stream' | 'pages',
  search: Search,
  entriesEach: number | null,
): Work {
  const operation = searchOperation(search);
  const requests = mode === 'pages' ? [operation] : messages([operation]);
  const load: Work['load'] = { mode, connections: 1, window: 1, bind: ADMIN_BIND, requests };
  return { name, title, unit: 'entries', target, load, entriesEach, isWarmedByEach: false };
}

function signIns(name: string, title: string, target: number, people: number): Work {
  const requests = messages(signInOperations(1, people));
  const load: Work['load'] = { mode: 'stream', connections: 8, window: 1, bind: null, requests };
  return { name, title, unit: 'requests', target, load, entriesEach: 0, isWarmedByEach: true };
}

function visits(name: string, title: string, target: number, search: (index: number) => Search): Work {
  const requests = messages(times(REQUESTS, (index) => searchOperation(search(index))));
  const load: Work['load'] = { mode: 'visits', connections: 4, window: 1, bind: ADMIN_BIND, requests };
  return { name, title, unit: 'requests', target, load, entriesEach: 1, isWarmedByEach: false };
}

/** Binds of `count` people, from the person numbered `first` on. */
export function signInOperations(first: number, count: number): readonly Buffer[] {
  return times(count, (step) => simpleBind(userDn(first + step), PASSWORD));
}

/** Part of a number, as people type it; finds a handful. */
function addressBook(size: Size): (index: number) => Search {
  const number = spread(Math.max(1, Math.min(9000, size.users - 999)));
  return (index) => {
    const part = 999 + number(index);
    return { base: USERS_DN, filter: `(|(uid=*er${part}*)(mail=*er${part}*)(cn=*er ${part}*))` };
  };
}

function memberSearch(size: Size): (index: number) => Search {
  const someone = spread(Math.min(size.users, size.groups * size.members));
  return (index) => ({ base: GROUPS_DN, filter: `(member=${userDn(someone(index))})`, attributes: ['cn'] });
}

function memberOfSearch(size: Size): (index: number) => Search {
  const group = spread(size.groups);
  const attributes = ['uid', 'cn', 'mail'];
  return (index) => ({ base: USERS_DN, filter: `(memberOf=${groupDn(group(index))})`, attributes });
}

/** Numbers from 1 to `count` in an order that jumps about, the same in every run. */
function spread(count: number): (index: number) => number {
  return (index) => ((index * 7_919_077 + 104_729) % count) + 1;
}

function times<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
