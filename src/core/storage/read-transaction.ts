/** The port's reading half over a session. */
import type { ReadTransaction } from '../directory/store.ts';
import { createAccessLookup } from './access-lookup.ts';
import { createApplicationLookup } from './application-lookup.ts';
import { createAttributeLookup } from './attribute-values.ts';
import { createAuditLookup } from './audit-lookup.ts';
import { lastSequence } from './delta.ts';
import { createGroupLookup } from './group-lookup.ts';
import type { Session } from './session.ts';
import { createSourceLookup } from './source-lookup.ts';
import { createDigestLookup } from './sync-digests.ts';
import { SettingTable, toSettings } from './tables/settings.ts';
import { StorageUseTable, toStorageUse } from './tables/storage-uses.ts';
import { createUserLookup } from './user-lookup.ts';

export function createReadTransaction(session: Session): ReadTransaction {
  return {
    ...createUserLookup(session),
    ...createGroupLookup(session),
    ...createSourceLookup(session),
    ...createApplicationLookup(session),
    ...createAccessLookup(session),
    ...createAuditLookup(session),
    ...createAttributeLookup(session),
    ...createDigestLookup(session),
    lastSequence: () => lastSequence(session),
    async storageUseOf(userId) {
      return (await session.find(StorageUseTable, { where: { user_id: userId } })).map(toStorageUse);
    },
    async settings() {
      return toSettings(await session.find(SettingTable));
    },
  };
}
