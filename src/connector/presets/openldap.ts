/** OpenLDAP, and its relatives 389 Directory Server and FreeIPA. */
import type { Preset } from './preset.ts';

export const openldap: Preset = {
  title: 'OpenLDAP',
  userFilter: '(objectClass=inetOrgPerson)',
  usernameField: 'uid',
  groupFilter: '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup))',
  groupNameField: 'cn',
  groupBase: 'sibling',
  ids: ['entryuuid', 'ipauniqueid', 'nsuniqueid'],
  searchableIds: ['entryuuid', 'ipauniqueid', 'nsuniqueid'],
  email: ['mail'],
  otherEmails: ['mailalternateaddress'],
  displayName: ['displayname', 'cn'],
  givenName: ['givenname'],
  familyName: ['sn'],
  disabledMarks: ['nsaccountlock', 'pwdaccountlockedtime'],
  groupDisplayName: ['displayname'],
  description: ['description'],
  memberDns: ['member', 'uniquemember'],
  memberUids: ['memberuid'],
  emptyGroupsVanish: false,
  usernameHint: 'Set usernameField to an attribute that holds letters, digits, "." and "-" only.',
};
