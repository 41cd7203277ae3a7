/** What every store does, whichever database is behind it. */
import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../../src/core/directory/store.ts';
import type { Database } from '../../src/core/storage/database.ts';
import { accessContract } from './store-access.ts';
import { changeFeedContract } from './store-change-feed.ts';
import { directoryContract } from './store-directory.ts';
import { organizationContract } from './store-organizations.ts';
import { pruningContract } from './store-pruning.ts';
import { syncDigestContract } from './store-sync-digests.ts';
import { transactionContract } from './store-transactions.ts';
import { userSearchContract } from './store-user-search.ts';

/** An empty database of one test. */
export interface TestDatabase {
  /** Opens a store on it; each is as good as a process of its own. */
  open(): Promise<Store>;
  /** Opens it below the store. */
  openDatabase(): Promise<Database>;
  remove(): Promise<void>;
}

export interface StoreContext {
  readonly store: () => Store;
  /** Another store on the same database, closed after the test. */
  readonly another: () => Promise<Store>;
  /** The same database below the store, closed after the test. */
  readonly database: () => Promise<Database>;
}

export function storeContract(name: string, create: () => Promise<TestDatabase>): void {
  describe(name, () => {
    let opened: { close(): Promise<void> }[];
    let test: { database: TestDatabase; store: Store };

    beforeEach(async () => {
      const database = await create();
      const store = await database.open();
      test = { database, store };
      opened = [store];
    });

    afterEach(async () => {
      await Promise.all(opened.map((each) => each.close()));
      await test.database.remove();
    });

    async function keep<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> {
      const kept = await opening;
      opened.push(kept);
      return kept;
    }

    const context: StoreContext = {
      store: () => test.store,
      another: () => keep(test.database.open()),
      database: () => keep(test.database.openDatabase()),
    };
    directoryContract(context);
    accessContract(context);
    syncDigestContract(context);
    transactionContract(context);
    changeFeedContract(context);
    pruningContract(context);
    userSearchContract(context);
    organizationContract(context);
  });
}
