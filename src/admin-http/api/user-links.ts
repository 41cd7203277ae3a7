/** /users/{username}/link and the like: which users come from a source, and brings in one alone. */
import { z } from 'zod';
import type { Links, Sources } from '../../core/directory/directory.ts';
import { DirectoryError } from '../../core/errors.ts';
import type { Actor } from '../../core/model/audit.ts';
import { publicUser } from '../../core/model/public.ts';
import type { Source } from '../../core/model/source.ts';
import type { User } from '../../core/model/user.ts';
import { PASSWORD, TEXT } from './fields.ts';
import { ok, type Route, route } from './route.ts';
import { USER } from './user-fields.ts';

export interface UserLinksApiDependencies {
  readonly sources: Pick<Sources, 'find'>;
  readonly links: Pick<Links, 'unlink'>;
  readonly connector: {
    link(
      actor: Actor,
      username: string,
      source: Source,
      entry: { readonly dn: string } | { readonly externalId: string },
    ): Promise<User>;
    importUser(actor: Actor, source: Source, username: string): Promise<User>;
  };
}

const tag = 'Users';

export function userLinkRoutes({ sources, links, connector }: UserLinksApiDependencies): readonly Route[] {
  return [
    route({
      method: 'post',
      path: '/users/{username}/link',
      tag,
      summary: 'Bind a user to an entry of a source, which checks the password from then on',
      needs: 'sources.edit',
      body: z.strictObject({
        source: TEXT.describe('Name or id.'),
        dn: TEXT.exactOptional(),
        externalId: TEXT.exactOptional().describe('Stable id, such as its entryUUID or objectGUID.'),
      }),
      answers: { 200: USER },
      async handle({ actor, params, body: { source, dn, externalId } }) {
        const entry = dn !== undefined ? { dn } : externalId !== undefined ? { externalId } : null;
        if (entry === null || (dn !== undefined && externalId !== undefined)) {
          throw new DirectoryError('invalid', 'Name the entry by dn or by externalId.', { field: 'dn' });
        }
        const found = await sources.find(source);
        return ok(publicUser(await connector.link(actor, params.username, found, entry)));
      },
    }),
    route({
      method: 'post',
      path: '/users/{username}/unlink',
      tag,
      summary: 'Make an imported user a local one; without a password a disabled one',
      needs: 'sources.edit',
      body: z.strictObject({ password: PASSWORD.exactOptional() }),
      answers: { 200: USER },
      handle: async ({ actor, params, body: { password = null } }) =>
        ok(publicUser(await links.unlink(actor, params.username, password))),
    }),
    route({
      method: 'post',
      path: '/sources/{idOrName}/users/{username}',
      tag,
      summary: 'Bring in one person from a source, with groups, before a sync does',
      needs: 'sources.sync',
      answers: { 200: USER },
      async handle({ actor, params }) {
        const source = await sources.find(params.idOrName);
        return ok(publicUser(await connector.importUser(actor, source, params.username)));
      },
    }),
  ];
}
