/** Okta's LDAP interface: uid is the login, mostly an e-mail address, and filters on unknown attributes find nothing. */
import { attributes, type Preset, SIGN_IN } from './preset.ts';

export const okta: Preset = {
  title: 'Okta',
  userFilter: '(objectClass=inetOrgPerson)',
  usernameField: 'uid',
  groupFilter: '(objectClass=groupofUniqueNames)',
  groupNameField: 'cn',
  groupBase: { types: ['ou'], value: 'groups' },
  dialect: {
    attributes: attributes({
      id: ['entryUUID', 'uniqueIdentifier'],
      department: ['department'],
      members: ['uniqueMember'],
    }),
    usernameFrom: 'whole',
    membersFrom: 'groups',
    pageSize: 1000,
  },
  searchableIds: [],
  // Okta answers more than four binds a second by adminLimitExceeded.
  signIn: { ...SIGN_IN, bindsPerSecond: 4 },
  disabledMarks: [],
  primaryGroups: false,
  emptyGroupsVanish: false,
  passwordPolicy: false,
  changesBy: null,
  secondFactor: 'password',
  // The token behind a bind lives for an hour.
  bindLastsMs: 45 * 60_000,
  usernameHint:
    'Okta\'s uid is the login, mostly an e-mail address: set usernameField (--username-field) to an attribute that holds a short name, or usernameFrom (--username-from) to "before-at".',
  hints: {
    url: 'ldaps://<org>.ldap.okta.com, with the LDAP interface switched on in Directory > Directory Integrations.',
    baseDn: 'ou=users,dc=<org>,dc=okta,dc=com.',
    bindDn:
      'uid=<login>,ou=users,dc=<org>,dc=okta,dc=com of somebody with the role Read-only Administrator; without a role it finds nobody but itself.',
    usernameField:
      'Okta gives the e-mail address as uid: name an attribute of a custom profile field that holds a short name, or set usernameFrom to "before-at".',
    groupBaseDn: 'ou=groups,dc=<org>,dc=okta,dc=com; the group Everyone is among them.',
    timeLimitSeconds: 'Set 60 where people confirm a push: their password is then "password,push".',
    bindsPerSecond: 'Okta takes four a second of one account.',
  },
};
