/** Defines attributes of users and groups beyond those that all have, and reads their values. */
import { requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import {
  ATTRIBUTES_MAX,
  type AttributeChanges,
  type AttributeDefinition,
  type Attributes,
  attributeKey,
  changedImages,
  checkAttributeName,
  namedAttributes,
} from '../model/attribute-definition.ts';
import type { Actor } from '../model/audit.ts';
import { parseImage } from '../model/image.ts';
import { normaliseText } from '../model/names.ts';
import type { AttributeDefinitionChanges, AttributesKeeper } from './directory.ts';
import { requireManaged } from './group-rights.ts';
import { changeOf, type Journal } from './journal.ts';
import { notFound, quote } from './lookup.ts';
import type { ReadTransaction, Store, WriteTransaction } from './store.ts';
import { requireVisible } from './user-access.ts';

export interface AttributesDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly journal: Journal;
  /** Whether all users or groups have an attribute of that name, in any case, already. */
  readonly isServed: (name: string) => boolean;
}

export function createAttributes({
  store,
  clock,
  newId,
  journal,
  isServed,
}: AttributesDependencies): AttributesKeeper {
  /** Writes what `change` makes of all definitions; returns the one that it is about. */
  function replace(
    actor: Actor,
    action: string,
    change: (
      present: readonly AttributeDefinition[],
      transaction: WriteTransaction,
    ) => Promise<{ all: readonly AttributeDefinition[]; one: AttributeDefinition }>,
  ): Promise<AttributeDefinition> {
    return store.write(async (transaction) => {
      requirePermission(actor, 'settings.edit');
      const { all, one } = await change(await definitions(transaction), transaction);
      await transaction.putSetting('attributes', all);
      const { id: subjectId, ...details } = one;
      const changes = [changeOf('setting', 'attributes')];
      await journal(transaction, { at: clock.now(), actor, action, subjectId, details, changes });
      return one;
    });
  }

  return {
    async list(actor) {
      requirePermission(actor, 'self');
      return store.read(definitions);
    },

    async byName(actor, name) {
      requirePermission(actor, 'settings.read');
      return store.read(async (transaction) => {
        const definition = defined(await definitions(transaction), name);
        return { definition, holders: await transaction.attributeHolders(definition) };
      });
    },

    add: (actor, { subject, type, ...given }) =>
      replace(actor, 'attribute.add', async (present) => {
        const one = { id: newId(), subject, type, ...DEFAULTS, ...normalised(given), name: given.name };
        const all = [...present, one];
        refuseUnfit(all, one, isServed);
        return { all, one };
      }),

    edit: (actor, name, changes) =>
      replace(actor, 'attribute.edit', async (present) => {
        const before = defined(present, name);
        if (before.several && changes.several === false) refuseNarrowing(before);
        const one = { ...before, ...normalised(changes) };
        const all = present.map((each) => (each === before ? one : each));
        refuseUnfit(all, one, isServed);
        return { all, one };
      }),

    delete: (actor, name, holders) =>
      replace(actor, 'attribute.delete', async (present, transaction) => {
        const one = defined(present, name);
        const count = await transaction.attributeHolders(one);
        if (count !== holders) refuseUnasked(one, count);
        await transaction.dropAttribute(one);
        return { all: present.filter((each) => each !== one), one };
      }),

    ofUser: (actor, username) =>
      store.read(async (transaction) => {
        const { holder, seen } = await requireSeen.user(transaction, actor, username);
        return namedAttributes(holder.attributes, seen);
      }),

    ofGroup: (actor, name) =>
      store.read(async (transaction) => {
        const { holder, seen } = await requireSeen.group(transaction, actor, name);
        return namedAttributes(holder.attributes, seen);
      }),

    image: (actor, subject, holderName, name) =>
      store.read(async (transaction) => {
        const { holder, seen } = await requireSeen[subject](transaction, actor, holderName);
        const { id } = defined(seen, name);
        const kept = await transaction.attributeImage(holder.id, id);
        const type = parseImage(holder.attributes[id]?.[0])?.type;
        return kept === null || type === undefined
          ? notFound(`${quote(holderName)} has no picture in ${quote(name)}.`)
          : { type, octets: kept.octets };
      }),
  };
}

/** Whoever has attributes, and the definitions of those that the actor sees. */
const requireSeen = {
  async user(transaction: ReadTransaction, actor: Actor, username: string) {
    const holder = await requireVisible(transaction, actor, username);
    const all = await definitions(transaction, 'user');
    const seesAll = actor.authority.permissions.has('users.read');
    const seen = seesAll ? all : all.filter((each) => each.readers === 'all' || each.writers === 'self');
    return { holder, seen };
  },
  async group(transaction: ReadTransaction, actor: Actor, name: string) {
    const holder = await requireManaged(transaction, actor, name, 'groups.read');
    return { holder, seen: await definitions(transaction, 'group') };
  },
};

const DEFAULTS = { several: false, description: '', readers: 'all', writers: 'admin' } as const;

/** Those for users or for groups; all without `subject`. */
export async function definitions(
  lookup: Pick<ReadTransaction, 'settings'>,
  subject?: AttributeDefinition['subject'],
): Promise<readonly AttributeDefinition[]> {
  const { attributes = [] } = await lookup.settings();
  return subject === undefined ? attributes : attributes.filter((each) => each.subject === subject);
}

/** Keeps the octets of the images among the changes, and forgets those of images that go. */
export async function keepImages(
  transaction: WriteTransaction,
  subject: AttributeDefinition['subject'],
  { id, attributes }: { readonly id: string; readonly attributes: Attributes },
  changes: AttributeChanges | undefined,
): Promise<void> {
  if (changes === undefined) return;
  const images = changedImages(attributes, changes, await definitions(transaction, subject));
  await transaction.putAttributeImages(subject, id, images);
}

/** As the command line and whoever is asked name what goes with an attribute. */
export function holdersSentence({ name, subject }: AttributeDefinition, holders: number): string {
  return `${holders} ${subject}${holders === 1 ? ' has' : 's have'} values of ${name}, which go with it.`;
}

function normalised({ name, description, ...others }: AttributeDefinitionChanges) {
  return {
    ...others,
    ...(name !== undefined && { name: checkAttributeName(name) }),
    ...(description !== undefined && { description: normaliseText(description, 'description') }),
  };
}

function defined(present: readonly AttributeDefinition[], name: string): AttributeDefinition {
  const found = present.find((each) => attributeKey(each.name) === attributeKey(name));
  return found ?? notFound(`There is no attribute named ${quote(name)}.`);
}

function refuseUnfit(
  all: readonly AttributeDefinition[],
  { name, subject, type, several, writers }: AttributeDefinition,
  isServed: (name: string) => boolean,
): void {
  if (all.length > ATTRIBUTES_MAX) {
    throw new DirectoryError('invalid', `There are at most ${ATTRIBUTES_MAX} attributes.`);
  }
  const namesakes = all.filter((each) => attributeKey(each.name) === attributeKey(name));
  if (namesakes.length > 1 || isServed(name)) {
    throw new DirectoryError('conflict', `There is an attribute named ${name} already.`, { field: 'name' });
  }
  if (type === 'image' && several) {
    throw new DirectoryError('invalid', 'An attribute of the type image has one value.', {
      field: 'several',
    });
  }
  if (subject === 'group' && writers === 'self') {
    throw new DirectoryError('invalid', 'The attributes of groups are written by administrators.', {
      field: 'writers',
    });
  }
}

function refuseNarrowing({ name }: AttributeDefinition): never {
  throw new DirectoryError('invalid', `${name} may have several values, and stays so.`, { field: 'several' });
}

function refuseUnasked(definition: AttributeDefinition, holders: number): never {
  throw new DirectoryError(
    'conflict',
    `${holdersSentence(definition, holders)} To delete it all the same, say this number.`,
    { field: 'holders' },
  );
}
