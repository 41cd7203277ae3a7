/** /attributes: what administrators define of users and groups beyond what all have; and the values of it. */
import { z } from 'zod';
import type { AttributesKeeper, Groups, Users } from '../../core/directory/directory.ts';
import {
  ATTRIBUTE_READERS,
  ATTRIBUTE_SUBJECTS,
  ATTRIBUTE_WRITERS,
  type AttributeDefinition,
  VALUE_TYPES,
} from '../../core/model/attribute-definition.ts';
import type { Actor } from '../../core/model/audit.ts';
import { IMAGE_BYTES_MAX, IMAGE_TYPES } from '../../core/model/image.ts';
import { readBytes } from '../body.ts';
import { optionals, TEXT, TEXTS } from './fields.ts';
import { created, NO_CONTENT, ok, type Route, route } from './route.ts';

export interface AttributesApiDependencies {
  readonly attributes: AttributesKeeper;
  readonly users: Pick<Users, 'edit'>;
  readonly groups: Pick<Groups, 'edit'>;
}

const KIND = { subject: z.enum(ATTRIBUTE_SUBJECTS), type: z.enum(VALUE_TYPES) };
const CHANGEABLE = {
  several: z.boolean().describe('Whether it may have more than one value.'),
  description: TEXT,
  readers: z.enum(ATTRIBUTE_READERS).describe('directory: the bind DN of the directory alone, by its name.'),
  writers: z.enum(ATTRIBUTE_WRITERS).describe('self: the user too.'),
};
const MEMBERS = {
  id: z.string(),
  name: TEXT.describe('As served over LDAP.'),
  ...KIND,
  ...CHANGEABLE,
} satisfies Record<keyof AttributeDefinition, z.ZodType>;
const ATTRIBUTE = z
  .object(MEMBERS)
  .meta({ id: 'Attribute', description: 'An attribute that administrators defined.' });
const DETAILED = z
  .object({ ...MEMBERS, holders: z.int().describe('Users or groups that have values of it.') })
  .meta({ id: 'DetailedAttribute' });
const VALUES = z.record(z.string(), z.array(z.string())).describe('Lists of values by name.');
const VALUE_CHANGES = z
  .record(TEXT, TEXTS.nullable())
  .describe('What is given is changed; null or no value takes an attribute away.');
const tag = 'Attributes';

export function attributeRoutes(dependencies: AttributesApiDependencies): readonly Route[] {
  return [
    ...definitionRoutes(dependencies),
    ...userRoutes(dependencies),
    ...groupRoutes(dependencies),
    ...SUBJECTS.flatMap((subject) => imageRoutes(dependencies, subject)),
  ];
}

const SUBJECTS = [
  { subject: 'user', path: '/users/{username}/attributes/{attribute}/image', needs: 'sign-in' },
  { subject: 'group', path: '/groups/{name}/attributes/{attribute}/image', needs: 'groups.edit' },
] as const;

function imageRoutes(
  { attributes, users, groups }: AttributesApiDependencies,
  { subject, path, needs }: (typeof SUBJECTS)[number],
): readonly Route[] {
  const put = (actor: Actor, holder: string, name: string, octets: Uint8Array | null) => {
    const changes = { attributes: { [name]: octets && [octets] } };
    return subject === 'user' ? users.edit(actor, holder, changes) : groups.edit(actor, holder, changes);
  };
  const holderOf = (params: Readonly<Record<'username' | 'name', string>>) =>
    subject === 'user' ? params.username : params.name;
  return [
    route({
      method: 'get',
      path,
      tag,
      summary: `Read the picture of a ${subject} in an attribute`,
      needs: 'sign-in',
      answers: { 200: IMAGE_TYPES },
      async handle({ actor, params }) {
        const found = await attributes.image(actor, subject, holderOf(params), params.attribute);
        const { type, octets: content } = found;
        return { status: 200, bytes: { type, content } };
      },
    }),
    route({
      method: 'put',
      path,
      tag,
      summary: `Give a ${subject} a picture in an attribute`,
      needs,
      upload: IMAGE_TYPES,
      answers: { 204: null },
      async handle({ actor, params, upload }) {
        const octets = await readBytes(upload, IMAGE_BYTES_MAX);
        await put(actor, holderOf(params), params.attribute, octets);
        return NO_CONTENT;
      },
    }),
    route({
      method: 'delete',
      path,
      tag,
      summary: `Take the picture of a ${subject} in an attribute away`,
      needs,
      answers: { 204: null },
      async handle({ actor, params }) {
        await put(actor, holderOf(params), params.attribute, null);
        return NO_CONTENT;
      },
    }),
  ];
}

function definitionRoutes({ attributes }: AttributesApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/attributes',
      tag,
      summary: 'List the attributes that are defined',
      needs: 'sign-in',
      answers: { 200: z.object({ items: z.array(ATTRIBUTE) }) },
      handle: async ({ actor }) => ok({ items: await attributes.list(actor) }),
    }),
    route({
      method: 'post',
      path: '/attributes',
      tag,
      summary: 'Define an attribute of users or groups',
      needs: 'settings.edit',
      body: z.strictObject({ name: TEXT, ...KIND, ...optionals(CHANGEABLE) }),
      answers: { 201: ATTRIBUTE },
      async handle({ actor, body }) {
        const added = await attributes.add(actor, body);
        return created(added, `/attributes/${added.name}`);
      },
    }),
    route({
      method: 'get',
      path: '/attributes/{name}',
      tag,
      summary: 'Read an attribute, and how many have it',
      needs: 'settings.read',
      answers: { 200: DETAILED },
      async handle({ actor, params }) {
        const { definition, holders } = await attributes.byName(actor, params.name);
        return ok({ ...definition, holders });
      },
    }),
    route({
      method: 'patch',
      path: '/attributes/{name}',
      tag,
      summary: 'Change what is given of an attribute',
      needs: 'settings.edit',
      body: z.strictObject({ name: TEXT.exactOptional(), ...optionals(CHANGEABLE) }),
      answers: { 200: ATTRIBUTE },
      handle: async ({ actor, params, body }) => ok(await attributes.edit(actor, params.name, body)),
    }),
    route({
      method: 'delete',
      path: '/attributes/{name}',
      tag,
      summary: 'Delete an attribute with its values, if as many have it as the query says',
      needs: 'settings.edit',
      query: z.strictObject({ holders: z.coerce.number<string>().int().min(0).default(0) }),
      answers: { 204: null },
      async handle({ actor, params, query }) {
        await attributes.delete(actor, params.name, query.holders);
        return NO_CONTENT;
      },
    }),
  ];
}

function userRoutes({ attributes, users }: AttributesApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/users/{username}/attributes',
      tag,
      summary: 'Read the attributes of a user',
      needs: 'sign-in',
      answers: { 200: VALUES },
      handle: async ({ actor, params }) => ok(await attributes.ofUser(actor, params.username)),
    }),
    route({
      method: 'patch',
      path: '/users/{username}/attributes',
      tag,
      summary: 'Change attributes of a user',
      needs: 'sign-in',
      body: VALUE_CHANGES,
      answers: { 200: VALUES },
      async handle({ actor, params: { username }, body }) {
        await users.edit(actor, username, { attributes: body });
        return ok(await attributes.ofUser(actor, username));
      },
    }),
  ];
}

function groupRoutes({ attributes, groups }: AttributesApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/groups/{name}/attributes',
      tag,
      summary: 'Read the attributes of a group',
      needs: 'sign-in',
      answers: { 200: VALUES },
      handle: async ({ actor, params }) => ok(await attributes.ofGroup(actor, params.name)),
    }),
    route({
      method: 'patch',
      path: '/groups/{name}/attributes',
      tag,
      summary: 'Change attributes of a group',
      needs: 'groups.edit',
      body: VALUE_CHANGES,
      answers: { 200: VALUES },
      async handle({ actor, params: { name }, body }) {
        await groups.edit(actor, name, { attributes: body });
        return ok(await attributes.ofGroup(actor, name));
      },
    }),
  ];
}
