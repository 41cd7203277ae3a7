/** Looks at sources and changes them; keeps their bind passwords sealed. */
import type { Clock } from '../clock.ts';
import type { SecretBox } from '../credentials/secrets.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import type { Actor } from '../model/audit.ts';
import { nameKey } from '../model/names.ts';
import type { Source } from '../model/source.ts';
import { checkBindPassword, normaliseSourceFields, type SourceFields } from '../model/source-fields.ts';
import type { SourceChanges, Sources } from './directory.ts';
import { changeOf, type Journal } from './journal.ts';
import { notFound, quote } from './lookup.ts';
import { keepGroups, keepUsers } from './orphans.ts';
import type { SourceLookup, Store, WriteTransaction } from './store.ts';

export interface SourcesDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly secretBox: SecretBox;
  readonly journal: Journal;
}

export function createSources({ store, clock, newId, secretBox, journal }: SourcesDependencies): Sources {
  /** Writes what `change` makes of the source by that name; `told` is for the audit, without secrets. */
  function replace(
    actor: Actor,
    idOrName: string,
    action: string,
    change: (before: Source, transaction: WriteTransaction) => Promise<Changed> | Changed,
  ): Promise<Source> {
    return store.write(async (transaction) => {
      const before = await requireSource(transaction, idOrName);
      const { fields, told } = await change(before, transaction);
      const at = clock.now();
      const source = { ...before, ...fields, updatedAt: at };
      await transaction.updateSource(source);
      const details = { name: before.name, ...told };
      await journal(transaction, { ...entryOf(source.id), at, actor, action, details });
      return source;
    });
  }

  return {
    list: () => store.read((transaction) => transaction.sources()),

    find: (idOrName) => store.read((transaction) => requireSource(transaction, idOrName)),

    byId: (id) => store.read((transaction) => transaction.source(id)),

    async check(input) {
      const { name } = normaliseSourceFields({ ...input, caPem: input.caPem ?? null });
      await store.read((transaction) => refuseTaken(transaction, name));
    },

    async add(actor, { bindPassword, ...input }) {
      const fields = normaliseSourceFields({ ...input, caPem: input.caPem ?? null });
      checkBindPassword(bindPassword);
      const id = newId();
      const bindPasswordSealed = secretBox.seal(bindPassword, id);
      return store.write(async (transaction) => {
        await refuseTaken(transaction, fields.name);
        const at = clock.now();
        const times = { createdAt: at, updatedAt: at };
        const source: Source = { id, ...fields, bindPasswordSealed, enabled: true, ...times };
        await transaction.insertSource(source);
        const details = tellable(fields);
        await journal(transaction, { ...entryOf(id), at, actor, action: 'source.add', details });
        return source;
      });
    },

    edit: (actor, idOrName, changes) =>
      replace(actor, idOrName, 'source.edit', async (before, transaction) => {
        const { bindPassword, ...fields } = changedFields(before, changes);
        if (fields.name !== before.name) await refuseTaken(transaction, fields.name);
        const told = { ...tellable(fields), bindPassword: bindPassword !== undefined };
        if (bindPassword === undefined) return { fields, told };
        return { fields: { ...fields, bindPasswordSealed: secretBox.seal(bindPassword, before.id) }, told };
      }),

    setEnabled: (actor, idOrName, enabled) =>
      replace(actor, idOrName, enabled ? 'source.enable' : 'source.disable', () => ({
        fields: { enabled },
        told: {},
      })),

    delete: (actor, idOrName, { keepImports }) =>
      store.write(async (transaction) => {
        const source = await requireSource(transaction, idOrName);
        const at = clock.now();
        await refuseRunning(transaction, source, at);
        if (!keepImports) await refuseImports(transaction, source);
        const users = await keepUsers(transaction, source.id, at);
        const groups = await keepGroups(transaction, source.id, at);
        await transaction.deleteSource(source.id);
        await journal(transaction, {
          ...{ at, actor, action: 'source.delete', subjectId: source.id },
          details: { name: source.name, users: users.length, groups: groups.length },
          changes: [...users, ...groups, changeOf('source', source.id)],
        });
        return { source, users: users.length, groups: groups.length };
      }),

    bindPassword: (source) => secretBox.open(source.bindPasswordSealed, source.id),
  };
}

interface Changed {
  readonly fields: Partial<Source>;
  readonly told: Readonly<Record<string, unknown>>;
}

async function requireSource(lookup: SourceLookup, idOrName: string): Promise<Source> {
  return (
    // The id first: a name may look like an id, and must not stand in for it.
    (await lookup.source(idOrName)) ??
    (await lookup.sourceByName(nameKey(idOrName))) ??
    notFound(`There is no source named ${quote(idOrName)}.`)
  );
}

function entryOf(id: string) {
  return { subjectId: id, changes: [changeOf('source', id)] };
}

/** The certificates of a CA file would fill the audit. */
function tellable({ caPem, ...fields }: SourceFields) {
  return { ...fields, ownCa: caPem !== null };
}

/** All fields as they become. A password that was entered for one server is not sent to another. */
function changedFields(
  before: Source,
  { bindPassword, ...changes }: SourceChanges,
): SourceFields & { readonly bindPassword: string | undefined } {
  const fields = normaliseSourceFields({ ...before, ...changes });
  if (bindPassword !== undefined) checkBindPassword(bindPassword);
  else if (fields.url !== before.url || fields.caPem !== before.caPem) {
    throw new DirectoryError('invalid', 'With another URL or CA the bind password must be given anew.', {
      field: 'bindPassword',
    });
  }
  return { ...fields, bindPassword };
}

async function refuseTaken(lookup: SourceLookup, name: string): Promise<void> {
  if ((await lookup.sourceByName(name)) === null) return;
  throw new DirectoryError('conflict', `The source name ${name} is taken already.`, { field: 'name' });
}

async function refuseRunning(lookup: SourceLookup, { id, name }: Source, now: Date): Promise<void> {
  const running = (await lookup.runningSyncRuns()).find((run) => run.sourceId === id);
  // A run whose lease is over has lost its process, and writes nothing any more.
  if (running === undefined || running.leaseExpiresAt <= now) return;
  throw new DirectoryError(
    'conflict',
    `The source ${name} is being synced by run ${running.id}: wait for its end.`,
  );
}

async function refuseImports(transaction: WriteTransaction, { id, name }: Source): Promise<void> {
  const one = { after: null, limit: 1 };
  const imports = [
    ...(await transaction.usersOfSource(id, one)),
    ...(await transaction.groupsOfSource(id, one)),
  ];
  if (imports.length === 0) return;
  throw new DirectoryError('conflict', `Users or groups are imported from the source ${name}.`, {
    field: 'keepImports',
  });
}
