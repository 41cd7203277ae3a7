/** A preset: the dialect of one kind of directory, as plain data. */
import type { AttributeMap, Dialect, MappedField } from '../../core/model/source-dialect.ts';
import type { SignInRules } from '../../core/model/source-sign-in.ts';

export interface Preset {
  /** What people call this kind of directory. */
  readonly title: string;
  readonly userFilter: string;
  readonly usernameField: string;
  readonly groupFilter: string;
  readonly groupNameField: string;
  /** Where groups usually are: where the people are, or in a container of this name and type beside them. */
  readonly groupBase: 'same' | { readonly types: readonly string[]; readonly value: string };
  /** `id` is what stays with an entry for life. None at all makes names stand in for it. */
  readonly dialect: Dialect;
  /** Those of the ids by which the directory can be searched, in lower case; an id that an operator set can be. */
  readonly searchableIds: readonly string[];
  readonly signIn: SignInRules;
  /** Marks of a disabled entry; their meaning is in mapping.ts. */
  readonly disabledMarks: readonly DisabledMark[];
  /** It is a Roster, and tells of entries by which others they came to it. */
  readonly peer?: true;
  /** People belong to a group that lists them nowhere: primaryGroupID ([MS-ADTS] section 3.1.1.4.5). */
  readonly primaryGroups: boolean;
  /** memberUid holds ids: a username that reads like somebody's id is no member. */
  readonly memberUidsAreIds?: true;
  /** The directory hides a group that has lost its last member: a group that is gone has no members. */
  readonly emptyGroupsVanish: boolean;
  /** Asks with each bind for what the password policy says (draft-behera-ldap-password-policy); some refuse that. */
  readonly passwordPolicy: boolean;
  /** The attribute by which entries tell when they changed, so that runs can be incremental; null: none is to rely on. */
  readonly changesBy: 'modifyTimestamp' | 'uSNChanged' | null;
  /** Where a second factor goes that came beside a name (`+totpToken=`); null: nowhere. */
  readonly secondFactor: 'dn' | 'password' | null;
  /** After so long a bind has worn off and must be renewed; null: it lasts as long as the connection. */
  readonly bindLastsMs: number | null;
  /** What to try when usernames break our rule; a sentence. */
  readonly usernameHint: string;
  /** What to know where a field is filled in; a sentence each. */
  readonly hints: Readonly<Partial<Record<HintedField, string>>>;
}

export type DisabledMark = 'useraccountcontrol' | 'nsaccountlock' | 'pwdaccountlockedtime';

/** The fields of a source, by their names in the model. */
export const HINTED_FIELDS = [
  'url',
  'clientCertificatePem',
  'baseDn',
  'bindDn',
  'filter',
  'usernameField',
  'usernameFrom',
  'groupBaseDn',
  'groupFilter',
  'membersFrom',
  'id',
  'bindsPerSecond',
  'timeLimitSeconds',
  'rememberSeconds',
] as const;
export type HintedField = (typeof HINTED_FIELDS)[number];

const NOTHING_MAPPED: AttributeMap = {
  id: [],
  email: [],
  otherEmails: [],
  displayName: [],
  givenName: [],
  familyName: [],
  language: [],
  affiliations: [],
  employeeNumber: [],
  title: [],
  department: [],
  phone: [],
  mobile: [],
  sshPublicKeys: [],
  avatar: [],
  groupDisplayName: [],
  groupDescription: [],
  members: [],
  memberUids: [],
  memberOf: [],
};

/** inetOrgPerson (RFC 2798) and groupOfNames (RFC 4519), with what a preset has otherwise. */
export function attributes(otherwise: Partial<Record<MappedField, readonly string[]>>): AttributeMap {
  return {
    ...NOTHING_MAPPED,
    email: ['mail'],
    displayName: ['displayName', 'cn'],
    givenName: ['givenName'],
    familyName: ['sn'],
    language: ['preferredLanguage'],
    employeeNumber: ['employeeNumber'],
    title: ['title'],
    phone: ['telephoneNumber'],
    mobile: ['mobile'],
    groupDescription: ['description'],
    members: ['member'],
    memberOf: ['memberOf'],
    ...otherwise,
  };
}

export const SIGN_IN: SignInRules = {
  createUsers: false,
  bindsPerSecond: 0,
  timeLimitSeconds: 10,
  rememberSeconds: 60,
};
