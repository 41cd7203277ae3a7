/** Microsoft Active Directory, and Samba as a domain controller. */
import { attributes, type Preset, SIGN_IN } from './preset.ts';

export const activeDirectory: Preset = {
  title: 'Active Directory',
  // Computers are of objectClass user too.
  userFilter: '(&(objectCategory=person)(objectClass=user))',
  usernameField: 'sAMAccountName',
  groupFilter: '(objectClass=group)',
  groupNameField: 'cn',
  groupBase: 'same',
  dialect: {
    attributes: attributes({
      id: ['objectGUID'],
      department: ['department'],
      employeeNumber: ['employeeNumber', 'employeeID'],
      groupDisplayName: ['displayName'],
    }),
    usernameFrom: 'whole',
    membersFrom: 'groups',
    pageSize: 1000,
  },
  searchableIds: ['objectguid'],
  // A domain that locks people out after wrong passwords is asked each time: it alone knows when they changed theirs.
  signIn: { ...SIGN_IN, rememberSeconds: 0 },
  disabledMarks: ['useraccountcontrol'],
  primaryGroups: true,
  emptyGroupsVanish: false,
  passwordPolicy: false,
  changesBy: 'uSNChanged',
  secondFactor: null,
  bindLastsMs: null,
  usernameHint:
    'Set usernameField (--username-field) to sAMAccountName, or to another attribute that holds a short name.',
  hints: {
    url: 'A domain controller, such as ldaps://dc1.corp.example.com; port 3269, the global catalog, lacks attributes and members.',
    baseDn: 'An organizational unit such as OU=Staff,DC=corp,DC=example,DC=com, or the whole domain.',
    bindDn: 'A DN, or a name such as reader@corp.example.com; any account of the domain may read.',
    usernameField:
      'sAMAccountName; userPrincipalName with usernameFrom "before-at" where short names are not wanted.',
    rememberSeconds: 'Each sign-in asks the domain, which counts wrong passwords and locks accounts.',
  },
};
