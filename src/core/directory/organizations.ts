/** Looks at organizations and changes them; their members come and go as those of groups do. */
import { requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import type { Actor } from '../model/audit.ts';
import { type Group, NO_GROUP_EXTRAS } from '../model/group.ts';
import { nameKey, normaliseSlug, normaliseText } from '../model/names.ts';
import type { OrganizationUses } from '../model/organization.ts';
import { posixNumber } from '../model/posix.ts';
import type {
  Groups,
  Organization,
  OrganizationChanges,
  OrganizationDetails,
  Organizations,
} from './directory.ts';
import { changeOf, type Journal } from './journal.ts';
import { dissolve } from './leaving.ts';
import { checkLimit, noOrganization, requireOrganization, requireUser } from './lookup.ts';
import type { ReadTransaction, Store } from './store.ts';
import { requireVisible } from './user-access.ts';

export interface OrganizationsDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly journal: Journal;
  readonly groups: Pick<Groups, 'members' | 'addMember' | 'removeMember'>;
}

export function createOrganizations(dependencies: OrganizationsDependencies): Organizations {
  const { store, groups } = dependencies;

  /** What groups do, of an organization that the actor sees. */
  async function checked(actor: Actor, slug: string): Promise<string> {
    return (await store.read((transaction) => requireSeen(transaction, actor, slug))).name;
  }

  return {
    async find(actor, query) {
      requireSight(actor);
      checkLimit(query.limit);
      return store.read((transaction) => transaction.findOrganizations({ ...query, seenBy: seenBy(actor) }));
    },

    bySlug: (actor, slug) =>
      store.read(async (transaction) => detailsOf(transaction, await requireSeen(transaction, actor, slug))),

    ofUser: (actor, username) =>
      store.read(async (transaction) => {
        const { id } = await requireVisible(transaction, actor, username);
        const memberships = await transaction.membershipsOfMembers([id]);
        const found = await transaction.groupsByIds(memberships.map(({ groupId }) => groupId));
        const isShown = (group: Group) =>
          group.organization === 'public' || seenBy(actor) === null || actor.authority.userId === id;
        return found
          .filter((group) => group.organization !== null && isShown(group))
          .sort((one, other) => (one.name < other.name ? -1 : 1));
      }),

    members: async (actor, slug, page) => groups.members(actor, await checked(actor, slug), page),
    addMember: async (actor, slug, member) => groups.addMember(actor, await checked(actor, slug), member),
    removeMember: async (actor, slug, member) =>
      groups.removeMember(actor, await checked(actor, slug), member),
    ...changes(dependencies),
  };
}

function changes({
  store,
  clock,
  newId,
  journal,
}: OrganizationsDependencies): Pick<Organizations, 'add' | 'edit' | 'delete'> {
  return {
    async add(actor, { slug, name = '', description = '', visibility = 'private', owner }) {
      requirePermission(actor, 'organizations.create');
      const normal = normaliseSlug(slug);
      const fields = {
        name: normal,
        displayName: normaliseText(name, 'name') || normal,
        description: normaliseText(description, 'description'),
      };
      return store.write(async (transaction) => {
        await refuseTaken(transaction, normal);
        const ownerId = await ownerOf(transaction, actor, owner);
        const at = clock.now();
        const number = posixNumber(await transaction.takePosixSerials(1));
        const times = { createdAt: at, updatedAt: at };
        const extras = { ...NO_GROUP_EXTRAS, organization: visibility };
        const group = { id: newId(), posixNumber: number, ...fields, ...extras, origin: null, ...times };
        await transaction.insertGroups([group]);
        if (ownerId !== null) {
          const membership = { groupId: group.id, memberId: ownerId, memberKind: 'user' as const };
          await transaction.putMemberships([{ ...membership, owner: true, fromSource: false }]);
          await transaction.touchUsers([ownerId], at);
        }
        const ownerChanges = ownerId === null ? [] : [changeOf('user', ownerId)];
        await journal(transaction, {
          ...{ at, actor, action: 'organization.add', subjectId: group.id },
          details: { ...told({ ...fields, organization: visibility }), ownerId },
          changes: [changeOf('group', group.id), ...ownerChanges],
        });
        return group;
      });
    },

    edit: (actor, slug, given, precondition) =>
      store.write(async (transaction) => {
        requirePermission(actor, 'organizations.edit');
        const before = await requireOrganization(transaction, slug);
        precondition?.(before);
        const fields = changedFields(before, given);
        if (fields.name !== undefined) await refuseTaken(transaction, fields.name);
        const at = clock.now();
        const group = { ...before, ...fields, updatedAt: at };
        await transaction.updateGroups([group]);
        await journal(transaction, {
          ...{ at, actor, action: 'organization.edit', subjectId: group.id },
          details: { slug: before.name, changes: told(fields) },
          changes: [changeOf('group', group.id)],
        });
        return group;
      }),

    delete: (actor, slug, expected) =>
      store.write(async (transaction) => {
        requirePermission(actor, 'organizations.delete');
        const group = await requireOrganization(transaction, slug);
        const { organization: _group, owners: _owners, ...uses } = await detailsOf(transaction, group);
        if (!isSame(uses, expected)) refuseUnasked(group, uses);
        const at = clock.now();
        await journal(transaction, {
          ...{ at, actor, action: 'organization.delete', subjectId: group.id },
          details: { slug: group.name, ...uses },
          changes: await dissolve(transaction, group.id, at),
        });
        return group;
      }),
  };
}

async function ownerOf(
  transaction: ReadTransaction,
  { authority }: Actor,
  owner: string | null | undefined,
): Promise<string | null> {
  if (owner === undefined) return authority.userId;
  return owner === null ? null : (await requireUser(transaction, owner)).id;
}

/** What goes with an organization, in a sentence that asks. */
export function usesSentence(slug: string, { members, groups, applications }: OrganizationUses): string {
  const parts = [
    ...(members > 0 ? [`${count(members, 'member loses', 'members lose')} it`] : []),
    ...(groups > 0 ? [`${count(groups, 'group', 'groups')} that it is in`] : []),
    ...(applications > 0 ? [`${count(applications, 'application', 'applications')} that it opens`] : []),
  ];
  return parts.length === 0 ? `${slug} has no members.` : `With ${slug}, ${parts.join(', ')}.`;
}

function count(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}

function refuseUnasked({ name }: Group, uses: OrganizationUses): never {
  throw new DirectoryError(
    'conflict',
    `${usesSentence(name, uses)} To delete it all the same, say these numbers: members, groups, applications.`,
    { field: 'members' },
  );
}

function isSame(one: OrganizationUses, other: OrganizationUses): boolean {
  return (
    one.members === other.members && one.groups === other.groups && one.applications === other.applications
  );
}

/** For whoever may see himself, and so what is his; a token may do less. */
function requireSight(actor: Actor): void {
  if (seenBy(actor) !== null) requirePermission(actor, 'self');
}

/** Whose organizations are seen beside the public ones; null: all are. */
function seenBy({ authority }: Actor): string | null {
  // Whoever is no user is in none.
  return authority.permissions.has('organizations.read') ? null : (authority.userId ?? '');
}

async function requireSeen(transaction: ReadTransaction, actor: Actor, slug: string): Promise<Organization> {
  requireSight(actor);
  const group = await requireOrganization(transaction, slug);
  const memberId = seenBy(actor);
  if (memberId === null || group.organization === 'public') return group;
  const [membership] = await transaction.membershipsByKeys([{ groupId: group.id, memberId }]);
  return membership === undefined ? noOrganization(slug) : group;
}

async function detailsOf(
  transaction: ReadTransaction,
  organization: Organization,
): Promise<OrganizationDetails> {
  const { id } = organization;
  const memberships = await transaction.memberships([id]);
  const owners = memberships.filter(({ owner }) => owner).map(({ memberId }) => memberId);
  const users = await transaction.usersByIds(owners);
  return {
    organization,
    owners: users.map(({ username }) => username).sort(),
    members: memberships.length,
    groups: (await transaction.membershipsOfMembers([id])).length,
    applications: (await transaction.applications()).filter(({ groups }) => groups.includes(id)).length,
  };
}

function changedFields(
  before: Organization,
  { slug, name, description, visibility }: OrganizationChanges,
): Partial<Pick<Group, 'name' | 'displayName' | 'description' | 'organization'>> {
  const newSlug = slug === undefined || nameKey(slug) === before.name ? null : normaliseSlug(slug);
  return {
    ...(newSlug !== null && { name: newSlug }),
    ...(name !== undefined && { displayName: normaliseText(name, 'name') || (newSlug ?? before.name) }),
    ...(description !== undefined && { description: normaliseText(description, 'description') }),
    ...(visibility !== undefined && { organization: visibility }),
  };
}

/** In the words of organizations. */
function told({
  name: slug,
  displayName: name,
  description,
  organization: visibility,
}: Partial<Pick<Group, 'name' | 'displayName' | 'description' | 'organization'>>) {
  return { slug, name, description, visibility };
}

async function refuseTaken(transaction: ReadTransaction, slug: string): Promise<void> {
  if ((await transaction.groupByName(slug)) === null) return;
  throw new DirectoryError('conflict', `A group or an organization is named ${slug} already.`, {
    field: 'slug',
  });
}
