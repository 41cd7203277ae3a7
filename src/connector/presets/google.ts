/** Google Secure LDAP: asks for a client certificate, and keeps people in units below ou=Users. */
import { attributes, type Preset, SIGN_IN } from './preset.ts';

export const google: Preset = {
  title: 'Google Secure LDAP',
  userFilter: '(objectClass=inetOrgPerson)',
  usernameField: 'uid',
  groupFilter: '(objectClass=groupOfNames)',
  groupNameField: 'cn',
  groupBase: { types: ['ou'], value: 'Groups' },
  dialect: {
    attributes: attributes({
      id: ['entryUuid', 'apple-generateduid'],
      // cn has two values there, the username first.
      displayName: ['displayName', 'cn'],
      groupDisplayName: ['displayName'],
    }),
    usernameFrom: 'whole',
    membersFrom: 'groups',
    pageSize: 500,
  },
  searchableIds: [],
  // Four binds a second for all that a customer does.
  signIn: { ...SIGN_IN, bindsPerSecond: 4 },
  disabledMarks: [],
  primaryGroups: false,
  emptyGroupsVanish: false,
  passwordPolicy: false,
  changesBy: null,
  secondFactor: null,
  bindLastsMs: null,
  usernameHint: 'Set usernameField (--username-field) to uid, or to googleUid.',
  hints: {
    url: 'ldaps://ldap.google.com',
    clientCertificatePem:
      'Made in the admin console under Apps > LDAP: the archive holds the certificate and its key.',
    baseDn: 'ou=Users,dc=example,dc=com for the domain example.com.',
    bindDn: 'The username of access credentials, made for the same LDAP client; it is no DN.',
    groupBaseDn: 'ou=Groups,dc=example,dc=com.',
    bindsPerSecond: 'Google takes four a second of one customer.',
  },
};
