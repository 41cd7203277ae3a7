/** What is imported of a person's profile: the fields that the source fills, by the rules that hold here. */
import { DirectoryError } from '../core/errors.ts';
import { EMPTY_PROFILE, normaliseProfile, type Profile, type ProfileChanges } from '../core/model/profile.ts';

/** What breaks a rule counts as not known: a telephone number must not keep a person out. */
export function importedProfile(found: ProfileChanges = {}): ProfileChanges {
  return Object.fromEntries(fieldsIn(found).map((field) => [field, wellFormed(field, found[field])]));
}

/** The same fields as they are here. */
export function presentProfile(profile: Profile, like: ProfileChanges): ProfileChanges {
  return Object.fromEntries(fieldsIn(like).map((field) => [field, profile[field]]));
}

function fieldsIn(changes: ProfileChanges): (keyof Profile)[] {
  return PROFILE_FIELDS.filter((field) => changes[field] !== undefined);
}

const PROFILE_FIELDS = Object.keys(EMPTY_PROFILE) as (keyof Profile)[];

function wellFormed(field: keyof Profile, value: ProfileChanges[keyof Profile]): unknown {
  if (!Array.isArray(value)) return normalised(field, value) ?? EMPTY_PROFILE[field];
  const single = value.filter((each) => normalised(field, [each]) !== undefined);
  return normalised(field, single) ?? EMPTY_PROFILE[field];
}

/** undefined where it breaks a rule. */
function normalised(field: keyof Profile, value: unknown): unknown {
  try {
    return normaliseProfile({ [field]: value })[field];
  } catch (error) {
    if (error instanceof DirectoryError) return undefined;
    throw error;
  }
}
