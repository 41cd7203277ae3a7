/** Looks at applications and changes them. */
import { requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import { accountNamed } from '../credentials/password-strength.ts';
import type { Passwords } from '../credentials/passwords.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import { normaliseAllow } from '../model/allow.ts';
import {
  APPLICATION_ALLOW_MAX,
  APPLICATION_GROUPS_MAX,
  APPLICATIONS_MAX,
  type Application,
  DEFAULT_SECOND_FACTOR_RULE,
} from '../model/application.ts';
import type { Actor } from '../model/audit.ts';
import { nameKey, normaliseApplicationName, normaliseText } from '../model/names.ts';
import type { ApplicationChanges, Applications } from './directory.ts';
import { changeOf, type Journal } from './journal.ts';
import { notFound, quote, requireGroup } from './lookup.ts';
import { createHashFor } from './new-password.ts';
import type { ApplicationLookup, GroupLookup, Store, WriteTransaction } from './store.ts';

export interface ApplicationsDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly journal: Journal;
}

export function createApplications(dependencies: ApplicationsDependencies): Applications {
  const { store, clock, newId, journal } = dependencies;
  const hashFor = createHashFor(dependencies);
  const replace = createReplace(dependencies);

  return {
    async list(actor) {
      requirePermission(actor, 'applications.read');
      return store.read((transaction) => transaction.applications());
    },

    async byName(actor, name) {
      requirePermission(actor, 'applications.read');
      return store.read((transaction) => requireApplication(transaction, name));
    },

    async groupNames(actor, { groups }) {
      requirePermission(actor, 'applications.read');
      const found = await store.read((transaction) => transaction.groupsByIds(groups));
      return found.map(({ name }) => name).toSorted();
    },

    async add(actor, { password, ...input }) {
      requirePermission(actor, 'applications.create');
      const passwordHash = await hashFor(accountNamed(input.name), password);
      return store.write(async (transaction) => {
        await refuseTooMany(transaction);
        const fields = {
          ...NOTHING,
          ...(await readFields(transaction, input)),
          name: normaliseApplicationName(input.name),
        };
        await refuseTaken(transaction, fields.name);
        const at = clock.now();
        const application = { id: newId(), ...fields, passwordHash, createdAt: at, updatedAt: at };
        await transaction.insertApplication(application);
        const { id } = application;
        await journal(transaction, { ...entryOf(id), at, actor, action: 'app.add', details: fields });
        return application;
      });
    },

    edit: (actor, name, changes, precondition) =>
      replace(actor, name, 'app.edit', async (before, transaction) => {
        precondition?.(before);
        const fields = await readFields(transaction, changes);
        if (fields.name !== undefined && fields.name !== before.name)
          await refuseTaken(transaction, fields.name);
        return { fields, details: { changes: fields } };
      }),

    async setPassword(actor, name, password) {
      requirePermission(actor, 'applications.edit');
      const application = await store.read((transaction) => requireApplication(transaction, name));
      const passwordHash = await hashFor(accountNamed(application.name), password);
      return replace(actor, name, 'app.password', () => ({ fields: { passwordHash }, details: {} }));
    },

    delete: (actor, name) =>
      store.write(async (transaction) => {
        requirePermission(actor, 'applications.delete');
        const { id, name: known } = await requireApplication(transaction, name);
        await transaction.deleteApplication(id);
        const details = { name: known };
        await journal(transaction, { ...entryOf(id), at: clock.now(), actor, action: 'app.delete', details });
      }),
  };
}

/** How to write what `change` makes of the application by a name. */
function createReplace({ store, clock, journal }: ApplicationsDependencies) {
  return (
    actor: Actor,
    name: string,
    action: string,
    change: (before: Application, transaction: WriteTransaction) => Promise<Changed> | Changed,
  ): Promise<Application> =>
    store.write(async (transaction) => {
      requirePermission(actor, 'applications.edit');
      const before = await requireApplication(transaction, name);
      const { fields, details } = await change(before, transaction);
      const at = clock.now();
      const application = { ...before, ...fields, updatedAt: at };
      await transaction.updateApplication(application);
      const said = { name: before.name, ...details };
      await journal(transaction, { ...entryOf(before.id), at, actor, action, details: said });
      return application;
    });
}

interface Changed {
  readonly fields: Partial<Application>;
  /** For the audit: without secrets. */
  readonly details: Readonly<Record<string, unknown>>;
}

type Fields = Omit<Application, 'id' | 'passwordHash' | 'createdAt' | 'updatedAt'>;

/** Who is given no groups sees nobody. */
const NOTHING: Omit<Fields, 'name'> = {
  description: '',
  allow: [],
  everyone: false,
  groups: [],
  secondFactor: DEFAULT_SECOND_FACTOR_RULE,
  enabled: true,
};

function entryOf(id: string) {
  return { subjectId: id, changes: [changeOf('application', id)] };
}

/** The fields that are given, in the form in which they are kept; groups by their ids. */
async function readFields(lookup: GroupLookup, changes: ApplicationChanges): Promise<Partial<Fields>> {
  const { name, description, allow, everyone, groups, secondFactor, enabled } = changes;
  return {
    ...(name !== undefined && { name: normaliseApplicationName(name) }),
    ...(description !== undefined && { description: normaliseText(description, 'description') }),
    ...(allow !== undefined && { allow: normaliseAllow(allow, APPLICATION_ALLOW_MAX) }),
    ...(everyone !== undefined && { everyone }),
    ...(groups !== undefined && { groups: await groupIds(lookup, groups) }),
    ...(secondFactor !== undefined && { secondFactor }),
    ...(enabled !== undefined && { enabled }),
  };
}

async function groupIds(lookup: GroupLookup, names: readonly string[]): Promise<readonly string[]> {
  if (names.length > APPLICATION_GROUPS_MAX) {
    const message = `An application has at most ${APPLICATION_GROUPS_MAX} groups, not ${names.length}.`;
    throw new DirectoryError('invalid', message, { field: 'groups' });
  }
  const ids = new Set<string>();
  for (const name of names) ids.add((await requireGroup(lookup, name)).id);
  return [...ids];
}

async function requireApplication(lookup: ApplicationLookup, name: string): Promise<Application> {
  const application = await lookup.applicationByName(nameKey(name));
  return application ?? notFound(`There is no application named ${quote(name)}.`);
}

async function refuseTaken(lookup: ApplicationLookup, name: string): Promise<void> {
  if ((await lookup.applicationByName(name)) === null) return;
  throw new DirectoryError('conflict', `The application name ${name} is taken already.`, { field: 'name' });
}

async function refuseTooMany(lookup: ApplicationLookup): Promise<void> {
  if ((await lookup.applications()).length < APPLICATIONS_MAX) return;
  throw new DirectoryError(
    'conflict',
    `There are ${APPLICATIONS_MAX} applications already, which is the most.`,
  );
}
