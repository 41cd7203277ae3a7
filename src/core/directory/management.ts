/** Refuses to change users, groups and roles here while an external authority keeps them. */
import { DirectoryError } from '../errors.ts';
import type { Directory } from './directory.ts';
import type { ExternalAuthorityKeeper } from './external-authority.ts';

/** The same work, done only while people are managed here; else DirectoryError 'conflict'. */
export type WhileManagedHere = <Given extends unknown[], Result>(
  work: (...given: Given) => Promise<Result>,
) => (...given: Given) => Promise<Result>;

export function createWhileManagedHere({
  managedAt,
}: Pick<ExternalAuthorityKeeper, 'managedAt'>): WhileManagedHere {
  return (work) =>
    async (...given) => {
      const url = await managedAt();
      if (url !== null) throw managedElsewhere(url);
      return work(...given);
    };
}

export function managedElsewhere(url: string): DirectoryError {
  return new DirectoryError('conflict', sentenceOfManagedElsewhere(url));
}

export function sentenceOfManagedElsewhere(url: string): string {
  return `Users, groups and roles are managed by the external authority ${url}, and not here: change them there, or take the setting authority away.`;
}

/** What syncs, sign-ins and people themselves do goes on; organizations too. */
export function managedParts(
  { users, groups, roles, links }: Pick<Directory, 'users' | 'groups' | 'roles' | 'links'>,
  whileManagedHere: WhileManagedHere,
): Pick<Directory, 'users' | 'groups' | 'roles' | 'links'> {
  return {
    users: {
      ...users,
      add: whileManagedHere(users.add),
      edit: whileManagedHere(users.edit),
      setEnabled: whileManagedHere(users.setEnabled),
      delete: whileManagedHere(users.delete),
      setPassword: whileManagedHere(users.setPassword),
    },
    groups: {
      ...groups,
      add: whileManagedHere(groups.add),
      edit: whileManagedHere(groups.edit),
      delete: whileManagedHere(groups.delete),
      addMember: whileManagedHere(groups.addMember),
      removeMember: whileManagedHere(groups.removeMember),
      copyMembers: whileManagedHere(groups.copyMembers),
    },
    roles: {
      ...roles,
      add: whileManagedHere(roles.add),
      edit: whileManagedHere(roles.edit),
      delete: whileManagedHere(roles.delete),
      setGrant: whileManagedHere(roles.setGrant),
    },
    links: { link: whileManagedHere(links.link), unlink: whileManagedHere(links.unlink) },
  };
}
