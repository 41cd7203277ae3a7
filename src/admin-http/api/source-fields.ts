/** Sources in the JSON of the API. */
import { z } from 'zod';
import type { NewSource } from '../../core/directory/directory.ts';
import type { publicSource } from '../../core/model/public.ts';
import { PRESET_NAMES } from '../../core/model/source.ts';
import {
  type DialectChanges,
  MAPPED_FIELDS,
  type MappedField,
  MEMBERSHIP_RULES,
  USERNAME_RULES,
} from '../../core/model/source-dialect.ts';
import type { SignInRules } from '../../core/model/source-sign-in.ts';
import {
  CONFLICTS,
  GONE_GROUPS,
  LOCAL_MEMBERS,
  REMOVALS,
  type SyncPolicy,
} from '../../core/model/sync-policy.ts';
import { optionals, PASSWORD, TEXT, TEXTS, TIME } from './fields.ts';

const POLICY_MEMBERS = {
  removal: z.enum(REMOVALS),
  removalGraceDays: z.int(),
  goneGroups: z.enum(GONE_GROUPS),
  localMembers: z.enum(LOCAL_MEMBERS),
  conflicts: z.enum(CONFLICTS),
  precedence: z.int(),
  guardPercent: z.int(),
  guardMinimum: z.int(),
} satisfies Record<keyof SyncPolicy, z.ZodType>;
const POLICY = z.object(POLICY_MEMBERS);

const ATTRIBUTES = optionals(
  Object.fromEntries(MAPPED_FIELDS.map((field) => [field, TEXTS.nullable()])) as Record<
    MappedField,
    z.ZodNullable<typeof TEXTS>
  >,
);
const DIALECT = z.strictObject({
  attributes: z.strictObject(ATTRIBUTES).exactOptional(),
  usernameFrom: z.enum(USERNAME_RULES).nullable().exactOptional(),
  membersFrom: z.enum(MEMBERSHIP_RULES).nullable().exactOptional(),
  pageSize: z.int().nullable().exactOptional(),
} satisfies Record<keyof DialectChanges, z.ZodType>);

const SIGN_IN = z.strictObject({
  createUsers: z.boolean().nullable().exactOptional(),
  bindsPerSecond: z.int().nullable().exactOptional(),
  timeLimitSeconds: z.int().nullable().exactOptional(),
  rememberSeconds: z.int().nullable().exactOptional(),
} satisfies Record<keyof SignInRules, z.ZodType>);

/** A bundle of authorities is longer than other texts. */
const PEM = z.string().max(60_000);

const REQUIRED = { name: TEXT, url: TEXT, baseDn: TEXT, bindDn: TEXT, bindPassword: PASSWORD };
const OPTIONAL = {
  caPem: PEM.nullable().exactOptional(),
  clientCertificatePem: PEM.nullable().exactOptional(),
  clientKeyPem: PEM.nullable().exactOptional().meta({ format: 'password' }),
  filter: TEXT.exactOptional(),
  usernameField: TEXT.exactOptional(),
  syncGroups: z.boolean().exactOptional(),
  groupBaseDn: TEXT.exactOptional(),
  groupFilter: TEXT.exactOptional(),
  groupNameField: TEXT.exactOptional(),
  schedule: TEXT.nullable().exactOptional().describe('A cron expression of five fields; null: none.'),
  timeZone: TEXT.exactOptional(),
  dialect: DIALECT.exactOptional().describe(
    'Where it speaks otherwise than its preset; null: as the preset.',
  ),
  signIn: SIGN_IN.exactOptional().describe(
    'Where it is asked about passwords otherwise than its preset says.',
  ),
  policy: z.strictObject(optionals(POLICY_MEMBERS)).exactOptional(),
};

const NEW_SOURCE_MEMBERS = { ...REQUIRED, preset: z.enum(PRESET_NAMES), ...OPTIONAL } satisfies Record<
  keyof NewSource,
  z.ZodType
>;

/** What is left out is as the preset has it. */
export const NEW_SOURCE = z.strictObject(NEW_SOURCE_MEMBERS);

export const SOURCE_CHANGES = z.strictObject({
  ...optionals(REQUIRED),
  ...OPTIONAL,
  enabled: z.boolean().exactOptional(),
});

export const SOURCE = z
  .object({
    id: z.string(),
    name: z.string(),
    preset: z.enum(PRESET_NAMES),
    url: z.string(),
    caPem: z.string().nullable(),
    clientCertificatePem: z.string().nullable(),
    baseDn: z.string(),
    bindDn: z.string(),
    filter: z.string(),
    usernameField: z.string(),
    syncGroups: z.boolean(),
    groupBaseDn: z.string(),
    groupFilter: z.string(),
    groupNameField: z.string(),
    schedule: z.string().nullable(),
    timeZone: z.string(),
    nextRunAt: TIME.nullable(),
    policy: POLICY,
    dialect: DIALECT,
    signIn: SIGN_IN,
    enabled: z.boolean(),
    createdAt: TIME,
    updatedAt: TIME,
  } satisfies Record<keyof ReturnType<typeof publicSource>, z.ZodType>)
  .meta({ id: 'Source', description: 'A directory from which users and groups are imported.' });
