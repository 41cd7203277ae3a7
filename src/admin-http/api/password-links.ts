/** Links by which people choose their password: made by administrators, asked for by who has forgotten it, redeemed. */
import { z } from 'zod';
import type { GivenLink, PasswordLinks } from '../../core/accounts/password-links.ts';
import { PASSWORD, TEXT, TIME } from './fields.ts';
import { NO_CONTENT, ok, type Route, route } from './route.ts';

export interface PasswordLinksApiDependencies {
  readonly passwordLinks: PasswordLinks;
}

const LINK = z
  .object({
    kind: z.enum(['reset', 'invitation']),
    expiresAt: TIME,
    sentTo: z.string().nullable().describe('null: it was not sent, and is to be handed over.'),
    url: z.string().nullable().describe('null where it was sent.'),
  })
  .meta({
    id: 'PasswordLink',
    description: 'A link by which a user chooses a password, once, within a day.',
  });

const SEND = z.strictObject({
  send: z.boolean().default(true).describe('By mail, where that is possible.'),
});

export function passwordLinkRoutes({ passwordLinks }: PasswordLinksApiDependencies): readonly Route[] {
  return [
    route({
      method: 'post',
      path: '/users/{username}/reset-link',
      tag: 'Users',
      summary: 'Make a link by which a user chooses a password',
      needs: 'users.password',
      body: SEND,
      answers: { 200: LINK },
      handle: async ({ actor, params, body }) =>
        ok(shown(await passwordLinks.give(actor, params.username, body))),
    }),
    route({
      method: 'post',
      path: '/users/{username}/invite',
      tag: 'Users',
      summary: 'Invite a user who has no password yet',
      needs: 'users.password',
      body: SEND,
      answers: { 200: LINK },
      handle: async ({ actor, params, body }) =>
        ok(shown(await passwordLinks.invite(actor, params.username, body))),
    }),
    route({
      method: 'post',
      path: '/auth/forgotten-password',
      tag: 'Authentication',
      summary: 'Ask for a link by mail; the answer is the same whether or not somebody gets one',
      needs: 'nothing',
      body: z.strictObject({ name: TEXT.describe('Username or e-mail address.') }),
      answers: { 204: null },
      async handle({ actor, body }) {
        passwordLinks.ask(body.name, actor.address);
        return NO_CONTENT;
      },
    }),
    route({
      method: 'post',
      path: '/auth/choose-password',
      tag: 'Authentication',
      summary: 'Choose a password by a link',
      needs: 'nothing',
      body: z.strictObject({ link: TEXT.describe('Its last part: roster_l_...'), password: PASSWORD }),
      answers: { 204: null },
      async handle({ actor, body }) {
        await passwordLinks.redeem(body.link, body.password, actor.address);
        return NO_CONTENT;
      },
    }),
  ];
}

function shown({ kind, expiresAt, sentTo, url }: GivenLink) {
  return { kind, expiresAt, sentTo, url };
}
