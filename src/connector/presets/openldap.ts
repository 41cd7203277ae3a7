/** OpenLDAP. */
import { attributes, type Preset, SIGN_IN } from './preset.ts';

export const openldap: Preset = {
  title: 'OpenLDAP',
  userFilter: '(objectClass=inetOrgPerson)',
  usernameField: 'uid',
  groupFilter: '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup))',
  groupNameField: 'cn',
  groupBase: { types: ['ou'], value: 'groups' },
  dialect: {
    attributes: attributes({
      // The other two are of 389 Directory Server and FreeIPA, which this preset read before they had their own.
      id: ['entryUUID', 'ipaUniqueID', 'nsUniqueId'],
      otherEmails: ['mailAlternateAddress'],
      department: ['departmentNumber'],
      groupDisplayName: ['displayName'],
      members: ['member', 'uniqueMember'],
      memberUids: ['memberUid'],
    }),
    usernameFrom: 'whole',
    membersFrom: 'groups',
    pageSize: 500,
  },
  searchableIds: ['entryuuid', 'ipauniqueid', 'nsuniqueid'],
  signIn: SIGN_IN,
  disabledMarks: ['nsaccountlock', 'pwdaccountlockedtime'],
  primaryGroups: false,
  emptyGroupsVanish: false,
  passwordPolicy: true,
  changesBy: 'modifyTimestamp',
  secondFactor: null,
  bindLastsMs: null,
  usernameHint:
    'Set usernameField (--username-field) to an attribute that holds letters, digits, "." and "-" only.',
  hints: {
    baseDn: 'Usually ou=people below the suffix, such as ou=people,dc=example,dc=org.',
    bindDn:
      'An account that may read people and groups, and whose size limit is raised: slapd stops ordinary accounts after 500 entries (limits dn.exact="..." size=unlimited).',
    membersFrom:
      'Groups list their members (member, uniqueMember, memberUid); where they do not, "users" asks for memberOf.',
  },
};
