/** Microsoft Active Directory, Entra Domain Services and Samba as a domain controller. */
import type { Preset } from './preset.ts';

export const activeDirectory: Preset = {
  title: 'Active Directory',
  // Computers are of objectClass user too.
  userFilter: '(&(objectCategory=person)(objectClass=user))',
  usernameField: 'sAMAccountName',
  groupFilter: '(objectClass=group)',
  groupNameField: 'cn',
  groupBase: 'same',
  ids: ['objectguid'],
  searchableIds: ['objectguid'],
  email: ['mail'],
  otherEmails: [],
  displayName: ['displayname', 'cn'],
  givenName: ['givenname'],
  familyName: ['sn'],
  disabledMarks: ['useraccountcontrol'],
  groupDisplayName: ['displayname'],
  description: ['description'],
  memberDns: ['member'],
  memberUids: [],
  emptyGroupsVanish: false,
  usernameHint: 'Set usernameField to sAMAccountName, or to another attribute that holds a short name.',
};
