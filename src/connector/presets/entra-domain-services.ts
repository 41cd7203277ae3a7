/** Microsoft Entra Domain Services: an Active Directory that Microsoft keeps, filled from Entra ID. */
import { activeDirectory } from './active-directory.ts';
import type { Preset } from './preset.ts';

export const entraDomainServices: Preset = {
  ...activeDirectory,
  title: 'Entra Domain Services',
  // sAMAccountName may have been given a suffix when it was filled.
  usernameField: 'userPrincipalName',
  dialect: { ...activeDirectory.dialect, usernameFrom: 'before-at' },
  usernameHint:
    'Set usernameField (--username-field) to userPrincipalName and usernameFrom (--username-from) to "before-at", or to sAMAccountName.',
  hints: {
    ...activeDirectory.hints,
    url: 'The secure LDAP name of the managed domain, such as ldaps://ldaps.example.com; secure LDAP must be switched on.',
    baseDn: 'OU=AADDC Users,DC=example,DC=com.',
    bindDn:
      'An account of the group AAD DC Administrators or any other, once it has changed its password: before that nobody can sign in here.',
  },
};
