/** /openid-connect: the provider at which people may sign in to the pages; and who is who there. */
import { z } from 'zod';
import type { OpenIdKeeper } from '../../core/directory/openid.ts';
import { DirectoryError } from '../../core/errors.ts';
import { OPENID_MATCHES, OPENID_SECOND_FACTORS, type OpenIdFields } from '../../core/model/openid.ts';
import { optionals, PASSWORD } from './fields.ts';
import { NO_CONTENT, ok, type Route, route } from './route.ts';

export interface OpenIdApiDependencies {
  readonly openId: Pick<OpenIdKeeper, 'show' | 'change' | 'remove' | 'forget'>;
}

/** Room for a bundle of certificates. */
const PEM_LENGTH_MAX = 1_048_576;
const WORD = z.string().max(512);

const FIELDS = {
  issuer: WORD.describe('URL, as the provider calls itself.'),
  clientId: WORD,
  caPem: z.string().max(PEM_LENGTH_MAX).nullable().describe('Certificates to trust; null: the public ones.'),
  label: WORD.describe('On the button, after "Sign in with".'),
  match: z.enum(OPENID_MATCHES).describe('By what a newcomer is taken for a user who is here.'),
  createUsers: z.boolean().describe('Whether others become users.'),
  usernameClaim: WORD,
  roleClaim: WORD,
  roles: z.record(WORD, WORD).describe('Name of a role by value of the role claim.'),
  secondFactor: z.enum(OPENID_SECOND_FACTORS).describe('Who sees to it.'),
} satisfies Record<keyof OpenIdFields, z.ZodType>;

const OPENID = z
  .object(FIELDS)
  .meta({ id: 'OpenIdConnect', description: 'The provider at which people may sign in to the pages.' });
const tag = 'OpenID Connect';

export function openIdRoutes({ openId }: OpenIdApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/openid-connect',
      tag,
      summary: 'Read the provider that is set, without its secret',
      needs: 'settings.read',
      answers: { 200: OPENID },
      async handle({ actor }) {
        const present = await openId.show(actor);
        if (present !== null) return ok(present);
        throw new DirectoryError('not-found', 'No OpenID provider is set.');
      },
    }),
    route({
      method: 'patch',
      path: '/openid-connect',
      tag,
      summary: 'Set a provider, or change what is given of it',
      needs: 'settings.edit',
      body: z.strictObject({ ...optionals(FIELDS), clientSecret: PASSWORD.exactOptional() }),
      answers: { 200: OPENID },
      handle: async ({ actor, body }) => ok(await openId.change(actor, body)),
    }),
    route({
      method: 'delete',
      path: '/openid-connect',
      tag,
      summary: 'Let nobody sign in there any more',
      needs: 'settings.edit',
      answers: { 204: null },
      async handle({ actor }) {
        await openId.remove(actor);
        return NO_CONTENT;
      },
    }),
    route({
      method: 'delete',
      path: '/users/{username}/openid-identity',
      tag,
      summary: 'Forget who a user is at the provider: the next sign-in there is as the first',
      needs: 'users.edit',
      answers: { 204: null },
      async handle({ actor, params }) {
        await openId.forget(actor, params.username);
        return NO_CONTENT;
      },
    }),
  ];
}
