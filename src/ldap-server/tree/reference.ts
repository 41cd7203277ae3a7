/** A user or group by name, as other entries refer to it. */
import type { Name } from './dit.ts';

export interface Reference extends Name {
  readonly id: string;
  /** Username or group name. */
  readonly name: string;
  readonly kind: 'user' | 'group';
}

/** The order in which references are served, so that an entry's bytes do not depend on how it came about. */
export function byKey(one: Name, other: Name): number {
  return one.key < other.key ? -1 : one.key > other.key ? 1 : 0;
}
