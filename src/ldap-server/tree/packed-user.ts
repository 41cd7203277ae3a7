/** A user in some hundred bytes, since a directory may hold a million: each field is read when it is asked for. */
import { type Attributes, NO_ATTRIBUTES } from '../../core/model/attribute-definition.ts';
import type { Avatar } from '../../core/model/avatar.ts';
import { type Metadata, NO_METADATA } from '../../core/model/metadata.ts';
import type { Origin } from '../../core/model/origin.ts';
import { EMPTY_PROFILE, type Profile } from '../../core/model/profile.ts';
import type { User } from '../../core/model/user.ts';
import type { Arena, Place } from './arena.ts';
import type { Reference } from './reference.ts';

/** Everything but what the reference holds, and in the order in which it is packed: what is read most comes first. */
const FIELDS = [
  'active',
  'origin',
  'email',
  'displayName',
  'familyName',
  'givenName',
  'otherEmails',
  'updatedAt',
  'createdAt',
  'ownUpdatedAt',
  'passwordChangedAt',
  'passwordHash',
  'extraCredentials',
  'secondFactor',
  'posixNumber',
  'profile',
  'avatar',
  'role',
  'confirmed',
  'attributes',
  'metadata',
] as const satisfies readonly (keyof User)[];
type Field = (typeof FIELDS)[number];

const AT = Object.fromEntries(FIELDS.map((field, index) => [field, index])) as Record<Field, number>;

const SCRATCH_BYTES = 4096;
/** A length of one byte; this one says that four follow. */
const LONG = 255;
const LENGTH_BYTES = 4;
const NUMBER_BYTES = 8;

/** Packs users into an arena. */
export class UserPacker {
  readonly #arena: Arena;
  /** What a user is packed in before it is copied; it grows with the largest. */
  #scratch = Buffer.alloc(SCRATCH_BYTES);

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** `reference`: to the same user. */
  pack(reference: Reference, user: User): PackedUser {
    let end = 0;
    for (const field of FIELDS) end = this.#write(packable(user, field), end);
    return new PackedUser(reference, this.#arena.keep(this.#scratch.subarray(0, end)));
  }

  /** Returns where the next field begins. */
  #write(value: string | number, at: number): number {
    this.#grow(at + 1 + LENGTH_BYTES + (typeof value === 'string' ? 3 * value.length : NUMBER_BYTES));
    const bytes = this.#scratch;
    if (typeof value === 'number') {
      bytes[at] = NUMBER_BYTES;
      return bytes.writeDoubleLE(value, at + 1);
    }
    const length = value === '' ? 0 : bytes.write(value, at + 1);
    if (length < LONG) {
      bytes[at] = length;
      return at + 1 + length;
    }
    bytes[at] = LONG;
    bytes.writeUInt32LE(length, at + 1);
    bytes.write(value, at + 1 + LENGTH_BYTES);
    return at + 1 + LENGTH_BYTES + length;
  }

  #grow(length: number): void {
    if (length <= this.#scratch.length) return;
    const larger = Buffer.alloc(2 * length);
    this.#scratch.copy(larger);
    this.#scratch = larger;
  }
}

/** The same whatever becomes of what it was packed of. */
export class PackedUser implements User {
  readonly reference: Reference;
  #bytes: Buffer;
  #offset: number;

  /** `reference`: to the same user. */
  constructor(reference: Reference, { bytes, offset }: Place) {
    this.reference = reference;
    this.#bytes = bytes;
    this.#offset = offset;
  }

  get id(): string {
    return this.reference.id;
  }

  get username(): string {
    return this.reference.name;
  }

  get active(): boolean {
    return this.#text('active') !== '';
  }

  get origin(): Origin | null {
    const json = this.#text('origin');
    if (json === '') return null;
    const { suspendedSince, goneSince, ...origin } = JSON.parse(json);
    return {
      ...origin,
      suspendedSince: suspendedSince === null ? null : new Date(suspendedSince),
      ...(goneSince !== undefined && { goneSince: new Date(goneSince) }),
    };
  }

  get email(): string | null {
    return this.#text('email') || null;
  }

  get displayName(): string {
    return this.#text('displayName');
  }

  get familyName(): string {
    return this.#text('familyName');
  }

  get givenName(): string {
    return this.#text('givenName');
  }

  get otherEmails(): readonly string[] {
    return this.#json('otherEmails', NO_EMAILS);
  }

  get updatedAt(): Date {
    return this.#date('updatedAt') ?? EPOCH;
  }

  get createdAt(): Date {
    return this.#date('createdAt') ?? EPOCH;
  }

  get ownUpdatedAt(): Date {
    return this.#date('ownUpdatedAt') ?? EPOCH;
  }

  get passwordChangedAt(): Date | null {
    return this.#date('passwordChangedAt');
  }

  get passwordHash(): string | null {
    return this.#text('passwordHash') || null;
  }

  get extraCredentials(): number {
    return this.#number('extraCredentials') ?? 0;
  }

  get secondFactor(): boolean {
    return this.#text('secondFactor') !== '';
  }

  get posixNumber(): number {
    return this.#number('posixNumber') ?? 0;
  }

  get profile(): Profile {
    return this.#json('profile', EMPTY_PROFILE);
  }

  get avatar(): Avatar | null {
    return this.#json<Avatar | null>('avatar', null);
  }

  get role(): string {
    return this.#text('role');
  }

  get confirmed(): boolean {
    return this.#text('confirmed') !== '';
  }

  get attributes(): Attributes {
    return this.#json('attributes', NO_ATTRIBUTES);
  }

  get metadata(): Metadata {
    return this.#json('metadata', NO_METADATA);
  }

  /** To be called when it is not kept any more. */
  free(arena: Arena): void {
    arena.free(this.#bytes, this.#length());
  }

  /** Into what the arena keeps since it was renewed. */
  move(arena: Arena): void {
    if (arena.owns(this.#bytes)) return;
    const record = this.#bytes.subarray(this.#offset, this.#offset + this.#length());
    const { bytes, offset } = arena.keep(record);
    this.#bytes = bytes;
    this.#offset = offset;
  }

  #length(): number {
    const end = this.#start(FIELDS.length);
    return end - this.#offset;
  }

  /** Where the bytes of a field begin, behind its length. */
  #start(field: number): number {
    const bytes = this.#bytes;
    let at = this.#offset;
    for (let skipped = 0; skipped < field; skipped += 1) {
      const length = bytes[at] ?? 0;
      at += length < LONG ? 1 + length : 1 + LENGTH_BYTES + bytes.readUInt32LE(at + 1);
    }
    return at;
  }

  #text(field: Field): string {
    const at = this.#start(AT[field]);
    const length = this.#bytes[at] ?? 0;
    if (length === 0) return '';
    if (length < LONG) return this.#bytes.toString('utf8', at + 1, at + 1 + length);
    const start = at + 1 + LENGTH_BYTES;
    return this.#bytes.toString('utf8', start, start + this.#bytes.readUInt32LE(at + 1));
  }

  #json<Value>(field: Field, nothing: Value): Value {
    const json = this.#text(field);
    return json === '' ? nothing : JSON.parse(json);
  }

  /** null: it was packed of null. */
  #number(field: Field): number | null {
    const at = this.#start(AT[field]);
    return this.#bytes[at] === 0 ? null : this.#bytes.readDoubleLE(at + 1);
  }

  #date(field: Field): Date | null {
    const time = this.#number(field);
    return time === null ? null : new Date(time);
  }
}

const NO_EMAILS: readonly string[] = [];
const EPOCH = new Date(0);

const NOT_PACKED = '';

function packable(user: User, field: Field): string | number {
  switch (field) {
    case 'active':
    case 'confirmed':
    case 'secondFactor':
      return user[field] ? '1' : NOT_PACKED;
    case 'updatedAt':
    case 'createdAt':
    case 'ownUpdatedAt':
    case 'passwordChangedAt':
      return user[field]?.getTime() ?? NOT_PACKED;
    case 'origin':
    case 'avatar':
      return user[field] === null ? NOT_PACKED : JSON.stringify(user[field]);
    case 'extraCredentials':
      return user[field] === 0 ? NOT_PACKED : user[field];
    case 'otherEmails':
      return user.otherEmails.length === 0 ? NOT_PACKED : JSON.stringify(user.otherEmails);
    case 'profile':
      return user.profile === EMPTY_PROFILE ? NOT_PACKED : JSON.stringify(user.profile);
    case 'attributes':
      return user.attributes === NO_ATTRIBUTES ? NOT_PACKED : JSON.stringify(user.attributes);
    case 'metadata':
      return user.metadata === NO_METADATA ? NOT_PACKED : JSON.stringify(user.metadata);
    default:
      return user[field] ?? NOT_PACKED;
  }
}
