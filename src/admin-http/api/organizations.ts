/** /organizations: bodies of people, public or not, and their members. */
import { z } from 'zod';
import type { Organization, OrganizationDetails, Organizations } from '../../core/directory/directory.ts';
import { publicOrganization } from '../../core/model/public.ts';
import { decodeCursor, toPage } from '../cursor.ts';
import { PAGE, pageOf, TEXT, TIME } from './fields.ts';
import { memberRoutes } from './members.ts';
import { orNull } from './or-null.ts';
import { created, NO_CONTENT, ok, type Route, route } from './route.ts';

export interface OrganizationsApiDependencies {
  readonly organizations: Organizations;
}

const VISIBILITY = z.enum(['public', 'private']).describe('public: seen by everybody who signs in.');
const MEMBERS = {
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  description: z.string(),
  visibility: VISIBILITY,
  createdAt: TIME,
  updatedAt: TIME,
} satisfies Record<keyof ReturnType<typeof publicOrganization>, z.ZodType>;
const ORGANIZATION = z
  .object(MEMBERS)
  .meta({ id: 'Organization', description: 'An organization; updatedAt moves with its members too.' });
const DETAILED = z
  .object({
    ...MEMBERS,
    owners: z.array(z.string()).describe('Usernames of those who manage its members.'),
    members: z.int().describe('Users and groups directly in it.'),
    groups: z.int().describe('Groups that it is directly in.'),
    applications: z.int().describe('Applications that it opens to its members.'),
  })
  .meta({ id: 'DetailedOrganization' });

const FIELDS = {
  name: TEXT.exactOptional(),
  description: TEXT.exactOptional(),
  visibility: VISIBILITY.exactOptional(),
};
const OWNER = TEXT.exactOptional().describe('Username; left out, who adds it.');
const EMPTY = { name: '', description: '', visibility: 'private' } as const;
const COUNT = z.coerce.number<string>().int().min(0).default(0);
const tag = 'Organizations';

const MEMBERED = { path: '/organizations/{slug}', parameter: 'slug', tag, what: 'an organization' };

export function organizationRoutes(dependencies: OrganizationsApiDependencies): readonly Route[] {
  const members = memberRoutes(MEMBERED, dependencies.organizations);
  return [...listRoutes(dependencies), ...routesBySlug(dependencies), ...members];
}

function listRoutes({ organizations }: OrganizationsApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/organizations',
      tag,
      summary: 'List the organizations that one sees, in the order of their slugs',
      needs: 'sign-in',
      query: z.strictObject({ ...PAGE, search: TEXT.exactOptional().describe('Part of slug or name.') }),
      answers: { 200: pageOf(ORGANIZATION) },
      async handle({ actor, query: { limit, cursor, search } }) {
        const after = decodeCursor(z.string(), cursor);
        const found = await organizations.find(actor, { search: search ?? '', after, limit: limit + 1 });
        return ok(toPage(found, limit, ({ name }) => name, publicOrganization));
      },
    }),
    route({
      method: 'post',
      path: '/organizations',
      tag,
      summary: 'Add an organization',
      needs: 'organizations.create',
      body: z.strictObject({ slug: TEXT, ...FIELDS, owner: OWNER }),
      answers: { 201: ORGANIZATION },
      handle: async ({ actor, body }) => added(await organizations.add(actor, body)),
    }),
    route({
      method: 'get',
      path: '/users/{username}/organizations',
      tag,
      summary: 'List the organizations that a user is in',
      needs: 'sign-in',
      answers: { 200: z.object({ items: z.array(ORGANIZATION) }) },
      async handle({ actor, params }) {
        const found = await organizations.ofUser(actor, params.username);
        return ok({ items: found.map(publicOrganization) });
      },
    }),
  ];
}

function routesBySlug({ organizations }: OrganizationsApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/organizations/{slug}',
      tag,
      summary: 'Read an organization, and what would go with it',
      needs: 'sign-in',
      answers: { 200: DETAILED },
      handle: async ({ actor, params }) => ok(detailed(await organizations.bySlug(actor, params.slug))),
    }),
    route({
      method: 'put',
      path: '/organizations/{slug}',
      tag,
      summary: 'Replace an organization, or add it',
      needs: 'organizations.edit',
      body: z.strictObject(FIELDS),
      answers: { 200: ORGANIZATION, 201: ORGANIZATION },
      async handle({ actor, params: { slug }, body, requireMatch }) {
        const fields = { ...EMPTY, ...body };
        const check = (present: Organization) => requireMatch(publicOrganization(present));
        const changed = await orNull(organizations.edit(actor, slug, fields, check));
        if (changed !== null) return ok(publicOrganization(changed));
        requireMatch(null);
        return added(await organizations.add(actor, { slug, ...fields }));
      },
    }),
    route({
      method: 'patch',
      path: '/organizations/{slug}',
      tag,
      summary: 'Change what is given of an organization',
      needs: 'organizations.edit',
      body: z.strictObject({ slug: TEXT.exactOptional(), ...FIELDS }),
      answers: { 200: ORGANIZATION },
      async handle({ actor, params, body, requireMatch }) {
        const check = (present: Organization) => requireMatch(publicOrganization(present));
        return ok(publicOrganization(await organizations.edit(actor, params.slug, body, check)));
      },
    }),
    route({
      method: 'delete',
      path: '/organizations/{slug}',
      tag,
      summary: 'Delete an organization, if so much goes with it as the query says; its members stay',
      needs: 'organizations.delete',
      query: z.strictObject({ members: COUNT, groups: COUNT, applications: COUNT }),
      answers: { 204: null },
      async handle({ actor, params, query }) {
        await organizations.delete(actor, params.slug, query);
        return NO_CONTENT;
      },
    }),
  ];
}

function added(organization: Organization) {
  return created(publicOrganization(organization), `/organizations/${organization.name}`);
}

function detailed({ organization, ...details }: OrganizationDetails) {
  return { ...publicOrganization(organization), ...details };
}
