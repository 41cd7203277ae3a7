/** The direct members of groups and of organizations: people and groups, some of the people as owners. */
import { z } from 'zod';
import type { Groups } from '../../core/directory/directory.ts';
import { DirectoryError } from '../../core/errors.ts';
import { decodeCursor, toPage } from '../cursor.ts';
import { PAGE, pageOf } from './fields.ts';
import { NO_CONTENT, ok, type Route, route } from './route.ts';

const MEMBER = z
  .object({
    name: z.string(),
    kind: z.enum(['user', 'group']),
    owner: z.boolean(),
    fromSource: z.boolean(),
  })
  .meta({ id: 'Member', description: 'A direct member of a group.' });

export interface Membered {
  /** Of what has the members, as `/groups/{name}`. */
  readonly path: string;
  /** The parameter of the path: the name by which `port` knows it. */
  readonly parameter: string;
  readonly tag: string;
  /** "a group". */
  readonly what: string;
}

export function memberRoutes(
  { path, parameter, tag, what }: Membered,
  port: Pick<Groups, 'members' | 'addMember' | 'removeMember'>,
): readonly Route[] {
  const list = `${path}/members`;
  const one = `${list}/{kind}/{member}`;
  return [
    route({
      ...{ method: 'get', path: list, tag, needs: 'sign-in' },
      summary: `List the direct members of ${what}`,
      query: z.strictObject(PAGE),
      answers: { 200: pageOf(MEMBER) },
      async handle({ actor, params: { [parameter]: name = '' }, query: { limit, cursor } }) {
        const after = decodeCursor(z.string(), cursor);
        const found = await port.members(actor, name, { after, limit: limit + 1 });
        return ok(toPage(found, limit, ({ memberId }) => memberId, memberOf));
      },
    }),
    route({
      ...{ method: 'put', path: one, tag, needs: 'sign-in' },
      summary: 'Make a user or a group a member, or change whether a user is an owner',
      body: z.strictObject({
        owner: z.boolean().exactOptional().describe('Left out, it stays what it was.'),
      }),
      answers: { 200: MEMBER },
      async handle({ actor, params: { [parameter]: name = '', kind, member = '' }, body }) {
        const named = { name: member, kind: kindOf(kind), ...body };
        return ok(memberOf(await port.addMember(actor, name, named)));
      },
    }),
    route({
      ...{ method: 'delete', path: one, tag, needs: 'sign-in' },
      summary: `Take a member out of ${what}`,
      answers: { 204: null },
      async handle({ actor, params: { [parameter]: name = '', kind, member = '' } }) {
        await port.removeMember(actor, name, { name: member, kind: kindOf(kind) });
        return NO_CONTENT;
      },
    }),
  ];
}

function memberOf(member: {
  name: string;
  memberKind: 'user' | 'group';
  owner: boolean;
  fromSource: boolean;
}) {
  const { name, memberKind: kind, owner, fromSource } = member;
  return { name, kind, owner, fromSource };
}

function kindOf(text: string | undefined): 'user' | 'group' {
  if (text === 'user' || text === 'group') return text;
  throw new DirectoryError('not-found', 'A member is at members/user/{name} or members/group/{name}.');
}
