/** Turns entries of a directory into people and groups, by the words of its preset. */
import { createHash } from 'node:crypto';
import { NAME_LENGTH_MAX } from '../core/model/names.ts';
import type { Source } from '../core/model/source.ts';
import type { Preset } from './presets/preset.ts';
import type { UpstreamGroup, UpstreamUser } from './source.ts';

/** An entry as mapped: values as bytes under attribute names in lower case. */
export interface MappedEntry {
  readonly dn: string;
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>;
}

type UserDialect = Pick<Source, 'usernameField'>;
type GroupDialect = Pick<Source, 'groupNameField'>;

const OTHER_EMAILS_MAX = 50;
/** A longer id is none. */
const EXTERNAL_ID_LENGTH_MAX = 200;
const TEXT_BYTES_MAX = 4096;

/** What must be asked for to map people. */
export function userAttributes(source: UserDialect, preset: Preset): string[] {
  const { ids, email, otherEmails, displayName, givenName, familyName, disabledMarks } = preset;
  const lists = [ids, email, otherEmails, displayName, givenName, familyName, disabledMarks];
  return [...new Set([source.usernameField, ...lists.flat()])];
}

/** What must be asked for to map groups. */
export function groupAttributes(source: GroupDialect, preset: Preset): string[] {
  const { ids, groupDisplayName, description, memberDns, memberUids } = preset;
  const lists = [ids, groupDisplayName, description, memberDns, memberUids];
  return [...new Set([source.groupNameField, ...lists.flat()])];
}

export function mapUser(entry: MappedEntry, source: UserDialect, preset: Preset): UpstreamUser {
  const email = firstText(entry, preset.email);
  const emails = allTexts(entry, [...preset.email, ...preset.otherEmails]);
  return {
    dn: entry.dn,
    externalId: externalIdOf(entry, preset),
    username: firstText(entry, [source.usernameField]),
    email,
    otherEmails: emails.filter((other) => other !== email).slice(0, OTHER_EMAILS_MAX),
    displayName: firstText(entry, preset.displayName),
    givenName: firstText(entry, preset.givenName),
    familyName: firstText(entry, preset.familyName),
    disabled: preset.disabledMarks.some((mark) => IS_DISABLED[mark](firstText(entry, [mark]) ?? '')),
  };
}

export function mapGroup(entry: MappedEntry, source: GroupDialect, preset: Preset): UpstreamGroup {
  const name = firstText(entry, [source.groupNameField]);
  return {
    dn: entry.dn,
    externalId: externalIdOf(entry, preset),
    name: name === null ? null : groupNameFrom(name),
    displayName: firstText(entry, preset.groupDisplayName) ?? name,
    description: firstText(entry, preset.description),
    memberDns: allTexts(entry, preset.memberDns),
    memberUids: allTexts(entry, preset.memberUids),
  };
}

/** The stable id of an entry as text, null where it has none of those that its preset knows. */
export function externalIdOf(entry: MappedEntry, preset: Pick<Preset, 'ids'>): string | null {
  for (const attribute of preset.ids) {
    const [value] = entry.attributes.get(attribute) ?? [];
    const id = value === undefined ? '' : idText(attribute, value);
    if (id !== '' && id.length <= EXTERNAL_ID_LENGTH_MAX) return id;
  }
  return null;
}

/** The bytes that a search for this id must compare with; the inverse of externalIdOf. */
export function idBytes(attribute: string, externalId: string): Buffer {
  return attribute === OBJECT_GUID && UUID.test(externalId)
    ? swapGuid(hexBytes(externalId))
    : Buffer.from(externalId);
}

/**
 * A name by our rules for groups: diacritics folded, lower case, runs of anything else as "-". Where letters or
 * digits had to go, a digest of the whole keeps names apart.
 */
export function groupNameFrom(text: string): string {
  const lower = text.toLowerCase();
  if (/^[a-z0-9.-]+$/.test(lower)) return lower;
  const folded = lower
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßæœøłđþ]/g, (letter) => PLAIN[letter] ?? '');
  const name = folded
    .replace(/[^a-z0-9.]+/g, '-')
    .slice(0, NAME_LENGTH_MAX - DIGEST_LENGTH - 1)
    .replace(/^-+|-+$/g, '');
  if (name !== '' && !/(?![a-z0-9])[\p{L}\p{N}]/u.test(folded)) return name;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, DIGEST_LENGTH);
  return `${name === '' ? 'group' : name}-${digest}`;
}

const DIGEST_LENGTH = 8;
const PLAIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  þ: 'th',
};

const IS_DISABLED = {
  // ACCOUNTDISABLE; other bits such as LOCKOUT or PASSWD_NOTREQD say nothing about it.
  useraccountcontrol: (value: string) => (Number(value) & 2) !== 0,
  nsaccountlock: (value: string) => value.toLowerCase() === 'true',
  // What ppolicy writes for "until an administrator unlocks it"; any other time is a passing lockout.
  pwdaccountlockedtime: (value: string) => value === '000001010000Z',
} as const;

const OBJECT_GUID = 'objectguid';
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

function idText(attribute: string, value: Buffer): string {
  if (attribute !== OBJECT_GUID) return value.toString('utf8').trim();
  if (value.length !== 16) return '';
  const hex = swapGuid(value).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** objectGUID keeps the first three fields in little-endian order ([MS-DTYP] section 2.3.4). */
function swapGuid(bytes: Buffer): Buffer {
  const swapped = Buffer.from(bytes);
  swapped.subarray(0, 4).reverse();
  swapped.subarray(4, 6).reverse();
  swapped.subarray(6, 8).reverse();
  return swapped;
}

function hexBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function firstText(entry: MappedEntry, attributes: readonly string[]): string | null {
  for (const attribute of attributes) {
    for (const value of entry.attributes.get(attribute.toLowerCase()) ?? []) {
      const text = textOf(value);
      if (text !== '') return text;
    }
  }
  return null;
}

function allTexts(entry: MappedEntry, attributes: readonly string[]): string[] {
  const values = attributes.flatMap((attribute) => entry.attributes.get(attribute) ?? []);
  return [...new Set(values.map(textOf))].filter((text) => text !== '');
}

function textOf(value: Buffer): string {
  return value.toString('utf8', 0, TEXT_BYTES_MAX).trim();
}
