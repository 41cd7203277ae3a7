/** /roles: what people may do, by the role they have. */
import { z } from 'zod';
import type { Roles } from '../../core/directory/roles.ts';
import type { Role } from '../../core/model/role.ts';
import { TEXT, TEXTS } from './fields.ts';
import { created, NO_CONTENT, ok, type Route, route } from './route.ts';

export interface RolesApiDependencies {
  readonly roles: Pick<Roles, 'list' | 'byName' | 'add' | 'edit' | 'delete'>;
}

const tag = 'Roles';

const ROLE = z
  .object({
    name: z.string(),
    description: z.string(),
    rank: z.int(),
    permissions: z.array(z.string()),
    builtIn: z.boolean(),
  } satisfies Record<keyof Role, z.ZodType>)
  .meta({ id: 'Role', description: 'What its users may do; who has the higher rank may act on the others.' });

const FIELDS = {
  description: TEXT.exactOptional(),
  rank: z.int().exactOptional(),
  permissions: TEXTS.exactOptional(),
};

export function roleRoutes({ roles }: RolesApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/roles',
      tag,
      summary: 'List all roles, the highest first',
      needs: 'roles.read',
      answers: { 200: z.array(ROLE) },
      handle: async ({ actor }) => ok(await roles.list(actor)),
    }),
    route({
      method: 'post',
      path: '/roles',
      tag,
      summary: 'Add a role',
      needs: 'roles.edit',
      body: z.strictObject({ name: TEXT, ...FIELDS }),
      answers: { 201: ROLE },
      async handle({ actor, body }) {
        const role = await roles.add(actor, body);
        return created(role, `/roles/${role.name}`);
      },
    }),
    route({
      method: 'get',
      path: '/roles/{name}',
      tag,
      summary: 'Read a role',
      needs: 'roles.read',
      answers: { 200: ROLE },
      handle: async ({ actor, params }) => ok(await roles.byName(actor, params.name)),
    }),
    route({
      method: 'patch',
      path: '/roles/{name}',
      tag,
      summary: 'Change what is given of a role; its permissions as a whole',
      needs: 'roles.edit',
      body: z.strictObject(FIELDS),
      answers: { 200: ROLE },
      handle: async ({ actor, params, body }) => ok(await roles.edit(actor, params.name, body)),
    }),
    route({
      method: 'delete',
      path: '/roles/{name}',
      tag,
      summary: 'Delete a role that nobody has',
      needs: 'roles.edit',
      answers: { 204: null },
      async handle({ actor, params }) {
        await roles.delete(actor, params.name);
        return NO_CONTENT;
      },
    }),
  ];
}
