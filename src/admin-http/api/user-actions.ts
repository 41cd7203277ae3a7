/** What is done to users beside changing what is said of them: password, state, metadata, avatar, rights; one by one or in bulk. */
import { z } from 'zod';
import type { Groups, Users } from '../../core/directory/directory.ts';
import type { Roles } from '../../core/directory/roles.ts';
import type { Sessions } from '../../core/directory/sessions.ts';
import { DirectoryError } from '../../core/errors.ts';
import type { Actor } from '../../core/model/audit.ts';
import { AVATAR_BYTES_MAX } from '../../core/model/avatar.ts';
import { publicUser } from '../../core/model/public.ts';
import { readBytes } from '../body.ts';
import { MADE_UP, METADATA, METADATA_CHANGES, PASSWORD, TEXT } from './fields.ts';
import { NO_CONTENT, ok, type Route, route } from './route.ts';
import { DETAILED_USER, USER } from './user-fields.ts';

export interface UserActionsApiDependencies {
  readonly users: Pick<
    Users,
    'byUsername' | 'groupsOf' | 'edit' | 'setEnabled' | 'setPassword' | 'delete' | 'avatar'
  >;
  readonly groups: Pick<Groups, 'addMember' | 'removeMember'>;
  readonly roles: Pick<Roles, 'grantsOf' | 'setGrant'>;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly newPassword: () => string;
}

const tag = 'Users';
const JPEG = ['image/jpeg'];
const BULK_MAX = 1000;
const GRANT = z.object({ permission: z.string(), allowed: z.boolean() });

export function userActionRoutes(dependencies: UserActionsApiDependencies): readonly Route[] {
  return [
    ...stateRoutes(dependencies),
    ...partRoutes(dependencies),
    ...avatarRoutes(dependencies),
    ...rightsRoutes(dependencies),
    bulkRoute(dependencies),
  ];
}

function stateRoutes({ users, sessions, newPassword }: UserActionsApiDependencies): readonly Route[] {
  return [
    route({
      method: 'put',
      path: '/users/{username}/password',
      tag,
      summary: 'Give a user another password, or have one made up',
      needs: 'users.password',
      body: z.strictObject({ password: PASSWORD.exactOptional().describe('Left out, one is made up.') }),
      answers: { 200: z.object({ password: MADE_UP }).describe('The password where it was made up.') },
      async handle({ actor, params, body }) {
        const made = body.password === undefined ? newPassword() : null;
        await users.setPassword(actor, params.username, body.password ?? made ?? '');
        return ok({ password: made });
      },
    }),
    ...[true, false].map((enabled) =>
      route({
        method: 'post',
        path: `/users/{username}/${enabled ? 'enable' : 'disable'}`,
        tag,
        summary: enabled
          ? 'Let a user sign in again'
          : 'Disable a user: sessions and tokens end, nothing is deleted',
        needs: 'users.edit',
        answers: { 200: USER },
        handle: async ({ actor, params }) =>
          ok(publicUser(await users.setEnabled(actor, params.username, enabled))),
      }),
    ),
    route({
      method: 'delete',
      path: '/users/{username}/sessions',
      tag,
      summary: 'End all sessions of a user',
      needs: 'users.edit',
      answers: { 200: z.object({ ended: z.int() }).describe('How many there were.') },
      handle: async ({ actor, params }) => ok({ ended: await sessions.endAll(actor, params.username) }),
    }),
  ];
}

function partRoutes({ users }: UserActionsApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/users/{username}/groups',
      tag,
      summary: 'List the groups that a user is a direct member of',
      needs: 'users.read',
      answers: { 200: DETAILED_USER.shape.groups },
      async handle({ actor, params }) {
        const user = await users.byUsername(actor, params.username);
        return ok((await users.groupsOf(actor, [user])).get(user.id));
      },
    }),
    route({
      method: 'get',
      path: '/users/{username}/metadata',
      tag,
      summary: 'Read the metadata of a user',
      needs: 'users.read',
      answers: { 200: METADATA },
      handle: async ({ actor, params }) => ok((await users.byUsername(actor, params.username)).metadata),
    }),
    route({
      method: 'patch',
      path: '/users/{username}/metadata',
      tag,
      summary: 'Change metadata of a user',
      needs: 'users.edit',
      body: METADATA_CHANGES,
      answers: { 200: METADATA },
      async handle({ actor, params, body, requireMatch }) {
        const check = ({ metadata }: { metadata: object }) => requireMatch(metadata);
        return ok((await users.edit(actor, params.username, { metadata: body }, check)).metadata);
      },
    }),
  ];
}

function avatarRoutes({ users }: UserActionsApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/users/{username}/avatar',
      tag,
      summary: 'Read the picture of a user',
      needs: 'users.read',
      answers: { 200: JPEG },
      async handle({ actor, params }) {
        const picture = await users.avatar(actor, params.username);
        if (picture === null) throw new DirectoryError('not-found', 'This user has no picture.');
        return { status: 200, bytes: { type: 'image/jpeg', content: picture.jpeg } };
      },
    }),
    route({
      method: 'put',
      path: '/users/{username}/avatar',
      tag,
      summary: 'Give a user a picture',
      needs: 'users.edit',
      upload: JPEG,
      answers: { 204: null },
      async handle({ actor, params, upload }) {
        await users.edit(actor, params.username, { avatar: await readBytes(upload, AVATAR_BYTES_MAX) });
        return NO_CONTENT;
      },
    }),
    route({
      method: 'delete',
      path: '/users/{username}/avatar',
      tag,
      summary: 'Take the picture of a user away',
      needs: 'users.edit',
      answers: { 204: null },
      async handle({ actor, params }) {
        await users.edit(actor, params.username, { avatar: null });
        return NO_CONTENT;
      },
    }),
  ];
}

function rightsRoutes({ roles }: UserActionsApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/users/{username}/permissions',
      tag,
      summary: 'List the single permissions given to a user, or taken away, beside the role',
      needs: 'users.read',
      answers: { 200: z.array(GRANT) },
      handle: async ({ actor, params }) =>
        ok(
          (await roles.grantsOf(actor, params.username)).map(({ permission, allowed }) => ({
            permission,
            allowed,
          })),
        ),
    }),
    route({
      method: 'put',
      path: '/users/{username}/permissions/{permission}',
      tag,
      summary: 'Give a user one permission beside the role, or take it away',
      needs: 'users.role',
      body: z.strictObject({ allowed: z.boolean() }),
      answers: { 204: null },
      async handle({ actor, params: { username, permission }, body }) {
        await roles.setGrant(actor, username, permission, body.allowed);
        return NO_CONTENT;
      },
    }),
    route({
      method: 'delete',
      path: '/users/{username}/permissions/{permission}',
      tag,
      summary: 'Leave one permission of a user to the role again',
      needs: 'users.role',
      answers: { 204: null },
      async handle({ actor, params: { username, permission } }) {
        await roles.setGrant(actor, username, permission, null);
        return NO_CONTENT;
      },
    }),
  ];
}

const BULK = z.discriminatedUnion('action', [
  z.strictObject({ action: z.enum(['enable', 'disable', 'delete']) }),
  z.strictObject({ action: z.enum(['add-to-group', 'remove-from-group']), group: TEXT }),
  z.strictObject({ action: z.literal('set-role'), role: TEXT }),
]);

const OUTCOME = z.object({
  username: z.string(),
  ok: z.boolean(),
  code: z.string().exactOptional(),
  detail: z.string().exactOptional().describe('One sentence, where it failed.'),
});

/** Each user is a transaction of its own: one that cannot be changed does not keep the others from it. */
function bulkRoute(dependencies: UserActionsApiDependencies): Route {
  return route({
    method: 'post',
    path: '/users-bulk',
    tag,
    summary: 'Do the same to many users; tells of each whether it was done',
    needs: 'users.read',
    body: z.strictObject({ usernames: z.array(TEXT).min(1).max(BULK_MAX), do: BULK }),
    answers: { 200: z.object({ outcomes: z.array(OUTCOME) }) },
    async handle({ actor, body }) {
      const outcomes = [];
      for (const username of new Set(body.usernames)) {
        outcomes.push(await outcomeOf(username, () => act(dependencies, actor, username, body.do)));
      }
      return ok({ outcomes });
    },
  });
}

function act(
  { users, groups }: UserActionsApiDependencies,
  actor: Actor,
  username: string,
  wanted: z.output<typeof BULK>,
): Promise<unknown> {
  switch (wanted.action) {
    case 'enable':
    case 'disable':
      return users.setEnabled(actor, username, wanted.action === 'enable');
    case 'delete':
      return users.delete(actor, username);
    case 'add-to-group':
      return groups.addMember(actor, wanted.group, { name: username, kind: 'user' });
    case 'remove-from-group':
      return groups.removeMember(actor, wanted.group, { name: username, kind: 'user' });
    case 'set-role':
      return users.edit(actor, username, { role: wanted.role });
  }
}

async function outcomeOf(username: string, work: () => Promise<unknown>): Promise<z.output<typeof OUTCOME>> {
  try {
    await work();
    return { username, ok: true };
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    return { username, ok: false, code: error.code, detail: error.message };
  }
}
