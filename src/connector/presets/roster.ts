/** Another Roster. */
import { attributes, type Preset, SIGN_IN } from './preset.ts';

export const roster: Preset = {
  title: 'Roster',
  userFilter: '(objectClass=inetOrgPerson)',
  usernameField: 'uid',
  groupFilter: '(objectClass=groupOfNames)',
  groupNameField: 'cn',
  groupBase: { types: ['ou'], value: 'groups' },
  dialect: {
    attributes: attributes({
      id: ['entryUUID'],
      otherEmails: ['mailAlternateAddress'],
      groupDisplayName: ['displayName'],
    }),
    usernameFrom: 'whole',
    membersFrom: 'groups',
    pageSize: 500,
  },
  searchableIds: ['entryuuid'],
  signIn: SIGN_IN,
  disabledMarks: ['useraccountcontrol'],
  primaryGroups: false,
  emptyGroupsVanish: false,
  peer: true,
  passwordPolicy: false,
  changesBy: 'modifyTimestamp',
  secondFactor: 'dn',
  bindLastsMs: null,
  usernameHint: 'Set usernameField (--username-field) to uid.',
  hints: {
    url: 'ldaps://<host>:6636, with this machine on its allow-list.',
    baseDn: 'ou=users,dc=roster.',
    bindDn: 'cn=admin,ou=system,dc=roster, or the DN of an application there.',
    groupBaseDn: 'ou=groups,dc=roster.',
  },
};
