/** /users/{username}/impersonation: temporary passwords of people of a lower role. */
import { z } from 'zod';
import type { Impersonation } from '../../core/accounts/impersonation.ts';
import { TIME } from './fields.ts';
import { NO_CONTENT, ok, type Route, route } from './route.ts';

export interface ImpersonationApiDependencies {
  readonly impersonation: Pick<Impersonation, 'begin' | 'withdraw'>;
}

const tag = 'Users';

export function impersonationRoutes({ impersonation }: ImpersonationApiDependencies): readonly Route[] {
  return [
    route({
      method: 'post',
      path: '/users/{username}/impersonation',
      tag,
      summary: 'Get a temporary password of a user, who keeps the own one',
      needs: 'users.impersonate',
      body: z.strictObject({ hours: z.int().exactOptional().describe('1 to 24; left out, 6.') }),
      answers: {
        200: z.object({ password: z.string().describe('Shown this once.'), expiresAt: TIME }),
      },
      async handle({ actor, params, body }) {
        const { password, expiresAt } = await impersonation.begin(actor, params.username, body.hours);
        return ok({ password, expiresAt });
      },
    }),
    route({
      method: 'delete',
      path: '/users/{username}/impersonation',
      tag,
      summary: 'Withdraw the temporary password, with the sessions that it opened',
      needs: 'users.impersonate',
      answers: { 204: null },
      async handle({ actor, params }) {
        await impersonation.withdraw(actor, params.username);
        return NO_CONTENT;
      },
    }),
  ];
}
