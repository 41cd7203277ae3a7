/** The rules of core/directory/imports.ts as plain data in memory, to apply plans to without a database. */
import type { ImportedState, ImportStep, TakenNames } from '../../src/core/directory/imports.ts';
import { NO_ATTRIBUTES } from '../../src/core/model/attribute-definition.ts';
import type { Group, Membership } from '../../src/core/model/group.ts';
import { NO_METADATA } from '../../src/core/model/metadata.ts';
import { emailKey } from '../../src/core/model/names.ts';
import type { Origin } from '../../src/core/model/origin.ts';
import { EMPTY_PROFILE } from '../../src/core/model/profile.ts';
import type { User } from '../../src/core/model/user.ts';

const AT = new Date(0);

export const NOBODY: TakenNames = {
  usernames: new Map(),
  emails: new Map(),
  groupNames: new Map(),
  adoptable: { users: new Map(), groups: new Map() },
};

export const EMPTY_STATE: ImportedState = { users: [], groups: [], memberships: [] };

/** The state after one transaction. Throws where a name, an address or an external id is held twice. */
export function applySteps(state: ImportedState, steps: readonly ImportStep[], at = AT): ImportedState {
  const users = new Map(state.users.map((user) => [user.id, user]));
  const groups = new Map(state.groups.map((group) => [group.id, group]));
  const memberships = new Map(state.memberships.map((membership) => [keyOf(membership), membership]));
  for (const step of steps) {
    switch (step.type) {
      case 'create-user':
        users.set(step.id, {
          ...userOf(step.id, moved({ origin: originOf(step) }, step, at)),
          ...step.fields,
        });
        break;
      case 'update-user':
        users.set(step.id, {
          ...present(users, step.id),
          ...step.fields,
          origin: moved(present(users, step.id), step, at),
        });
        break;
      case 'adopt-user':
      case 'adopt-group':
        throw new Error('this model holds the imports of one source alone');
      case 'delete-user':
      case 'delete-group':
        users.delete(step.id);
        groups.delete(step.id);
        for (const [key, { groupId, memberId }] of memberships) {
          if (groupId === step.id || memberId === step.id) memberships.delete(key);
        }
        break;
      case 'create-group':
        groups.set(step.id, {
          id: step.id,
          posixNumber: 0,
          email: null,
          permissions: null,
          organization: null,
          attributes: NO_ATTRIBUTES,
          metadata: NO_METADATA,
          origin: originOf(step),
          createdAt: AT,
          updatedAt: AT,
          ...step.fields,
        });
        break;
      case 'update-group':
        groups.set(step.id, {
          ...present(groups, step.id),
          ...step.fields,
          origin: moved(present(groups, step.id), step, at),
        });
        break;
      case 'add-members':
        for (const member of step.members) {
          const membership = { groupId: step.groupId, ...member, owner: false, fromSource: true };
          if (memberships.has(keyOf(membership))) throw new Error('a member is added twice');
          memberships.set(keyOf(membership), membership);
        }
        break;
      case 'remove-members':
        for (const memberId of step.memberIds) {
          const key = keyOf({ groupId: step.groupId, memberId });
          if (memberships.get(key)?.fromSource !== true)
            throw new Error('a member is removed that is not ours');
          memberships.delete(key);
        }
        break;
    }
  }
  const after = {
    users: [...users.values()],
    groups: [...groups.values()],
    memberships: [...memberships.values()],
  };
  refuseTwice(after);
  return after;
}

function refuseTwice({ users, groups }: ImportedState): void {
  const emails = users.flatMap(({ email }) => (email === null ? [] : [emailKey(email)]));
  const ids = (entries: readonly (User | Group)[]) => entries.map(({ origin }) => origin?.externalId);
  const names = [users.map(({ username }) => username), groups.map(({ name }) => name)];
  for (const values of [...names, emails, ids(users), ids(groups)]) {
    if (new Set(values).size < values.length) throw new Error(`held twice, one of: ${values.join(' ')}`);
  }
}

function userOf(
  id: string,
  origin: Origin,
): Omit<User, 'username' | 'email' | 'otherEmails' | 'displayName' | 'givenName' | 'familyName'> {
  const never = { posixNumber: 0, passwordHash: null, passwordChangedAt: null, avatar: null };
  const more = { profile: EMPTY_PROFILE, attributes: NO_ATTRIBUTES, metadata: NO_METADATA, confirmed: true };
  return {
    id,
    role: 'user',
    active: true,
    ...never,
    ...more,
    extraCredentials: 0,
    secondFactor: false,
    origin,
    createdAt: AT,
    updatedAt: AT,
    ownUpdatedAt: AT,
  };
}

function originOf({ externalId, dn }: { externalId: string; dn: string }): Origin {
  return { sourceId: 'source', externalId, dn, suspendedSince: null };
}

function moved(
  { origin }: Pick<User | Group, 'origin'>,
  { dn, externalId, suspended, gone }: { dn: string; externalId?: string; suspended: boolean; gone?: true },
  at: Date,
): Origin {
  if (origin === null) throw new Error('an entry is changed that is not imported');
  const { goneSince = at, ...stays } = origin;
  const notAfter = (day: Date) => (day < at ? day : at);
  return {
    ...stays,
    dn,
    suspendedSince: suspended ? notAfter(origin.suspendedSince ?? at) : null,
    ...(gone && { goneSince: notAfter(goneSince) }),
    ...(externalId !== undefined && { externalId }),
  };
}

function present<Entry>(entries: ReadonlyMap<string, Entry>, id: string): Entry {
  const entry = entries.get(id);
  if (entry === undefined) throw new Error(`${id} is not there`);
  return entry;
}

function keyOf({ groupId, memberId }: Pick<Membership, 'groupId' | 'memberId'>): string {
  return `${groupId} ${memberId}`;
}
