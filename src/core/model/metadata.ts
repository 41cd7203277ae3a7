/** Free metadata of users and groups: names and texts that Roster keeps for others, and reads nothing into. */
import { DirectoryError } from '../errors.ts';

export type Metadata = Readonly<Record<string, string>>;

/** What is given is changed; null takes the key away. */
export type MetadataChanges = Readonly<Record<string, string | null>>;

/** Shared by all that have none. */
export const NO_METADATA: Metadata = {};

export const METADATA_KEYS_MAX = 64;
const KEY_LENGTH_MAX = 64;
const VALUE_LENGTH_MAX = 1000;
/** Of all keys and values of one user or group: it is in memory where it is served. */
const METADATA_LENGTH_MAX = 8192;

/** Kept for quotas: a whole number of megabytes. */
export const STORAGE_KEY = 'maxStorageMB';

const KEY = /^[A-Za-z][A-Za-z0-9._-]*$/;

/** Throws DirectoryError 'invalid' (field `metadata`). */
export function changedMetadata(before: Metadata, changes: MetadataChanges): Metadata {
  const after = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) after.delete(key);
    else after.set(checkedKey(key), checkedValue(key, value));
  }
  if (after.size > METADATA_KEYS_MAX) {
    throw invalid(`There are at most ${METADATA_KEYS_MAX} keys of metadata, not ${after.size}.`);
  }
  const length = [...after].flat().reduce((sum, text) => sum + text.length, 0);
  if (length > METADATA_LENGTH_MAX) {
    throw invalid(`Keys and values of metadata have at most ${METADATA_LENGTH_MAX} characters together.`);
  }
  return after.size === 0 ? NO_METADATA : Object.fromEntries([...after].sort(byKey));
}

function byKey([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1;
}

function checkedKey(key: string): string {
  if (key.length <= KEY_LENGTH_MAX && KEY.test(key)) return key;
  throw invalid(
    `A key of metadata begins with a letter and has up to ${KEY_LENGTH_MAX} letters, digits, ".", "_" and "-": ${JSON.stringify(key.slice(0, 80))} does not fit.`,
  );
}

function checkedValue(key: string, value: string): string {
  if (value.length > VALUE_LENGTH_MAX) {
    throw invalid(`The metadata ${key} has at most ${VALUE_LENGTH_MAX} characters, not ${value.length}.`);
  }
  if (/[\0\p{Cs}]/u.test(value)) throw invalid(`The metadata ${key} holds characters that cannot be kept.`);
  if (key === STORAGE_KEY && !/^\d{1,12}$/.test(value)) {
    throw invalid(
      `${STORAGE_KEY} is a whole number of megabytes, not ${JSON.stringify(value.slice(0, 80))}.`,
    );
  }
  return value;
}

function invalid(message: string): DirectoryError {
  return new DirectoryError('invalid', message, { field: 'metadata' });
}
