/** All users, listed or not, by number, username and address: those that somebody may claim to be. */
import { emailKey } from '../../core/model/names.ts';
import type { User } from '../../core/model/user.ts';
import { Arena } from './arena.ts';
import type { AccountName, Dit } from './dit.ts';
import { hashOf } from './hashes.ts';
import type { Numbers } from './numbers.ts';
import { type PackedUser, UserPacker } from './packed-user.ts';
import { Postings } from './postings.ts';
import { userReference } from './reference.ts';

export class Accounts {
  readonly #dit: Dit;
  readonly #numbers: Pick<Numbers, 'of'>;
  readonly #arena = new Arena();
  readonly #packer = new UserPacker(this.#arena);
  readonly #users: (PackedUser | undefined)[] = [];
  readonly #byUsername = new Postings();
  readonly #byEmail = new Postings();

  constructor(dit: Dit, numbers: Pick<Numbers, 'of'>) {
    this.#dit = dit;
    this.#numbers = numbers;
  }

  /** Allocated: by rows, and by what finds them. */
  get bytes(): { readonly rows: number; readonly indexes: number } {
    return { rows: this.#arena.bytes, indexes: this.#byUsername.bytes + this.#byEmail.bytes };
  }

  at(number: number): PackedUser | undefined {
    return this.#users[number];
  }

  find({ by, value }: Extract<AccountName, { kind: 'user' }>): PackedUser | undefined {
    switch (by) {
      case 'id':
        return this.#users[this.#numbers.of(value.toLowerCase()) ?? -1];
      case 'username': {
        const username = value.toLowerCase();
        return this.#first(this.#byUsername, username, (user) => user.username === username);
      }
      case 'email': {
        const key = emailKey(value);
        return this.#first(this.#byEmail, key, ({ email }) => email !== null && emailKey(email) === key);
      }
    }
  }

  /** null: the user is gone. */
  set(number: number, user: User | null): void {
    const before = this.#users[number];
    before?.free(this.#arena);
    const after = user === null ? undefined : this.#packer.pack(this.#referenceTo(number, user), user);
    this.#users[number] = after;
    replaceKey(this.#byUsername, number, before?.username ?? null, after?.username ?? null);
    replaceKey(this.#byEmail, number, keyOf(before?.email), keyOf(user?.email));
  }

  /** Whether so much garbage lies between the rows that they should be moved. */
  get isSparse(): boolean {
    return this.#arena.isSparse;
  }

  /** From here on `tidy` moves rows. */
  renew(): void {
    this.#arena.renew();
  }

  tidy(number: number): void {
    this.#users[number]?.move(this.#arena);
  }

  /** The same while the name is. */
  #referenceTo(number: number, { id, username }: User) {
    const before = this.#users[number]?.reference;
    return before?.name === username ? before : userReference(this.#dit, number, id, username);
  }

  #first(index: Postings, key: string, test: (user: PackedUser) => boolean): PackedUser | undefined {
    const passes = (user: PackedUser | undefined): boolean => user !== undefined && test(user);
    const number = index.find(hashOf(key), (each) => passes(this.#users[each]));
    return number === undefined ? undefined : this.#users[number];
  }
}

function keyOf(email: string | null | undefined): string | null {
  return email === null || email === undefined ? null : emailKey(email);
}

function replaceKey(index: Postings, number: number, before: string | null, after: string | null): void {
  if (before === after) return;
  if (before !== null) index.remove(hashOf(before), number);
  if (after !== null) index.add(hashOf(after), number);
}
