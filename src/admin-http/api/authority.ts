/** /authority: the external authority that checks passwords, and manages people in the place of Roster. */
import { z } from 'zod';
import type { ExternalAuthorityKeeper } from '../../core/directory/external-authority.ts';
import { DirectoryError } from '../../core/errors.ts';
import { TEXT } from './fields.ts';
import { NO_CONTENT, ok, type Route, route } from './route.ts';

export interface AuthorityApiDependencies {
  readonly authority: ExternalAuthorityKeeper;
}

const PEM_LENGTH_MAX = 1_000_000;
const PEM = z.string().max(PEM_LENGTH_MAX).nullable();
const FIELDS = {
  url: TEXT.describe('To which name and password are posted: https, or http on the machine of the server.'),
  caPem: PEM.describe('Certificates to trust in the place of the public ones; null: those.'),
  timeoutSeconds: z.int(),
  ownersAllowed: z.boolean().describe('Whether it may say that somebody is an owner.'),
};

const AUTHORITY = z
  .object({ ...FIELDS, hasToken: z.boolean() })
  .meta({ id: 'Authority', description: 'The external authority.' });

const CHANGES = z.strictObject({
  url: FIELDS.url.exactOptional(),
  caPem: FIELDS.caPem.exactOptional(),
  timeoutSeconds: FIELDS.timeoutSeconds.exactOptional(),
  ownersAllowed: FIELDS.ownersAllowed.exactOptional(),
  token: TEXT.nullable()
    .exactOptional()
    .describe('Sent as a bearer token; null: none. With another URL or CA it must be given anew.'),
});

const tag = 'Settings';

export function authorityRoutes({ authority }: AuthorityApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/authority',
      tag,
      summary: 'Read which external authority is set',
      needs: 'settings.read',
      answers: { 200: AUTHORITY },
      async handle({ actor }) {
        const present = await authority.current(actor);
        if (present === null) throw new DirectoryError('not-found', 'No external authority is set.');
        return ok(present);
      },
    }),
    route({
      method: 'patch',
      path: '/authority',
      tag,
      summary: 'Set the external authority, or change what is given of it',
      needs: 'settings.edit',
      body: CHANGES,
      answers: { 200: AUTHORITY },
      async handle({ actor, body, requireMatch }) {
        requireMatch(await authority.current(actor));
        return ok(await authority.set(actor, body));
      },
    }),
    route({
      method: 'delete',
      path: '/authority',
      tag,
      summary: 'Take the external authority away: people are managed here again',
      needs: 'settings.edit',
      answers: { 204: null },
      async handle({ actor, requireMatch }) {
        requireMatch(await authority.current(actor));
        await authority.remove(actor);
        return NO_CONTENT;
      },
    }),
  ];
}
