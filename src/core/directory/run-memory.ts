/** What a sync has created so far: while nobody else writes, that it is there and holds nothing else need not be asked. */
import type { ReadTransaction } from './store.ts';

/** Ids of what the run has written and is there; of others nothing is known. */
export interface Created {
  readonly users: ReadonlySet<string>;
  /** New ones alone. Their members are those that the run has added. */
  readonly groups: ReadonlySet<string>;
}

export const NOTHING_CREATED: Created = { users: new Set(), groups: new Set() };

export interface RunMemory {
  /** To be asked first in a transaction of the run; empty where anybody else has changed the directory since the last. */
  recall(transaction: Pick<ReadTransaction, 'lastSequence'>, runId: string): Promise<Created>;
  /** To be told when a transaction of the run is committed, with the last sequence that it saw at its end. */
  keep(runId: string, seq: number, created: Created): void;
}

export function createRunMemory(): RunMemory {
  let [of, at] = ['', 0];
  const [users, groups] = [new Set<string>(), new Set<string>()];

  function forget(): void {
    users.clear();
    groups.clear();
  }

  return {
    async recall(transaction, runId) {
      if (of !== runId || at !== (await transaction.lastSequence())) forget();
      return { users, groups };
    },
    keep(runId, seq, created) {
      [of, at] = [runId, seq];
      for (const id of created.users) users.add(id);
      for (const id of created.groups) groups.add(id);
    },
  };
}
