/** Users in the JSON of the API. */
import { z } from 'zod';
import type { NewUser } from '../../core/directory/directory.ts';
import { EMPTY_PROFILE, type Profile } from '../../core/model/profile.ts';
import type { publicUser } from '../../core/model/public.ts';
import { METADATA, METADATA_CHANGES, TEXT, TEXTS, TIME } from './fields.ts';

export const ORIGIN = z
  .object({
    sourceId: z.string(),
    externalId: z.string(),
    dn: z.string(),
    suspendedSince: TIME.nullable(),
    goneSince: TIME.optional().describe('Since when the source no longer lists it.'),
  })
  .nullable()
  .meta({ id: 'Origin', description: 'The entry upstream of what is imported; null for what is kept here.' });

const USER_MEMBERS = {
  id: z.string(),
  posixNumber: z.int(),
  username: z.string(),
  email: z.string().nullable(),
  otherEmails: z.array(z.string()),
  displayName: z.string(),
  givenName: z.string(),
  familyName: z.string(),
  role: z.string(),
  active: z.boolean(),
  confirmed: z.boolean(),
  fallbackEmail: z.string().nullable(),
  language: z.string(),
  affiliations: z.array(z.string()),
  employeeNumber: z.string(),
  title: z.string(),
  department: z.string(),
  phone: z.string(),
  mobile: z.string(),
  sshPublicKeys: z.array(z.string()),
  hasAvatar: z.boolean(),
  avatarBytes: z.int(),
  metadata: METADATA,
  enabled: z.boolean().describe('Whether the user may sign in.'),
  state: z.enum(['invited', 'active', 'suspended', 'disabled']).describe('invited: no password yet.'),
  hasPassword: z.boolean(),
  passwordChangedAt: TIME.nullable(),
  secondFactor: z.boolean().describe('Whether a second factor is asked.'),
  origin: ORIGIN,
  createdAt: TIME,
  updatedAt: TIME,
} satisfies Record<keyof ReturnType<typeof publicUser>, z.ZodType>;

export const USER = z.object(USER_MEMBERS).meta({ id: 'User', description: 'A user.' });

const PROFILE = {
  fallbackEmail: TEXT.nullable().exactOptional(),
  language: TEXT.exactOptional(),
  affiliations: TEXTS.exactOptional(),
  employeeNumber: TEXT.exactOptional(),
  title: TEXT.exactOptional(),
  department: TEXT.exactOptional(),
  phone: TEXT.exactOptional(),
  mobile: TEXT.exactOptional(),
  sshPublicKeys: TEXTS.exactOptional(),
} satisfies Record<keyof Profile, z.ZodType>;

/** What people may say of themselves. */
export const OWN_FIELDS = {
  email: TEXT.nullable().exactOptional(),
  displayName: TEXT.exactOptional(),
  givenName: TEXT.exactOptional(),
  familyName: TEXT.exactOptional(),
  ...PROFILE,
};

/** What may be said of a user, but the name, the password and the picture. */
export const USER_FIELDS = {
  ...OWN_FIELDS,
  confirmed: z.boolean().exactOptional(),
  metadata: METADATA_CHANGES.exactOptional(),
} satisfies Partial<Record<keyof NewUser, z.ZodType>>;

/** What a replacement makes of what it leaves out. */
export const NOTHING_SAID = {
  email: null,
  displayName: '',
  givenName: '',
  familyName: '',
  ...EMPTY_PROFILE,
  confirmed: false,
};

export const DETAILED_USER = z
  .object({
    ...USER_MEMBERS,
    groups: z.array(z.object({ name: z.string(), owner: z.boolean(), fromSource: z.boolean() })),
  })
  .meta({ id: 'DetailedUser', description: 'A user with the groups that have it as a direct member.' });
