/** /groups: groups and their members, people and other groups, some of the people as owners. */
import { z } from 'zod';
import type { Groups } from '../../core/directory/directory.ts';
import { GROUP_PERMISSIONS } from '../../core/model/group.ts';
import { publicGroup } from '../../core/model/public.ts';
import { decodeCursor, toPage } from '../cursor.ts';
import { METADATA, METADATA_CHANGES, PAGE, pageOf, TEXT, TIME } from './fields.ts';
import { memberRoutes } from './members.ts';
import { orNull } from './or-null.ts';
import { created, NO_CONTENT, ok, type Route, route } from './route.ts';
import { ORIGIN } from './user-fields.ts';

export interface GroupsApiDependencies {
  readonly groups: Pick<
    Groups,
    | 'find'
    | 'withoutMembers'
    | 'add'
    | 'edit'
    | 'delete'
    | 'members'
    | 'addMember'
    | 'removeMember'
    | 'copyMembers'
  >;
}

const GROUP = z
  .object({
    id: z.string(),
    posixNumber: z.int(),
    name: z.string(),
    displayName: z.string(),
    description: z.string(),
    email: z.string().nullable(),
    permissions: z.enum(GROUP_PERMISSIONS).nullable(),
    metadata: METADATA,
    origin: ORIGIN,
    createdAt: TIME,
    updatedAt: TIME,
  } satisfies Record<keyof ReturnType<typeof publicGroup>, z.ZodType>)
  .meta({ id: 'Group', description: 'A group; updatedAt moves with its members too.' });

const FIELDS = {
  displayName: TEXT.exactOptional(),
  description: TEXT.exactOptional(),
  email: TEXT.nullable().exactOptional(),
  permissions: z.enum(GROUP_PERMISSIONS).nullable().exactOptional().describe('A tag for applications.'),
  metadata: METADATA_CHANGES.exactOptional(),
};
const EMPTY = { displayName: '', description: '', permissions: null };
const tag = 'Groups';
const MEMBERED = { path: '/groups/{name}', parameter: 'name', tag, what: 'a group' };

export function groupRoutes(dependencies: GroupsApiDependencies): readonly Route[] {
  return [...listRoutes(dependencies), ...groupRoutesByName(dependencies), ...membersOf(dependencies)];
}

function listRoutes({ groups }: GroupsApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/groups',
      tag,
      summary: 'List groups in the order of their names',
      needs: 'groups.read',
      query: z.strictObject({ ...PAGE, search: TEXT.exactOptional().describe('Part of the name.') }),
      answers: { 200: pageOf(GROUP) },
      async handle({ actor, query: { limit, cursor, search } }) {
        const after = decodeCursor(z.string(), cursor);
        const found = await groups.find(actor, { search: search ?? '', after, limit: limit + 1 });
        return ok(toPage(found, limit, ({ name }) => name, publicGroup));
      },
    }),
    route({
      method: 'post',
      path: '/groups',
      tag,
      summary: 'Add a group',
      needs: 'groups.create',
      body: z.strictObject({ name: TEXT, ...FIELDS }),
      answers: { 201: GROUP },
      async handle({ actor, body }) {
        const group = await groups.add(actor, body);
        return created(publicGroup(group), `/groups/${group.name}`);
      },
    }),
  ];
}

function groupRoutesByName({ groups }: GroupsApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/groups/{name}',
      tag,
      summary: 'Read a group',
      needs: 'groups.read',
      answers: { 200: GROUP },
      handle: async ({ actor, params }) => ok(publicGroup(await groups.withoutMembers(actor, params.name))),
    }),
    route({
      method: 'put',
      path: '/groups/{name}',
      tag,
      summary: 'Replace a group, or add it',
      needs: 'groups.edit',
      body: z.strictObject(FIELDS),
      answers: { 200: GROUP, 201: GROUP },
      async handle({ actor, params: { name }, body, requireMatch }) {
        // Whoever may not change mail addresses replaces all but that.
        const address = actor.authority.permissions.has('mail.edit') ? { email: null } : {};
        const fields = { ...EMPTY, ...address, ...body };
        const check = (present: Parameters<typeof publicGroup>[0]) => requireMatch(publicGroup(present));
        const group = await orNull(groups.edit(actor, name, fields, check));
        if (group !== null) return ok(publicGroup(group));
        requireMatch(null);
        const added = await groups.add(actor, { name, ...fields });
        return created(publicGroup(added), `/groups/${added.name}`);
      },
    }),
    route({
      method: 'patch',
      path: '/groups/{name}',
      tag,
      summary: 'Change what is given of a group',
      needs: 'groups.edit',
      body: z.strictObject({ name: TEXT.exactOptional(), ...FIELDS }),
      answers: { 200: GROUP },
      async handle({ actor, params, body, requireMatch }) {
        const check = (present: Parameters<typeof publicGroup>[0]) => requireMatch(publicGroup(present));
        return ok(publicGroup(await groups.edit(actor, params.name, body, check)));
      },
    }),
    route({
      method: 'delete',
      path: '/groups/{name}',
      tag,
      summary: 'Delete a group; its members stay',
      needs: 'groups.delete',
      answers: { 204: null },
      async handle({ actor, params, requireMatch }) {
        await groups.delete(actor, params.name, (present) => requireMatch(publicGroup(present)));
        return NO_CONTENT;
      },
    }),
  ];
}

function membersOf({ groups }: GroupsApiDependencies): readonly Route[] {
  return [
    ...memberRoutes(MEMBERED, groups),
    route({
      method: 'post',
      path: '/groups/{name}/copy-members',
      tag,
      summary: 'Make the members of another group members too',
      needs: 'sign-in',
      body: z.strictObject({ from: TEXT, ownersOnly: z.boolean().exactOptional() }),
      answers: { 200: z.object({ added: z.int() }).describe('How many were no members before.') },
      handle: async ({ actor, params, body }) =>
        ok({
          added: await groups.copyMembers(actor, body.from, params.name, {
            ownersOnly: body.ownersOnly ?? false,
          }),
        }),
    }),
  ];
}
