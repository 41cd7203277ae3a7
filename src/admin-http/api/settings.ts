/** /settings and /allow-list: what administrators change while Roster runs. */
import { z } from 'zod';
import type { SettingsChanges, SettingsKeeper } from '../../core/directory/directory.ts';
import type { PosixSettings } from '../../core/model/posix.ts';
import type { Settings } from '../../core/model/settings.ts';
import { optionals, PASSWORD, TEXT, TEXTS } from './fields.ts';
import { ok, type Route, route } from './route.ts';

export interface SettingsApiDependencies {
  readonly settings: Pick<SettingsKeeper, 'current' | 'change'>;
}

const POSIX = {
  enabled: z.boolean(),
  homeDirectory: TEXT,
  loginShell: TEXT,
} satisfies Record<keyof PosixSettings, z.ZodType>;

const SECOND_FACTOR_ROLES = z
  .union([z.literal('all'), TEXTS])
  .describe('Roles whose users can do nothing without a second factor.');

/** Attributes, the OpenID provider and the external authority have doors of their own. */
type PublicSettings = Omit<
  Settings,
  'bindPasswordHash' | 'instanceId' | 'attributes' | 'openId' | 'authority'
>;

const PUBLIC = {
  allow: z.array(z.string()),
  ldapServed: z.boolean().describe('Whether LDAPS is served at all.'),
  passwordModify: z.boolean(),
  posix: z.object(POSIX),
  profilesLocked: z.boolean().describe('Whether people may not change their own profiles.'),
  storageLimited: z.boolean().describe('Whether more storage than a user may take is refused.'),
  auditDays: z.int(),
  passwordLengthMinimum: z.int().describe('Characters of new passwords of people.'),
  passwordScoreMinimum: z.int().describe('Points by zxcvbn, 0 to 4.'),
  secondFactorRoles: SECOND_FACTOR_ROLES,
} satisfies Record<keyof PublicSettings, z.ZodType>;

const SETTINGS = z
  .object(PUBLIC)
  .meta({ id: 'Settings', description: 'The settings in force, without secrets.' });

const CHANGES = z.strictObject({
  allow: TEXTS.exactOptional(),
  bindPassword: PASSWORD.exactOptional().describe('Of cn=admin,ou=system.'),
  ldapServed: z.boolean().exactOptional(),
  passwordModify: z.boolean().exactOptional(),
  posix: z.strictObject(optionals(POSIX)).exactOptional(),
  profilesLocked: z.boolean().exactOptional(),
  storageLimited: z.boolean().exactOptional(),
  auditDays: z.int().exactOptional(),
  passwordLengthMinimum: z.int().exactOptional(),
  passwordScoreMinimum: z.int().exactOptional(),
  secondFactorRoles: SECOND_FACTOR_ROLES.exactOptional(),
} satisfies Record<keyof SettingsChanges, z.ZodType>);

const ALLOW = z
  .object({ allow: z.array(z.string()) })
  .describe('Addresses and CIDR ranges that may connect over LDAPS; none: nobody can.');

export function settingsRoutes({ settings }: SettingsApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/settings',
      tag: 'Settings',
      summary: 'Read the settings',
      needs: 'settings.read',
      answers: { 200: SETTINGS },
      handle: async () => ok(publicSettings(await settings.current())),
    }),
    route({
      method: 'patch',
      path: '/settings',
      tag: 'Settings',
      summary: 'Change what is given of the settings',
      needs: 'settings.edit',
      body: CHANGES,
      answers: { 200: SETTINGS },
      async handle({ actor, body, requireMatch }) {
        await settings.change(actor, body, (present) => requireMatch(publicSettings(present)));
        return ok(publicSettings(await settings.current()));
      },
    }),
    route({
      method: 'get',
      path: '/allow-list',
      tag: 'Settings',
      summary: 'Read the allow-list',
      needs: 'settings.read',
      answers: { 200: ALLOW },
      handle: async () => ok(allowOf(await settings.current())),
    }),
    route({
      method: 'put',
      path: '/allow-list',
      tag: 'Settings',
      summary: 'Replace the allow-list',
      needs: 'settings.edit',
      body: z.strictObject({ allow: TEXTS }),
      answers: { 200: ALLOW },
      async handle({ actor, body, requireMatch }) {
        await settings.change(actor, body, (present) => requireMatch(allowOf(present)));
        return ok(allowOf(await settings.current()));
      },
    }),
  ];
}

function publicSettings({
  bindPasswordHash: _secret,
  instanceId: _fixed,
  attributes: _others,
  openId: _another,
  authority: _third,
  ...settings
}: Settings) {
  return settings satisfies PublicSettings;
}

function allowOf({ allow }: Settings) {
  return { allow };
}
