/** What all connections to one fake provider share. */
import type { Dn } from '../../../src/core/syntax/dn.ts';
import type { Entry } from './entries.ts';
import type { Knobs } from './knobs.ts';
import type { FakeDirectory } from './people.ts';
import type { Profile } from './profiles.ts';

export interface Operations {
  connections: number;
  binds: number;
  /** Pages count each. */
  searches: number;
  entries: number;
  /** In their order. */
  bindDns: string[];
}

export interface Placed {
  readonly entry: Entry;
  readonly name: Dn;
}

export interface Conversation {
  readonly profile: Profile;
  readonly directory: FakeDirectory;
  readonly knobs: Knobs;
  readonly operations: Operations;
  readonly now: () => Date;
  /** When each account has bound in the last second. */
  readonly recentBinds: Map<string, number[]>;
  readonly readerPassword: string;
  /** The entries as they were last looked at. */
  placed: { version: string; entries: readonly Placed[] };
}
