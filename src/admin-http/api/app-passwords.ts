/** /me/app-passwords: what people give to single apps instead of their password. */
import { z } from 'zod';
import type { AppPasswords, ListedAppPassword } from '../../core/accounts/app-passwords.ts';
import { PASSWORD, TEXT, TIME } from './fields.ts';
import { forbidWrongPassword } from './own-password.ts';
import { created, NO_CONTENT, ok, type Route, route } from './route.ts';

export interface AppPasswordsApiDependencies {
  readonly appPasswords: AppPasswords;
}

const tag = 'App passwords';

const APP_PASSWORD = z
  .object({
    id: z.string(),
    name: z.string(),
    application: z.string().nullable().describe('null: it opens the account wherever LDAP is spoken.'),
    createdAt: TIME,
    lastUsedAt: TIME.nullable().describe('To some minutes.'),
  })
  .meta({ id: 'AppPassword', description: 'A password for one app, over LDAP alone.' });

const ADDED = APP_PASSWORD.extend({ secret: z.string().describe('Shown this once.') }).meta({
  id: 'AddedAppPassword',
  description: 'An app password as it was made.',
});

export function appPasswordRoutes({ appPasswords }: AppPasswordsApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/me/app-passwords',
      tag,
      summary: 'List the own app passwords',
      needs: 'self',
      answers: { 200: z.array(APP_PASSWORD) },
      handle: async ({ actor }) => ok((await appPasswords.list(actor)).map(shown)),
    }),
    route({
      method: 'post',
      path: '/me/app-passwords',
      tag,
      summary: 'Make an app password',
      needs: 'self',
      body: z.strictObject({
        name: TEXT,
        application: TEXT.nullable().default(null).describe('Through which alone it opens the account.'),
        password: PASSWORD.describe('The own one.'),
      }),
      answers: { 201: ADDED },
      async handle({ actor, body }) {
        const { appPassword, secret } = await appPasswords
          .add(actor, body)
          .catch(forbidWrongPassword('password'));
        return created({ ...shown(appPassword), secret }, `/me/app-passwords/${appPassword.id}`);
      },
    }),
    route({
      method: 'delete',
      path: '/me/app-passwords/{id}',
      tag,
      summary: 'Revoke an app password, by id or name',
      needs: 'self',
      answers: { 204: null },
      async handle({ actor, params }) {
        await appPasswords.revoke(actor, params.id);
        return NO_CONTENT;
      },
    }),
  ];
}

function shown({ createdAt, lastUsedAt, ...one }: ListedAppPassword) {
  return {
    ...one,
    createdAt: new Date(createdAt),
    lastUsedAt: lastUsedAt === null ? null : new Date(lastUsedAt),
  };
}
