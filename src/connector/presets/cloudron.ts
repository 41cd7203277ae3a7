/** Cloudron's directory server: uid is an id, members of groups are ids rather than DNs. */
import type { Preset } from './preset.ts';

export const cloudron: Preset = {
  title: 'Cloudron',
  userFilter: '(objectClass=inetOrgPerson)',
  usernameField: 'username',
  groupFilter: '(objectClass=group)',
  groupNameField: 'cn',
  groupBase: 'sibling',
  ids: ['entryuuid', 'uid'],
  searchableIds: ['uid'],
  email: ['mail'],
  otherEmails: ['mailalternateaddress'],
  displayName: ['displayname', 'cn'],
  givenName: ['givenname'],
  familyName: ['sn'],
  disabledMarks: [],
  groupDisplayName: [],
  description: ['description'],
  memberDns: ['member'],
  memberUids: ['memberuid'],
  emptyGroupsVanish: false,
  usernameHint: 'Set usernameField to username.',
};
