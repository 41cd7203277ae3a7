/** JumpCloud's LDAP-as-a-Service: people and groups share one container, and no stable id is promised. */
import type { Preset } from './preset.ts';

export const jumpcloud: Preset = {
  title: 'JumpCloud',
  userFilter: '(objectClass=inetOrgPerson)',
  usernameField: 'uid',
  groupFilter: '(|(objectClass=groupOfNames)(objectClass=posixGroup))',
  groupNameField: 'cn',
  groupBase: 'same',
  ids: ['entryuuid'],
  searchableIds: [],
  email: ['mail'],
  otherEmails: [],
  displayName: ['displayname', 'cn'],
  givenName: ['givenname'],
  familyName: ['sn'],
  disabledMarks: [],
  groupDisplayName: [],
  description: ['description'],
  memberDns: ['member'],
  memberUids: ['memberuid'],
  emptyGroupsVanish: true,
  usernameHint: 'Choose usernames of letters, digits, "." and "-" in JumpCloud.',
};
