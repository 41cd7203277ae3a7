/** The port's reading half over a session. */
import type { ReadTransaction } from '../directory/store.ts';
import { createApplicationLookup } from './application-lookup.ts';
import { createGroupLookup } from './group-lookup.ts';
import type { Session } from './session.ts';
import { createSourceLookup } from './source-lookup.ts';
import { AuditLineTable, toAuditLine } from './tables/audit-lines.ts';
import { SettingTable, toSettings } from './tables/settings.ts';
import { createUserLookup } from './user-lookup.ts';

export function createReadTransaction(session: Session): ReadTransaction {
  return {
    ...createUserLookup(session),
    ...createGroupLookup(session),
    ...createSourceLookup(session),
    ...createApplicationLookup(session),
    async settings() {
      return toSettings(await session.find(SettingTable));
    },
    async auditLines(limit) {
      return (await session.find(AuditLineTable, { order: { seq: 'DESC' }, take: limit })).map(toAuditLine);
    },
  };
}
