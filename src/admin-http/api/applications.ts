/** /applications: the programs that read the directory and sign people in. */
import { z } from 'zod';
import type { ApplicationChanges, Applications } from '../../core/directory/directory.ts';
import { type Application, SECOND_FACTOR_RULES } from '../../core/model/application.ts';
import { publicApplication } from '../../core/model/public.ts';
import { MADE_UP, PASSWORD, TEXT, TEXTS, TIME } from './fields.ts';
import { created, NO_CONTENT, ok, type Route, route } from './route.ts';

export interface ApplicationsApiDependencies {
  readonly applications: Pick<Applications, 'list' | 'byName' | 'add' | 'edit' | 'setPassword' | 'delete'>;
  readonly newPassword: () => string;
}

const tag = 'Applications';

const FIELDS = {
  description: TEXT.exactOptional(),
  allow: TEXTS.exactOptional().describe(
    'Addresses and ranges; none: wherever the general allow-list lets in.',
  ),
  everyone: z.boolean().exactOptional(),
  groups: TEXTS.exactOptional().describe('By name.'),
  secondFactor: z
    .enum(SECOND_FACTOR_RULES)
    .exactOptional()
    .describe('What becomes of +totpToken= at sign-ins through it.'),
  enabled: z.boolean().exactOptional(),
} satisfies Partial<Record<keyof ApplicationChanges, z.ZodType>>;

const APPLICATION = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    allow: z.array(z.string()),
    everyone: z.boolean(),
    groups: z.array(z.string()).describe('Ids.'),
    secondFactor: z.enum(SECOND_FACTOR_RULES),
    enabled: z.boolean(),
    createdAt: TIME,
    updatedAt: TIME,
  } satisfies Record<keyof ReturnType<typeof publicApplication>, z.ZodType>)
  .meta({ id: 'Application', description: 'A program with a service account, and what it sees.' });

const ADDED = APPLICATION.extend({ password: MADE_UP }).meta({
  id: 'AddedApplication',
  description: 'An application, and its password where that was made up; shown this once.',
});

export function applicationRoutes(dependencies: ApplicationsApiDependencies): readonly Route[] {
  return [...listRoutes(dependencies), ...routesByName(dependencies)];
}

function listRoutes({ applications, newPassword }: ApplicationsApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/applications',
      tag,
      summary: 'List all applications',
      needs: 'applications.read',
      answers: { 200: z.array(APPLICATION) },
      handle: async ({ actor }) => ok((await applications.list(actor)).map(publicApplication)),
    }),
    route({
      method: 'post',
      path: '/applications',
      tag,
      summary: 'Add an application; without groups or everyone it sees nobody',
      needs: 'applications.create',
      body: z.strictObject({ name: TEXT, ...FIELDS, password: PASSWORD.exactOptional() }),
      answers: { 201: ADDED },
      async handle({ actor, body }) {
        const made = body.password === undefined ? newPassword() : null;
        const application = await applications.add(actor, { ...body, password: body.password ?? made ?? '' });
        const { name } = application;
        return created({ ...publicApplication(application), password: made }, `/applications/${name}`);
      },
    }),
  ];
}

function routesByName({ applications, newPassword }: ApplicationsApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/applications/{name}',
      tag,
      summary: 'Read an application',
      needs: 'applications.read',
      answers: { 200: APPLICATION },
      handle: async ({ actor, params }) =>
        ok(publicApplication(await applications.byName(actor, params.name))),
    }),
    route({
      method: 'patch',
      path: '/applications/{name}',
      tag,
      summary: 'Change what is given of an application',
      needs: 'applications.edit',
      body: z.strictObject({ name: TEXT.exactOptional(), ...FIELDS }),
      answers: { 200: APPLICATION },
      async handle({ actor, params, body, requireMatch }) {
        const check = (present: Application) => requireMatch(publicApplication(present));
        return ok(publicApplication(await applications.edit(actor, params.name, body, check)));
      },
    }),
    route({
      method: 'put',
      path: '/applications/{name}/password',
      tag,
      summary: 'Give an application another password, or have one made up',
      needs: 'applications.edit',
      body: z.strictObject({ password: PASSWORD.exactOptional() }),
      answers: { 200: z.object({ password: MADE_UP }) },
      async handle({ actor, params, body }) {
        const made = body.password === undefined ? newPassword() : null;
        await applications.setPassword(actor, params.name, body.password ?? made ?? '');
        return ok({ password: made });
      },
    }),
    route({
      method: 'delete',
      path: '/applications/{name}',
      tag,
      summary: 'Delete an application',
      needs: 'applications.delete',
      answers: { 204: null },
      async handle({ actor, params }) {
        await applications.delete(actor, params.name);
        return NO_CONTENT;
      },
    }),
  ];
}
