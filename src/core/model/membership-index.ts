/** Memberships by group and member: of half a million each is found without a text being made of both. */
import type { MembershipKey } from './group.ts';

export class MembershipIndex<Value extends MembershipKey> {
  readonly #byGroup = new Map<string, Map<string, Value>>();

  /** Of two with the same key the last counts. */
  constructor(values: Iterable<Value> = []) {
    for (const value of values) this.set(value);
  }

  has({ groupId, memberId }: MembershipKey): boolean {
    return this.#byGroup.get(groupId)?.has(memberId) === true;
  }

  set(value: Value): void {
    const siblings = this.#byGroup.get(value.groupId);
    if (siblings === undefined) this.#byGroup.set(value.groupId, new Map([[value.memberId, value]]));
    else siblings.set(value.memberId, value);
  }

  /** Group after group. */
  values(): Value[] {
    return Array.from(this.#byGroup.values(), (siblings) => [...siblings.values()]).flat();
  }

  /** The groups, each with its members. */
  groups(): Iterable<readonly [string, ReadonlyMap<string, Value>]> {
    return this.#byGroup;
  }
}
