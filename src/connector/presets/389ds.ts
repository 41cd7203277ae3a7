/** 389 Directory Server, Red Hat Directory Server and FreeIPA. */
import { openldap } from './openldap.ts';
import { attributes, type Preset } from './preset.ts';

export const directoryServer389: Preset = {
  ...openldap,
  title: '389 Directory Server, FreeIPA',
  groupFilter: '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=ipaUserGroup))',
  groupBase: { types: ['ou', 'cn'], value: 'groups' },
  dialect: {
    ...openldap.dialect,
    attributes: attributes({
      id: ['ipaUniqueID', 'nsUniqueId'],
      otherEmails: ['mailAlternateAddress'],
      groupDisplayName: ['displayName'],
      members: ['member', 'uniqueMember'],
      memberUids: ['memberUid'],
    }),
  },
  searchableIds: ['ipauniqueid', 'nsuniqueid'],
  disabledMarks: ['nsaccountlock'],
  hints: {
    baseDn:
      'FreeIPA: cn=users,cn=accounts,<suffix>; below the suffix itself everybody is found twice. 389 Directory Server: ou=people,<suffix>.',
    bindDn:
      'FreeIPA: a system account such as uid=roster,cn=sysaccounts,cn=etc,<suffix>. Without the right to read, a search finds nothing and says nothing.',
    groupBaseDn: 'FreeIPA: cn=groups,cn=accounts,<suffix>; 389 Directory Server: ou=groups,<suffix>.',
  },
};
