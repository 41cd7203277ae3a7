/** /users: people, looked for, added, changed and deleted. */
import { z } from 'zod';
import type { Groups, Sources, Users } from '../../core/directory/directory.ts';
import { publicUser } from '../../core/model/public.ts';
import type { User } from '../../core/model/user.ts';
import { placeOf, USER_ORDERS, type UserOrder, type UserQuery } from '../../core/model/user-search.ts';
import { decodeCursor, toPage } from '../cursor.ts';
import { FLAG, MADE_UP, PAGE, PASSWORD, pageOf, TEXT } from './fields.ts';
import { orNull } from './or-null.ts';
import { type Asked, created, NO_CONTENT, ok, type Route, route } from './route.ts';
import { DETAILED_USER, NOTHING_SAID, USER, USER_FIELDS } from './user-fields.ts';

export interface UsersApiDependencies {
  readonly users: Pick<
    Users,
    'find' | 'groupsOf' | 'byUsername' | 'byEmail' | 'add' | 'edit' | 'delete' | 'setPassword'
  >;
  readonly groups: Pick<Groups, 'withoutMembers'>;
  readonly sources: Pick<Sources, 'find'>;
  readonly newPassword: () => string;
}

const tag = 'Users';
const LOCAL = 'local';

const SEARCH = z.strictObject({
  ...PAGE,
  search: TEXT.exactOptional().describe('Words, each part of a name or an address.'),
  enabled: FLAG.exactOptional(),
  role: TEXT.exactOptional(),
  source: TEXT.exactOptional().describe(`Name of a source; ${LOCAL}: kept here.`),
  group: TEXT.exactOptional().describe('Name of a group that they are direct members of.'),
  sort: z
    .enum(USER_ORDERS.flatMap((order) => [order, `-${order}` as const]))
    .default('username')
    .describe('With a "-" the other way round.'),
  detailed: FLAG.exactOptional().describe('With the groups of each user.'),
});

const ADDED = USER.extend({ password: MADE_UP.describe('Where one was made up.') }).meta({
  id: 'AddedUser',
  description: 'A user, and its password where that was made up; shown this once.',
});

export function userRoutes(dependencies: UsersApiDependencies): readonly Route[] {
  return [listRoute(dependencies), addRoute(dependencies), ...routesByName(dependencies)];
}

function listRoute({ users, groups, sources }: UsersApiDependencies): Route {
  async function queryOf({ actor, query }: Pick<Asked<string, z.output<typeof SEARCH>>, 'actor' | 'query'>) {
    const { search, enabled, role, source, group, sort, limit, cursor } = query;
    const descending = sort.startsWith('-');
    const order = USER_ORDERS.find((each) => sort.endsWith(each)) ?? 'username';
    return {
      ...(search !== undefined && { search }),
      ...(enabled !== undefined && { enabled }),
      ...(role !== undefined && { role }),
      ...(source !== undefined && { sourceId: source === LOCAL ? null : (await sources.find(source)).id }),
      ...(group !== undefined && { groupId: (await groups.withoutMembers(actor, group)).id }),
      ...{ order, descending, after: placeIn(order, cursor), limit: limit + 1 },
    } satisfies UserQuery;
  }

  return route({
    method: 'get',
    path: '/users',
    tag,
    summary: 'List users, or look for some',
    needs: 'users.read',
    query: SEARCH,
    answers: { 200: pageOf(z.union([DETAILED_USER, USER])) },
    async handle(asked) {
      const { actor, query } = asked;
      const userQuery = await queryOf(asked);
      const found = await users.find(actor, userQuery);
      const groupsOf = query.detailed === true ? await users.groupsOf(actor, found) : null;
      const item = (user: User) => ({
        ...publicUser(user),
        ...(groupsOf !== null && { groups: groupsOf.get(user.id) }),
      });
      return ok(toPage(found, query.limit, (user) => placeOf(user, userQuery.order), item));
    },
  });
}

/** Times are numbers, names are texts: a cursor of another order does not fit. */
function placeIn(order: UserOrder, cursor: string | undefined): UserQuery['after'] {
  const value = order === 'createdAt' || order === 'updatedAt' ? z.number() : z.string();
  return decodeCursor(z.strictObject({ value, id: z.string() }), cursor);
}

function addRoute({ users, newPassword }: UsersApiDependencies): Route {
  return route({
    method: 'post',
    path: '/users',
    tag,
    summary: 'Add a user',
    needs: 'users.create',
    query: z.strictObject({
      update: z
        .enum(['by-email'])
        .exactOptional()
        .describe('by-email: where a user has that e-mail address, change what is given of it instead.'),
    }),
    body: z.strictObject({
      username: TEXT,
      ...USER_FIELDS,
      password: PASSWORD.exactOptional().describe('Left out, there is none yet.'),
      generatePassword: z.boolean().exactOptional(),
    }),
    answers: { 200: ADDED, 201: ADDED },
    async handle({ actor, query, body: { generatePassword, password: given, ...fields } }) {
      const made = given === undefined && generatePassword === true ? newPassword() : null;
      const password = given ?? made;
      const { email } = fields;
      const byEmail = query.update === 'by-email' && email ? await users.byEmail(actor, email) : null;
      if (byEmail !== null) {
        const { username: _stays, ...changes } = fields;
        const user = await users.edit(actor, byEmail.username, changes);
        if (password !== null) await users.setPassword(actor, user.username, password);
        return ok({ ...publicUser(user), password: made });
      }
      const user = await users.add(actor, { ...fields, ...(password !== null && { password }) });
      return created({ ...publicUser(user), password: made }, `/users/${user.username}`);
    },
  });
}

function routesByName({ users }: UsersApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/users/{username}',
      tag,
      summary: 'Read a user',
      needs: 'users.read',
      answers: { 200: USER },
      handle: async ({ actor, params }) => ok(publicUser(await users.byUsername(actor, params.username))),
    }),
    route({
      method: 'put',
      path: '/users/{username}',
      tag,
      summary: 'Replace what is said of a user, or add it; metadata is changed by what is given',
      needs: 'users.edit',
      body: z.strictObject(USER_FIELDS),
      answers: { 200: USER, 201: USER },
      async handle({ actor, params: { username }, body, requireMatch }) {
        const fields = { ...NOTHING_SAID, ...body };
        const check = (present: User) => requireMatch(publicUser(present));
        const user = await orNull(users.edit(actor, username, fields, check));
        if (user !== null) return ok(publicUser(user));
        requireMatch(null);
        const added = await users.add(actor, { username, ...fields });
        return created(publicUser(added), `/users/${added.username}`);
      },
    }),
    route({
      method: 'patch',
      path: '/users/{username}',
      tag,
      summary: 'Change what is given of a user',
      needs: 'users.edit',
      body: z.strictObject({ username: TEXT.exactOptional(), role: TEXT.exactOptional(), ...USER_FIELDS }),
      answers: { 200: USER },
      async handle({ actor, params, body, requireMatch }) {
        const check = (present: User) => requireMatch(publicUser(present));
        return ok(publicUser(await users.edit(actor, params.username, body, check)));
      },
    }),
    route({
      method: 'delete',
      path: '/users/{username}',
      tag,
      summary: 'Delete a user',
      needs: 'users.delete',
      answers: { 204: null },
      async handle({ actor, params, requireMatch }) {
        await users.delete(actor, params.username, (present) => requireMatch(publicUser(present)));
        return NO_CONTENT;
      },
    }),
  ];
}
