/** /organizations: bodies of people, public or not, and their members. */
import { z } from 'zod';
import type { Organization, OrganizationDetails, Organizations } from '../../core/directory/directory.ts';
import { publicOrganization } from '../../core/model/public.ts';
import { decodeCursor, toPage } from '../cursor.ts';
import { PAGE, pageOf, TEXT, TIME } from './fields.ts';
import { kindOf, MEMBER, memberOf } from './groups.ts';
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

export function organizationRoutes(dependencies: OrganizationsApiDependencies): readonly Route[] {
  return [...listRoutes(dependencies), ...routesBySlug(dependencies), ...memberRoutes(dependencies)];
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

function memberRoutes({ organizations }: OrganizationsApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/organizations/{slug}/members',
      tag,
      summary: 'List the direct members of an organization',
      needs: 'sign-in',
      query: z.strictObject(PAGE),
      answers: { 200: pageOf(MEMBER) },
      async handle({ actor, params: { slug }, query: { limit, cursor } }) {
        const after = decodeCursor(z.string(), cursor);
        const found = await organizations.members(actor, slug, { after, limit: limit + 1 });
        return ok(toPage(found, limit, ({ memberId }) => memberId, memberOf));
      },
    }),
    route({
      method: 'put',
      path: '/organizations/{slug}/members/{kind}/{member}',
      tag,
      summary: 'Make a user or a group a member, or change whether a user is an owner',
      needs: 'sign-in',
      body: z.strictObject({
        owner: z.boolean().exactOptional().describe('Left out, it stays what it was.'),
      }),
      answers: { 200: MEMBER },
      async handle({ actor, params: { slug, kind, member }, body }) {
        const named = { name: member, kind: kindOf(kind), ...body };
        return ok(memberOf(await organizations.addMember(actor, slug, named)));
      },
    }),
    route({
      method: 'delete',
      path: '/organizations/{slug}/members/{kind}/{member}',
      tag,
      summary: 'Take a member out of an organization',
      needs: 'sign-in',
      answers: { 204: null },
      async handle({ actor, params: { slug, kind, member } }) {
        await organizations.removeMember(actor, slug, { name: member, kind: kindOf(kind) });
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
