/** /me: what people see and change of themselves. */
import { z } from 'zod';
import type { Permission } from '../../core/access/permissions.ts';
import type { ChangeOwnPassword, ProveOwnPassword } from '../../core/credentials/own-password.ts';
import type { Users } from '../../core/directory/directory.ts';
import type { Sessions } from '../../core/directory/sessions.ts';
import type { Tokens } from '../../core/directory/tokens.ts';
import { DirectoryError } from '../../core/errors.ts';
import type { Actor } from '../../core/model/audit.ts';
import { AVATAR_BYTES_MAX } from '../../core/model/avatar.ts';
import { publicUser } from '../../core/model/public.ts';
import type { Session } from '../../core/model/session.ts';
import type { Token } from '../../core/model/token.ts';
import type { User } from '../../core/model/user.ts';
import { readBytes } from '../body.ts';
import { PASSWORD, TEXT, TEXTS, TIME } from './fields.ts';
import { forbidWrongPassword } from './own-password.ts';
import { created, NO_CONTENT, ok, type Route, route } from './route.ts';
import { DETAILED_USER, OWN_FIELDS } from './user-fields.ts';

export interface MeApiDependencies {
  readonly users: Pick<Users, 'byUsername' | 'groupsOf' | 'edit' | 'avatar'>;
  readonly sessions: Pick<Sessions, 'list' | 'end' | 'endAll'>;
  readonly tokens: Pick<Tokens, 'add' | 'list' | 'revoke'>;
  readonly changeOwnPassword: ChangeOwnPassword;
  readonly proveOwnPassword: ProveOwnPassword;
}

const tag = 'Me';
const JPEG = ['image/jpeg'];

const ME = DETAILED_USER.extend({ permissions: z.array(z.string()) }).meta({
  id: 'Me',
  description: 'Who asks, and what he may do.',
});

const SESSION = z
  .object({
    id: z.string(),
    kind: z.enum(['page', 'api']),
    createdAt: TIME,
    lastSeenAt: TIME,
    expiresAt: TIME,
    address: z.string().nullable(),
    userAgent: z.string(),
    current: z.boolean(),
  })
  .meta({ id: 'Session', description: 'One sign-in.' });

const TOKEN_MEMBERS = {
  id: z.string(),
  name: z.string(),
  permissions: z.array(z.string()),
  createdAt: TIME,
  expiresAt: TIME,
  lastUsedAt: TIME.nullable(),
};
const TOKEN = z.object(TOKEN_MEMBERS).meta({ id: 'Token', description: 'A personal API token.' });

export function meRoutes(dependencies: MeApiDependencies): readonly Route[] {
  return [
    ...profileRoutes(dependencies),
    ...avatarRoutes(dependencies),
    ...sessionRoutes(dependencies),
    ...tokenRoutes(dependencies),
  ];
}

function profileRoutes({ users, changeOwnPassword, proveOwnPassword }: MeApiDependencies): readonly Route[] {
  async function rightsOf(actor: Actor, user: User) {
    const groups = (await users.groupsOf(actor, [user])).get(user.id);
    const permissions: readonly Permission[] = [...actor.authority.permissions];
    return { groups, permissions };
  }

  return [
    route({
      method: 'get',
      path: '/me',
      tag,
      summary: 'Read the own profile, groups and permissions',
      needs: 'self',
      answers: { 200: ME },
      async handle({ actor }) {
        const user = await users.byUsername(actor, ownName(actor));
        return ok({ ...publicUser(user), ...(await rightsOf(actor, user)) });
      },
    }),
    route({
      method: 'patch',
      path: '/me',
      tag,
      summary: 'Change what is given of the own profile',
      needs: 'self',
      body: z.strictObject({
        ...OWN_FIELDS,
        currentPassword: PASSWORD.exactOptional().describe('Asked for with another address.'),
      }),
      answers: { 200: ME },
      async handle({ actor: asking, body: { currentPassword, ...body }, requireMatch }) {
        const proven = currentPassword === undefined ? asking : proveOwnPassword(asking, currentPassword);
        const actor = await Promise.resolve(proven).catch(forbidWrongPassword('currentPassword'));
        const rights = await rightsOf(actor, await users.byUsername(actor, ownName(actor)));
        const check = (present: User) => requireMatch({ ...publicUser(present), ...rights });
        return ok({ ...publicUser(await users.edit(actor, ownName(actor), body, check)), ...rights });
      },
    }),
    route({
      method: 'put',
      path: '/me/password',
      tag,
      summary: 'Change the own password; all other sessions end',
      needs: 'self',
      body: z.strictObject({ oldPassword: PASSWORD, newPassword: PASSWORD }),
      answers: { 204: null },
      async handle({ actor, sessionId, body }) {
        const { address, authority } = actor;
        ownName(actor);
        const keep = sessionId === null ? {} : { keepSession: sessionId };
        const change = { ...body, userId: authority.userId ?? '', address, actor, ...keep };
        await changeOwnPassword(change).catch(forbidWrongPassword('oldPassword'));
        return NO_CONTENT;
      },
    }),
  ];
}

function avatarRoutes({ users }: MeApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/me/avatar',
      tag,
      summary: 'Read the own picture',
      needs: 'self',
      answers: { 200: JPEG },
      async handle({ actor }) {
        const picture = await users.avatar(actor, ownName(actor));
        if (picture === null) throw new DirectoryError('not-found', 'You have no picture.');
        return { status: 200, bytes: { type: 'image/jpeg', content: picture.jpeg } };
      },
    }),
    route({
      method: 'put',
      path: '/me/avatar',
      tag,
      summary: 'Give oneself a picture',
      needs: 'self',
      upload: JPEG,
      answers: { 204: null },
      async handle({ actor, upload }) {
        await users.edit(actor, ownName(actor), { avatar: await readBytes(upload, AVATAR_BYTES_MAX) });
        return NO_CONTENT;
      },
    }),
    route({
      method: 'delete',
      path: '/me/avatar',
      tag,
      summary: 'Take the own picture away',
      needs: 'self',
      answers: { 204: null },
      async handle({ actor }) {
        await users.edit(actor, ownName(actor), { avatar: null });
        return NO_CONTENT;
      },
    }),
  ];
}

function sessionRoutes({ sessions }: MeApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/me/sessions',
      tag,
      summary: 'List the own sessions, the one last seen first',
      needs: 'self',
      answers: { 200: z.array(SESSION) },
      handle: async ({ actor, sessionId }) =>
        ok((await sessions.list(actor)).map((session) => publicSession(session, sessionId))),
    }),
    route({
      method: 'delete',
      path: '/me/sessions',
      tag,
      summary: 'End all own sessions but the one that asks',
      needs: 'self',
      answers: { 200: z.object({ ended: z.int() }) },
      handle: async ({ actor, sessionId }) =>
        ok({ ended: await sessions.endAll(actor, ownName(actor), sessionId ?? undefined) }),
    }),
    route({
      method: 'delete',
      path: '/me/sessions/{id}',
      tag,
      summary: 'End one of the own sessions',
      needs: 'self',
      answers: { 204: null },
      async handle({ actor, params }) {
        await sessions.end(actor, params.id);
        return NO_CONTENT;
      },
    }),
  ];
}

function tokenRoutes({ tokens }: MeApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/me/tokens',
      tag,
      summary: 'List the own API tokens',
      needs: 'self',
      answers: { 200: z.array(TOKEN) },
      handle: async ({ actor }) => ok((await tokens.list(actor)).map(publicToken)),
    }),
    route({
      method: 'post',
      path: '/me/tokens',
      tag,
      summary: 'Make an API token; its secret is shown this once',
      needs: 'self',
      body: z.strictObject({
        name: TEXT,
        permissions: TEXTS.describe('At most the own.'),
        days: z.int().describe('Until it expires.'),
      }),
      answers: { 201: z.object({ ...TOKEN_MEMBERS, secret: z.string() }) },
      async handle({ actor, body }) {
        const { token, secret } = await tokens.add(actor, body);
        return created({ ...publicToken(token), secret }, `/me/tokens/${token.id}`);
      },
    }),
    route({
      method: 'delete',
      path: '/me/tokens/{id}',
      tag,
      summary: 'Revoke one of the own API tokens',
      needs: 'self',
      answers: { 204: null },
      async handle({ actor, params }) {
        await tokens.revoke(actor, params.id);
        return NO_CONTENT;
      },
    }),
  ];
}

/** Throws DirectoryError 'forbidden' for what is no user. */
function ownName({ name, authority }: Actor): string {
  if (authority.userId !== null) return name;
  throw new DirectoryError('forbidden', 'This token is nobody in particular: sign in as a user.');
}

function publicSession(session: Session, current: string | null) {
  const { id, kind, createdAt, lastSeenAt, expiresAt, address, userAgent } = session;
  return { id, kind, createdAt, lastSeenAt, expiresAt, address, userAgent, current: id === current };
}

function publicToken({ id, name, permissions, createdAt, expiresAt, lastUsedAt }: Token) {
  return { id, name, permissions, createdAt, expiresAt, lastUsedAt };
}
