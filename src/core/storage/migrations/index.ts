/** All migrations, oldest first; one that was released is never edited again. */
import { Directory1764000000000 } from './0001-directory.ts';
import { Applications1764500000000 } from './0002-applications.ts';
import { Profiles1764500000003 } from './0003-profiles.ts';
import { SyncPolicies1764500000004 } from './0004-sync-policies.ts';
import { SourceDialects1764500000005 } from './0005-source-dialects.ts';
import { Schedules1764500000006 } from './0006-schedules.ts';
import { Access1764500000007 } from './0007-access.ts';
import { UserSearch1764500000008 } from './0008-user-search.ts';
import { Accounts1764500000009 } from './0009-accounts.ts';
import { Organizations1764500000010 } from './0010-organizations.ts';
import { GoneSince1764500000011 } from './0011-gone-since.ts';
import { SyncDigests1764500000012 } from './0012-sync-digests.ts';
import { UserFilters1764500000015 } from './0015-user-filters.ts';
import { AttributeImages1764500000016 } from './0016-attribute-images.ts';
import { OpenId1764500000017 } from './0017-openid.ts';

export const MIGRATIONS = [
  Directory1764000000000,
  Applications1764500000000,
  Profiles1764500000003,
  SyncPolicies1764500000004,
  SourceDialects1764500000005,
  Schedules1764500000006,
  Access1764500000007,
  UserSearch1764500000008,
  Accounts1764500000009,
  Organizations1764500000010,
  GoneSince1764500000011,
  SyncDigests1764500000012,
  UserFilters1764500000015,
  AttributeImages1764500000016,
  OpenId1764500000017,
];
