/** JumpCloud's LDAP-as-a-Service: people and groups share one container, and no stable id is promised. */
import { attributes, type Preset, SIGN_IN } from './preset.ts';

export const jumpcloud: Preset = {
  title: 'JumpCloud',
  userFilter: '(objectClass=inetOrgPerson)',
  usernameField: 'uid',
  groupFilter: '(|(objectClass=groupOfNames)(objectClass=posixGroup))',
  groupNameField: 'cn',
  groupBase: 'same',
  dialect: {
    attributes: attributes({
      id: ['entryUUID'],
      department: ['departmentNumber'],
      memberUids: ['memberUid'],
    }),
    usernameFrom: 'whole',
    membersFrom: 'groups',
    pageSize: 500,
  },
  searchableIds: [],
  signIn: SIGN_IN,
  disabledMarks: [],
  primaryGroups: false,
  emptyGroupsVanish: true,
  passwordPolicy: false,
  changesBy: null,
  secondFactor: null,
  bindLastsMs: null,
  usernameHint:
    'Choose usernames of letters, digits, "." and "-" in JumpCloud, or set usernameFrom (--username-from) to "before-at".',
  hints: {
    url: 'ldaps://ldap.jumpcloud.com',
    baseDn: 'ou=Users,o=<organization id>,dc=jumpcloud,dc=com; the id is in Settings > Organization Profile.',
    bindDn:
      'uid=<admin bind user>,ou=Users,o=<organization id>,dc=jumpcloud,dc=com: a user with the permission "Enable as LDAP Bind DN". Others can bind, but find nobody.',
    filter: 'Only users and groups that are bound to the resource JumpCloud LDAP are there.',
    groupBaseDn: 'The same as of the people.',
    id: 'JumpCloud promises no stable id: a rename looks like somebody new.',
  },
};
