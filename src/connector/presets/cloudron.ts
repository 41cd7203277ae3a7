/** Cloudron's directory server: uid is an id, members of groups are ids rather than DNs. */
import { attributes, type Preset, SIGN_IN } from './preset.ts';

export const cloudron: Preset = {
  title: 'Cloudron',
  userFilter: '(objectClass=inetOrgPerson)',
  usernameField: 'username',
  groupFilter: '(objectClass=group)',
  groupNameField: 'cn',
  groupBase: { types: ['ou'], value: 'groups' },
  dialect: {
    attributes: attributes({
      id: ['entryUUID', 'uid'],
      otherEmails: ['mailAlternateAddress'],
      memberUids: ['memberuid'],
    }),
    usernameFrom: 'whole',
    membersFrom: 'groups',
    pageSize: 500,
  },
  searchableIds: ['uid'],
  signIn: SIGN_IN,
  disabledMarks: [],
  primaryGroups: false,
  memberUidsAreIds: true,
  emptyGroupsVanish: false,
  passwordPolicy: false,
  changesBy: null,
  secondFactor: 'dn',
  bindLastsMs: null,
  usernameHint: 'Set usernameField (--username-field) to username.',
  hints: {
    url: 'ldaps://my.<domain>:636, with the directory server switched on and this machine among the allowed addresses.',
    baseDn: 'ou=users,dc=cloudron.',
    bindDn: 'cn=admin,ou=system,dc=cloudron.',
    groupBaseDn: 'ou=groups,dc=cloudron.',
  },
};
