/** Another Roster. */
import type { Preset } from './preset.ts';

export const roster: Preset = {
  title: 'Roster',
  userFilter: '(objectClass=inetOrgPerson)',
  usernameField: 'uid',
  groupFilter: '(objectClass=groupOfNames)',
  groupNameField: 'cn',
  groupBase: 'sibling',
  ids: ['entryuuid'],
  searchableIds: ['entryuuid'],
  email: ['mail'],
  otherEmails: ['mailalternateaddress'],
  displayName: ['displayname', 'cn'],
  givenName: ['givenname'],
  familyName: ['sn'],
  disabledMarks: ['useraccountcontrol'],
  groupDisplayName: ['displayname'],
  description: ['description'],
  memberDns: ['member'],
  memberUids: [],
  emptyGroupsVanish: false,
  usernameHint: 'Set usernameField to uid.',
};
