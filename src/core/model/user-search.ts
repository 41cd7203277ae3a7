/** How people look for users: by words, by state, and page after page in the order of their choice. */
import { foldCase } from '../syntax/folding.ts';
import type { User } from './user.ts';

export const USER_ORDERS = ['username', 'name', 'createdAt', 'updatedAt'] as const;
/** name: by display name, without regard to case. */
export type UserOrder = (typeof USER_ORDERS)[number];

/** What is given narrows the list. */
export interface UserQuery {
  /** Words, each of which occurs in a name or address, in any case. */
  readonly search?: string;
  readonly enabled?: boolean;
  readonly role?: string;
  /** Id of a source; null: kept here. */
  readonly sourceId?: string | null;
  /** Id of a group whose direct members they are. */
  readonly groupId?: string;
  readonly order: UserOrder;
  readonly descending: boolean;
  /** The last user of the page before, by what it is sorted by; null for the beginning. */
  readonly after: UserPlace | null;
  /** 1 to 1000. */
  readonly limit: number;
}

/** Where a user stands in a list. */
export interface UserPlace {
  readonly value: string | number;
  readonly id: string;
}

/** Where `user` stands in a list of this order. */
export function placeOf(user: User, order: UserOrder): UserPlace {
  const values = {
    username: () => user.username,
    name: () => userSearchKey(user),
    createdAt: () => user.createdAt.getTime(),
    updatedAt: () => user.updatedAt.getTime(),
  };
  return { value: values[order](), id: user.id };
}

/** The words of a search in the form in which they are compared; more are not looked for. */
export function searchWords(search: string): readonly string[] {
  return foldCase(search).split(' ').filter(Boolean).slice(0, SEARCH_WORDS_MAX);
}

const SEARCH_WORDS_MAX = 8;
/** Such a key stays below what an index of PostgreSQL can hold, 2704 bytes. */
const KEY_LENGTH_MAX = 800;
const DISPLAY_NAME_LENGTH_MAX = 150;

/** What of a user is searched, beginning with the display name, so that it also sorts by that. */
export function userSearchKey(user: SearchedFields): string {
  const { displayName, username, email, givenName, familyName, otherEmails } = user;
  const texts = [foldCase(displayName).slice(0, DISPLAY_NAME_LENGTH_MAX), username, email ?? ''];
  const key = [...texts, givenName, familyName, ...otherEmails].map(foldCase).join('\n');
  // No half of a surrogate pair may stay at the cut: databases refuse it.
  return withoutHalves(key.slice(0, KEY_LENGTH_MAX));
}

type SearchedFields = Pick<
  User,
  'displayName' | 'username' | 'email' | 'givenName' | 'familyName' | 'otherEmails'
>;

function withoutHalves(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])/g, '');
}
