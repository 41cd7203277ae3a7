import { describe, expect, it } from 'vitest';
import { DEFAULT_POSIX } from '../../../src/core/model/posix.ts';
import type { User } from '../../../src/core/model/user.ts';
import { attributeType as type } from '../../../src/ldap-server/tree/attribute-types.ts';
import { createDit } from '../../../src/ldap-server/tree/dit.ts';
import type { Entry } from '../../../src/ldap-server/tree/entry.ts';
import { groupEntries } from '../../../src/ldap-server/tree/group-entry.ts';
import { NO_REFERENCES, userReference } from '../../../src/ldap-server/tree/reference.ts';
import { userEntries } from '../../../src/ldap-server/tree/user-entry.ts';
import { aGroup, aUser } from '../../support/rows.ts';

const dit = createDit('dc=roster');
const ON = { enabled: true, homeDirectory: '/srv/%u/%u', loginShell: '/bin/sh' };
const ACCOUNT = [type.uidNumber, type.gidNumber, type.gecos, type.homeDirectory, type.loginShell];

function entryOf(fields: Partial<User>, posix = ON): Entry {
  const user = aUser({ username: 'jdoe', ...fields });
  const { username: name, id } = user;
  return userEntries(dit, posix)(userReference(dit, 1, id, name), user, NO_REFERENCES);
}

function groupOf(posix = ON): Entry {
  const group = aGroup({ name: 'staff', posixNumber: 10_008 });
  const { name, id } = group;
  const relations = { members: NO_REFERENCES, owners: NO_REFERENCES, memberOf: NO_REFERENCES };
  const reference = { ...dit.group(name), id, name, kind: 'group', number: 1 } as const;
  return groupEntries(dit, posix)(reference, group, relations);
}

describe('switched on', () => {
  it('a user is a posixAccount alone in a group of its own number', () => {
    const entry = entryOf({ posixNumber: 10_007 });
    expect(entry.values(type.objectClass)).toContain('posixAccount');
    const values = ACCOUNT.flatMap((attribute) => entry.values(attribute));
    expect(values).toEqual(['10007', '10007', 'Jane Doe', '/srv/jdoe/jdoe', '/bin/sh']);
  });

  it('a group is a posixGroup', () => {
    expect(groupOf().values(type.objectClass)).toContain('posixGroup');
    expect(groupOf().values(type.gidNumber)).toEqual(['10008']);
  });

  it.each([
    ['Jürgen Groß-Ångström', 'Jurgen Gross-Angstrom'],
    ['Doe, Jane:x:0:0', 'Doe Jane x 0 0'],
    ['田中', 'jdoe'],
    ['', 'jdoe'],
  ])('the full name %j is told as %j', (displayName, gecos) => {
    expect(entryOf({ displayName }).values(type.gecos)).toEqual([gecos]);
  });

  it.each([['.'], ['..']])('nobody gets by the username %j into the folder of others', (username) => {
    const id = '00000000-0000-4000-8000-000000000001';
    const home = entryOf({ id, username }).values(type.homeDirectory);
    expect(home).toEqual([`/srv/${id}/${id}`]);
  });
});

it('switched off nobody has any of it', () => {
  for (const entry of [entryOf({}, DEFAULT_POSIX), groupOf(DEFAULT_POSIX)]) {
    expect(ACCOUNT.flatMap((attribute) => entry.values(attribute))).toEqual([]);
    expect(entry.values(type.objectClass).join()).not.toContain('posix');
    for (const attribute of ACCOUNT) expect(entry.types).not.toContain(attribute);
  }
});
