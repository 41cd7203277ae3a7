/** Okta's LDAP interface: uid is the login, mostly an e-mail address, and filters on unknown attributes find nothing. */
import type { Preset } from './preset.ts';

export const okta: Preset = {
  title: 'Okta',
  userFilter: '(objectClass=inetOrgPerson)',
  usernameField: 'uid',
  groupFilter: '(objectClass=groupofUniqueNames)',
  groupNameField: 'cn',
  groupBase: 'sibling',
  ids: ['entryuuid', 'uniqueidentifier'],
  searchableIds: [],
  email: ['mail'],
  otherEmails: [],
  displayName: ['displayname', 'cn'],
  givenName: ['givenname'],
  familyName: ['sn'],
  disabledMarks: [],
  groupDisplayName: [],
  description: ['description'],
  memberDns: ['uniquemember'],
  memberUids: [],
  emptyGroupsVanish: false,
  usernameHint:
    "Okta's uid is the login, mostly an e-mail address: set usernameField to an attribute that holds a short name.",
};
