/** Turns entries of a directory into people and groups, by the words of its preset. */
import { createHash } from 'node:crypto';
import { NAME_LENGTH_MAX } from '../core/model/names.ts';
import type { ProfileChanges } from '../core/model/profile.ts';
import type { Source } from '../core/model/source.ts';
import type { AttributeMap, Dialect, MappedField } from '../core/model/source-dialect.ts';
import { dialectOf } from './presets/index.ts';
import type { Preset } from './presets/preset.ts';
import type { UpstreamGroup, UpstreamUser } from './source.ts';
import type { Writable } from './writable.ts';

/** An entry as mapped: values as bytes under attribute names in lower case. */
export interface MappedEntry {
  readonly dn: string;
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>;
}

type UserSource = Pick<Source, 'usernameField' | 'dialect'>;
type GroupSource = Pick<Source, 'groupNameField' | 'dialect'>;

/** What another Roster calls Origin.via: what is asked for, and the name in answers. */
const ROSTER_VIA = 'rosterVia';
const VIA = ROSTER_VIA.toLowerCase();
const OTHER_EMAILS_MAX = 50;
const PROFILE_VALUES_MAX = 50;
/** A longer id is none. */
const EXTERNAL_ID_LENGTH_MAX = 200;
const TEXT_BYTES_MAX = 4096;

/** What must be asked for to map people. */
export function userAttributes(source: UserSource, preset: Preset): string[] {
  const { attributes } = dialectOf(source, preset);
  const fields = [...USER_FIELDS, 'avatar' as const].flatMap((field) => attributes[field]);
  const marks = [...preset.disabledMarks, ...viaAttributes(preset)];
  return distinct([source.usernameField, ...attributes.id, ...fields, ...marks]);
}

/** What of people's entries tells who is there, and who is disabled. */
export function keyAttributes(source: Pick<Source, 'dialect'>, preset: Preset): string[] {
  const { id } = dialectOf(source, preset).attributes;
  return distinct([...id, ...preset.disabledMarks, ...viaAttributes(preset)]);
}

/** What must be asked for to map groups. */
export function groupAttributes(source: GroupSource, preset: Preset): string[] {
  const { attributes, membersFrom } = dialectOf(source, preset);
  const { id, groupDisplayName, groupDescription, members, memberUids } = attributes;
  const listed = membersFrom === 'groups' ? [...members, ...memberUids] : [];
  const sid = preset.primaryGroups ? [OBJECT_SID] : [];
  return distinct([
    source.groupNameField,
    ...id,
    ...groupDisplayName,
    ...groupDescription,
    ...listed,
    ...sid,
    ...viaAttributes(preset),
  ]);
}

export function mapUser(entry: MappedEntry, source: UserSource, preset: Preset): UpstreamUser {
  return userMapper(source, preset)(entry);
}

/** As mapUser, for many: what depends on the source alone is worked out once. */
export function userMapper(
  source: UserSource,
  preset: Preset,
): (entry: MappedEntry) => Writable<UpstreamUser> {
  const { attributes, usernameFrom } = dialectOf(source, preset);
  const names = inLowerCase(attributes);
  const usernames = [source.usernameField.toLowerCase()];
  const addresses = [...names.email, ...names.otherEmails];
  const profileOf = profileMapper(names);
  return (entry) => {
    const email = firstText(entry, names.email);
    const emails = allTexts(entry, addresses);
    const user: Writable<UpstreamUser> = {
      dn: entry.dn,
      externalId: externalIdOf(entry, names.id),
      username: usernameOf(firstText(entry, usernames), usernameFrom),
      email,
      otherEmails: emails.length > (email === null ? 0 : 1) ? others(emails, email) : NONE,
      displayName: firstText(entry, names.displayName),
      givenName: firstText(entry, names.givenName),
      familyName: firstText(entry, names.familyName),
      profile: profileOf(entry),
      disabled: preset.disabledMarks.some((mark) => IS_DISABLED[mark](firstText(entry, [mark]) ?? '')),
    };
    if (names.avatar.length > 0) user.jpeg = firstBytes(entry, names.avatar);
    if (preset.peer) user.via = allTexts(entry, [VIA]);
    return user;
  };
}

function others(emails: readonly string[], email: string | null): readonly string[] {
  return emails.filter((other) => other !== email).slice(0, OTHER_EMAILS_MAX);
}

function inLowerCase(attributes: AttributeMap): AttributeMap {
  const lower = (name: string) => name.toLowerCase();
  const fields = Object.entries(attributes).map(([field, names]) => [field, names.map(lower)]);
  return { ...attributes, ...Object.fromEntries(fields) };
}

export function mapGroup(entry: MappedEntry, source: GroupSource, preset: Preset): UpstreamGroup {
  return groupMapper(source, preset)(entry);
}

/** As mapGroup, for many. */
export function groupMapper(
  source: GroupSource,
  preset: Preset,
): (entry: MappedEntry) => Writable<UpstreamGroup> {
  const { attributes, membersFrom } = dialectOf(source, preset);
  const names = inLowerCase(attributes);
  const nameField = [source.groupNameField.toLowerCase()];
  const listed = membersFrom === 'groups';
  return (entry) => {
    const name = firstText(entry, nameField);
    const group: Writable<UpstreamGroup> = {
      dn: entry.dn,
      externalId: externalIdOf(entry, names.id),
      name: name === null ? null : groupNameFrom(name),
      displayName: firstText(entry, names.groupDisplayName) ?? name,
      description: firstText(entry, names.groupDescription),
      memberDns: listed ? allTexts(entry, names.members) : NONE,
      memberUids: listed ? allTexts(entry, names.memberUids) : NONE,
    };
    if (preset.peer) group.via = allTexts(entry, [VIA]);
    return group;
  };
}

function viaAttributes({ peer }: Preset): readonly string[] {
  return peer ? [ROSTER_VIA] : [];
}

/** The stable id of an entry as text, null where it has none of these attributes. */
export function externalIdOf(entry: MappedEntry, ids: readonly string[]): string | null {
  for (const attribute of ids.map((name) => name.toLowerCase())) {
    const value = entry.attributes.get(attribute)?.[0];
    const id = value === undefined ? '' : idText(attribute, value);
    if (id !== '' && id.length <= EXTERNAL_ID_LENGTH_MAX) return id;
  }
  return null;
}

/** The groups that an entry names as its own, by DN. */
export function memberOfDns(entry: MappedEntry, source: UserSource, preset: Preset): readonly string[] {
  return allTexts(entry, inLowerCase(dialectOf(source, preset).attributes).memberOf);
}

export const OBJECT_SID = 'objectSid';
/** What must be asked for to know somebody's primary group. */
export const PRIMARY_GROUP_ATTRIBUTES: readonly string[] = ['primaryGroupID', OBJECT_SID];

/** The SID of somebody's primary group: that of the domain with another last part; null where it is not told. */
export function primaryGroupSid(entry: MappedEntry): string | null {
  const rid = Number(firstText(entry, ['primarygroupid']) ?? Number.NaN);
  const sid = groupSid(entry);
  if (sid === null || !Number.isInteger(rid) || rid < 0 || rid > 0xffff_ffff) return null;
  return sid.replace(/-\d+$/, `-${rid}`);
}

/** objectSid as text ([MS-DTYP] section 2.4.2); null where there is none. */
export function groupSid(entry: MappedEntry): string | null {
  const [bytes] = entry.attributes.get(OBJECT_SID.toLowerCase()) ?? [];
  const count = bytes?.[1] ?? 0;
  if (bytes === undefined || count === 0 || bytes.length !== 8 + 4 * count) return null;
  const parts = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(8 + 4 * index));
  return ['S', bytes[0], bytes.readUIntBE(2, 6), ...parts].join('-');
}

/** The bytes of a SID in text, as groupSid gives it. */
export function sidBytes(sid: string): Buffer {
  const [revision = 0, authority = 0, ...parts] = sid.split('-').slice(1).map(Number);
  const bytes = Buffer.alloc(8 + 4 * parts.length);
  bytes.writeUInt8(revision, 0);
  bytes.writeUInt8(parts.length, 1);
  bytes.writeUIntBE(authority, 2, 6);
  parts.forEach((part, index) => {
    bytes.writeUInt32LE(part, 8 + 4 * index);
  });
  return bytes;
}

/** The bytes that a search for this id must compare with; the inverse of externalIdOf. */
export function idBytes(attribute: string, externalId: string): Buffer {
  return attribute.toLowerCase() === OBJECT_GUID && UUID.test(externalId)
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

/** The fields of people that are one attribute each, or several of which the first counts. */
const USER_FIELDS = [
  ...(['email', 'otherEmails', 'displayName', 'givenName', 'familyName'] as const),
  ...(['language', 'affiliations', 'employeeNumber', 'title', 'department'] as const),
  ...(['phone', 'mobile', 'sshPublicKeys'] as const),
];
const TEXTS = ['language', 'employeeNumber', 'title', 'department', 'phone', 'mobile'] as const;
const LISTS = ['affiliations', 'sshPublicKeys'] as const;

/** Of the mapped fields alone: what is not mapped is not the source's. */
function profileMapper(names: AttributeMap): (entry: MappedEntry) => ProfileChanges {
  const isMapped = (field: MappedField) => names[field].length > 0;
  const [texts, lists] = [TEXTS.filter(isMapped), LISTS.filter(isMapped)];
  return (entry) => {
    const profile: Writable<ProfileChanges> = {};
    for (const field of texts) profile[field] = firstText(entry, names[field]) ?? '';
    for (const field of lists) profile[field] = allTexts(entry, names[field]).slice(0, PROFILE_VALUES_MAX);
    return profile;
  };
}

/** The part before the @ where the source says so; of a name that begins with it nothing is left to take. */
function usernameOf(text: string | null, rule: Dialect['usernameFrom']): string | null {
  if (text === null || rule === 'whole') return text;
  const at = text.indexOf('@');
  return at > 0 ? text.slice(0, at) : text;
}

function distinct(names: readonly string[]): string[] {
  const found = new Map(names.map((name) => [name.toLowerCase(), name]));
  return [...found.values()];
}

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

const NONE: readonly string[] = [];

/** `attributes` here and below: names in lower case. */
function firstText(entry: MappedEntry, attributes: readonly string[]): string | null {
  for (const attribute of attributes) {
    for (const value of entry.attributes.get(attribute) ?? []) {
      const text = textOf(value);
      if (text !== '') return text;
    }
  }
  return null;
}

function firstBytes(entry: MappedEntry, attributes: readonly string[]): Buffer | null {
  const values = attributes.flatMap((attribute) => entry.attributes.get(attribute) ?? []);
  return values.find(({ length }) => length > 0) ?? null;
}

function allTexts(entry: MappedEntry, attributes: readonly string[]): readonly string[] {
  const texts = new Set<string>();
  for (const attribute of attributes) {
    for (const value of entry.attributes.get(attribute) ?? []) texts.add(textOf(value));
  }
  texts.delete('');
  return texts.size === 0 ? NONE : [...texts];
}

function textOf(value: Buffer): string {
  return value.toString('utf8', 0, TEXT_BYTES_MAX).trim();
}
