/** The people and groups that a fake provider holds, apart from the dialect in which it tells of them. */
import { createHash } from 'node:crypto';

export interface FakePerson {
  /** UUID; never changes. */
  readonly id: string;
  username: string;
  password: string;
  givenName: string;
  familyName: string;
  email: string | null;
  /** What a sign-in meets beside the password. */
  state: 'well' | 'disabled' | 'locked' | 'expired' | 'must-change' | 'account-expired';
  /** A second factor: Okta wants `password,passcode`, a peer `+totpToken=passcode` in the DN. */
  passcode: string | null;
  /** Active Directory: the name of a group that lists it nowhere. */
  primaryGroup: string | null;
  /** Further attributes, as they are sent. */
  more: Readonly<Record<string, readonly (string | Buffer)[]>>;
}

export interface FakeGroup {
  readonly id: string;
  name: string;
  description: string;
  /** Usernames and names of groups; what is neither stands for itself. */
  members: string[];
}

/** Names and the order of their coming, by which stamps are made. */
export interface Kept<T> {
  readonly value: T;
  /** Number and time of its last change. */
  readonly serial: number;
  readonly modified: Date;
}

export class FakeDirectory {
  readonly people = new Map<string, Kept<FakePerson>>();
  readonly groups = new Map<string, Kept<FakeGroup>>();
  /** The change that came last. */
  serial = 0;
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Adds somebody, or changes who has this username; a new username renames. */
  putPerson(username: string, changes: Partial<FakePerson> = {}): FakePerson {
    const before = this.people.get(username)?.value;
    const value = { ...(before ?? newPerson(username, this.serial)), ...changes };
    this.people.delete(username);
    this.people.set(value.username, this.#kept(value));
    return value;
  }

  /** As putPerson. */
  putGroup(name: string, changes: Partial<FakeGroup> = {}): FakeGroup {
    const before = this.groups.get(name)?.value;
    const value = { ...(before ?? newGroup(name, this.serial)), ...changes };
    this.groups.delete(name);
    this.groups.set(value.name, this.#kept(value));
    return value;
  }

  removePerson(username: string): void {
    this.people.delete(username);
    this.serial += 1;
  }

  removeGroup(name: string): void {
    this.groups.delete(name);
    this.serial += 1;
  }

  #kept<T>(value: T): Kept<T> {
    this.serial += 1;
    return { value, serial: this.serial, modified: this.#now() };
  }
}

/** The password of somebody who was given none. */
export function passwordOf(username: string): string {
  return `password of ${username}`;
}

function newPerson(username: string, serial: number): FakePerson {
  return {
    id: idOf(`person ${username} ${serial}`),
    username,
    password: passwordOf(username),
    givenName: 'Jane',
    familyName: `Doe ${username}`,
    email: username.includes('@') ? username : `${username}@example.com`,
    state: 'well',
    passcode: null,
    primaryGroup: null,
    more: {},
  };
}

function newGroup(name: string, serial: number): FakeGroup {
  return { id: idOf(`group ${name} ${serial}`), name, description: `The group ${name}`, members: [] };
}

/** The same UUID for the same text. */
function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
