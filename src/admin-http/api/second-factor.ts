/** The second factor: one's own, and those that administrators switch off. */
import { z } from 'zod';
import type { SecondFactors } from '../../core/accounts/second-factors.ts';
import { PASSWORD } from './fields.ts';
import { forbidWrongPassword } from './own-password.ts';
import { NO_CONTENT, ok, type Route, route } from './route.ts';

export interface SecondFactorApiDependencies {
  readonly secondFactors: SecondFactors;
}

const tag = 'Second factor';
const CODE = z.string().max(100).describe('That the authenticator shows, or a recovery code.');
const RECOVERY_CODES = z
  .object({ recoveryCodes: z.array(z.string()) })
  .describe('Each is good once, in the place of a code; shown this once.');

/** Those without `needs` are open to who has no permission before a second factor is set up. */
export function secondFactorRoutes({ secondFactors }: SecondFactorApiDependencies): readonly Route[] {
  const wrong = forbidWrongPassword('password');
  return [
    route({
      method: 'get',
      path: '/me/second-factor',
      tag,
      summary: 'Tell whether one has a second factor, and must have one',
      needs: 'sign-in',
      answers: {
        200: z.object({
          enabled: z.boolean(),
          required: z.boolean(),
          passwordAsked: z.boolean().describe('Whether one has a password, which is asked for.'),
          recoveryCodesLeft: z.int(),
        }),
      },
      handle: async ({ actor }) => ok(await secondFactors.state(actor)),
    }),
    route({
      method: 'post',
      path: '/me/second-factor/offer',
      tag,
      summary: 'Get what an authenticator is to be given; it counts once it is confirmed',
      needs: 'sign-in',
      body: z.strictObject({ password: PASSWORD }),
      answers: {
        200: z.object({
          secret: z.string().describe('base32.'),
          uri: z.string().describe('otpauth://..., to be scanned.'),
          qrSvg: z.string().describe('The same as a picture.'),
        }),
      },
      handle: async ({ actor, body }) => ok(await secondFactors.offer(actor, body.password).catch(wrong)),
    }),
    route({
      method: 'post',
      path: '/me/second-factor/confirm',
      tag,
      summary: 'Switch the offered second factor on by a code of it',
      needs: 'sign-in',
      body: z.strictObject({ code: CODE }),
      answers: { 200: RECOVERY_CODES },
      handle: async ({ actor, body }) => ok({ recoveryCodes: await secondFactors.confirm(actor, body.code) }),
    }),
    route({
      method: 'post',
      path: '/me/second-factor/recovery-codes',
      tag,
      summary: 'Get new recovery codes in the place of those that are left',
      needs: 'sign-in',
      body: z.strictObject({ password: PASSWORD }),
      answers: { 200: RECOVERY_CODES },
      handle: async ({ actor, body }) =>
        ok({ recoveryCodes: await secondFactors.newRecoveryCodes(actor, body.password).catch(wrong) }),
    }),
    route({
      method: 'post',
      path: '/me/second-factor/disable',
      tag,
      summary: 'Switch the own second factor off',
      needs: 'sign-in',
      body: z.strictObject({ password: PASSWORD, code: CODE }),
      answers: { 204: null },
      async handle({ actor, body }) {
        await secondFactors.switchOff(actor, body.password, body.code).catch(wrong);
        return NO_CONTENT;
      },
    }),
    route({
      method: 'delete',
      path: '/users/{username}/second-factor',
      tag,
      summary: 'Switch off the second factor of somebody who has lost it',
      needs: 'users.second-factor',
      answers: { 204: null },
      async handle({ actor, params }) {
        await secondFactors.switchOffOf(actor, params.username);
        return NO_CONTENT;
      },
    }),
  ];
}
