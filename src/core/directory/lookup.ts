/** Finding what a caller named, or saying in one sentence that it is not there. */
import { DirectoryError } from '../errors.ts';
import type { Group } from '../model/group.ts';
import { NAME_LENGTH_MAX, nameKey } from '../model/names.ts';
import type { Origin } from '../model/origin.ts';
import type { User } from '../model/user.ts';
import type { GroupLookup, Page, SourceLookup, UserLookup } from './store.ts';

export const PAGE_LIMIT_MAX = 1000;

/** Throws DirectoryError 'not-found'. */
export async function requireUser(lookup: UserLookup, username: string): Promise<User> {
  return (
    (await lookup.userByUsername(nameKey(username))) ?? notFound(`There is no user named ${quote(username)}.`)
  );
}

/** Throws DirectoryError 'not-found'. */
export async function requireGroup(lookup: GroupLookup, name: string): Promise<Group> {
  return (await lookup.groupByName(nameKey(name))) ?? notFound(`There is no group named ${quote(name)}.`);
}

/** As requireGroup, of groups that are no organizations. */
export async function requirePlainGroup(lookup: GroupLookup, name: string): Promise<Group> {
  const group = await requireGroup(lookup, name);
  if (group.organization === null) return group;
  return notFound(`There is no group named ${quote(name)}, but an organization, which is changed as such.`);
}

/** Throws DirectoryError 'not-found'. */
export async function requireOrganization(lookup: GroupLookup, slug: string): Promise<Group> {
  const group = await lookup.groupByName(nameKey(slug));
  if (group !== null && group.organization !== null) return group;
  return noOrganization(slug);
}

/** Also of one that the caller does not see. */
export function noOrganization(slug: string): never {
  return notFound(`There is no organization named ${quote(slug)}.`);
}

/** The name of the source that somebody comes from. */
export async function sourceNameOf(lookup: SourceLookup, { sourceId }: Origin): Promise<string> {
  return (await lookup.source(sourceId))?.name ?? sourceId;
}

/** Throws DirectoryError 'invalid'. */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_LIMIT_MAX) {
    throw new DirectoryError('invalid', `A page has 1 to ${PAGE_LIMIT_MAX} entries, not ${limit}.`, {
      field: 'limit',
    });
  }
}

export function checkPage(page: Page): Page {
  checkLimit(page.limit);
  return page;
}

/** What somebody typed, as it may stand in a sentence. */
export function quote(text: string): string {
  return JSON.stringify(text.slice(0, NAME_LENGTH_MAX));
}

export function notFound(message: string): never {
  throw new DirectoryError('not-found', message);
}
