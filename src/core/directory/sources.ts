/** Looks at sources and changes them; keeps their bind passwords sealed. */
import { BUILT_IN_ROLES } from '../access/permissions.ts';
import { isUpTo, requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import type { SecretBox } from '../credentials/secrets.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import type { Actor } from '../model/audit.ts';
import { nameKey } from '../model/names.ts';
import { builtInRole, isBuiltInRole, roleOf } from '../model/role.ts';
import { DEFAULT_TIME_ZONE, type NextRun } from '../model/schedule.ts';
import type { Source } from '../model/source.ts';
import type { DialectChanges } from '../model/source-dialect.ts';
import { normaliseSourceFields, type SourceFields, type UrlRules } from '../model/source-fields.ts';
import { DEFAULT_POLICY } from '../model/sync-policy.ts';
import { authorityOfRole } from './authority.ts';
import type { NewSource, Resettable, SourceChanges, Sources } from './directory.ts';
import { changeOf, type Journal } from './journal.ts';
import { notFound, quote } from './lookup.ts';
import { keepGroups, keepUsers } from './orphans.ts';
import { type GivenSecrets, openSecrets, sealSecrets } from './source-secrets.ts';
import type { SourceLookup, Store, WriteTransaction } from './store.ts';
import { refuseLastOwnersSource } from './user-access.ts';

export interface SourcesDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly secretBox: SecretBox;
  readonly journal: Journal;
  readonly nextRun: NextRun;
  /** Whether the operator lets ldap:// leave this machine. */
  readonly plainLdap: boolean;
}

export function createSources(dependencies: SourcesDependencies): Sources {
  const { store, clock, newId, secretBox, journal, nextRun, plainLdap } = dependencies;
  /** Writes what `change` makes of the source by that name; `told` is for the audit, without secrets. */
  function replace(
    actor: Actor,
    idOrName: string,
    action: string,
    change: (before: Source, transaction: WriteTransaction) => Promise<Changed> | Changed,
  ): Promise<Source> {
    return store.write(async (transaction) => {
      requirePermission(actor, 'sources.edit');
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
      const { name } = normaliseSourceFields({ ...input, ...optionalFields(input) }, { plainLdap });
      await store.read((transaction) => refuseTaken(transaction, name));
    },

    async add(actor, { bindPassword, clientKeyPem, ...input }) {
      requirePermission(actor, 'sources.create');
      const fields = normaliseSourceFields({ ...input, ...optionalFields(input) }, { plainLdap });
      const id = newId();
      const given = { bindPassword, ...(clientKeyPem != null && { clientKeyPem }) };
      const sealed = sealSecrets(secretBox, id, fields, given, null);
      return store.write(async (transaction) => {
        await refuseTaken(transaction, fields.name);
        const at = clock.now();
        const times = { createdAt: at, updatedAt: at };
        const sync = { nextRunAt: nextRun(fields, at), syncMark: null };
        const source: Source = { id, ...fields, ...sealed, ...sync, enabled: true, ...times };
        await transaction.insertSource(source);
        const details = tellable(fields);
        await journal(transaction, { ...entryOf(id), at, actor, action: 'source.add', details });
        return source;
      });
    },

    edit: (actor, idOrName, changes, precondition) =>
      replace(actor, idOrName, 'source.edit', async (before, transaction) => {
        precondition?.(before);
        await refuseSourceOfHigher(transaction, actor, before);
        const { bindPassword, clientKeyPem, ...changedFields } = changes;
        const fields = fieldsAfter(before, changedFields, { plainLdap });
        const given = {
          ...(bindPassword !== undefined && { bindPassword }),
          ...(clientKeyPem != null && { clientKeyPem }),
        };
        const sealed = sealSecrets(secretBox, before.id, fields, given, before);
        if (fields.name !== before.name) await refuseTaken(transaction, fields.name);
        const told = { ...tellable(fields), bindPassword: bindPassword !== undefined };
        const moved = fields.schedule !== before.schedule || fields.timeZone !== before.timeZone;
        const nextRunAt = moved ? nextRun(fields, clock.now()) : before.nextRunAt;
        // What was read by other fields says nothing about what these find.
        return { fields: { ...fields, ...sealed, nextRunAt, syncMark: null }, told };
      }),

    setEnabled: (actor, idOrName, enabled) =>
      replace(actor, idOrName, enabled ? 'source.enable' : 'source.disable', () => ({
        fields: { enabled },
        told: {},
      })),

    reschedule: (id) =>
      store.write(async (transaction) => {
        const source = await transaction.source(id);
        const nextRunAt = source && nextRun(source, clock.now());
        if (source?.nextRunAt == null || nextRunAt === null || source.nextRunAt <= nextRunAt) return;
        await transaction.updateSource({ ...source, nextRunAt });
      }),

    delete: (actor, idOrName, { keepImports }) =>
      store.write(async (transaction) => {
        requirePermission(actor, 'sources.delete');
        const source = await requireSource(transaction, idOrName);
        const at = clock.now();
        await refuseRunning(transaction, source, at);
        if (!keepImports) await refuseImports(transaction, source);
        await refuseLastOwnersSource(transaction, source);
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

    access: (source) => ({ ...openSecrets(secretBox, source), plainLdap }),
  };
}

/** What a new source may leave out, as it is kept then. */
function optionalFields(input: Partial<NewSource>) {
  const { caPem, clientCertificatePem, schedule, timeZone, dialect, signIn, policy } = input;
  return {
    clientCertificatePem: clientCertificatePem ?? null,
    ...{ dialect: dialectAfter({}, dialect), signIn: settled({}, signIn) },
    ...{ caPem: caPem ?? null, schedule: schedule ?? null, timeZone: timeZone ?? DEFAULT_TIME_ZONE },
    policy: { ...DEFAULT_POLICY, ...policy },
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

/** Whoever says where passwords are checked can sign in as everybody who comes from there. Throws DirectoryError 'forbidden'. */
async function refuseSourceOfHigher(
  transaction: WriteTransaction,
  actor: Actor,
  { id, name }: Source,
): Promise<void> {
  const builtIn = Object.keys(BUILT_IN_ROLES).filter(isBuiltInRole).map(builtInRole);
  for (const role of [...builtIn, ...(await transaction.roles()).map(roleOf)]) {
    if (isUpTo(actor, authorityOfRole(role)) || !(await transaction.hasUserOfRole(role.name))) continue;
    const first = { order: 'username', descending: false, after: null, limit: 1 } as const;
    const [user] = await transaction.findUsers({ ...first, role: role.name, sourceId: id });
    if (user === undefined) continue;
    const sentence = `The source ${name} checks passwords of the role ${role.name}, which may do more than you.`;
    throw new DirectoryError('forbidden', sentence);
  }
  const grants = (await transaction.grantsAtSource(id)).filter(({ allowed }) => allowed);
  const more = grants.find(({ permission }) => !actor.authority.permissions.has(permission));
  if (more === undefined) return;
  const sentence = `The source ${name} checks passwords of somebody with the permission ${more.permission}, which you do not have.`;
  throw new DirectoryError('forbidden', sentence);
}

function entryOf(id: string) {
  return { subjectId: id, changes: [changeOf('source', id)] };
}

/** The certificates of a CA file would fill the audit. */
function tellable({ caPem, clientCertificatePem, ...fields }: SourceFields) {
  return { ...fields, ownCa: caPem !== null, clientCertificate: clientCertificatePem !== null };
}

/** All fields as they become. */
function fieldsAfter(
  before: Source,
  changes: Omit<SourceChanges, keyof GivenSecrets>,
  rules: UrlRules,
): SourceFields {
  const { dialect, signIn, policy, ...others } = changes;
  return normaliseSourceFields(
    {
      ...{ ...before, ...others },
      dialect: dialectAfter(before.dialect, dialect),
      signIn: settled(before.signIn, signIn),
      policy: { ...before.policy, ...policy },
    },
    rules,
  );
}

function dialectAfter(before: DialectChanges, changes: NewSource['dialect']): DialectChanges {
  const { attributes, ...others } = changes ?? {};
  const { attributes: map, ...rest } = before;
  const mapped = settled(map ?? {}, attributes);
  return { ...settled(rest, others), ...(Object.keys(mapped).length > 0 && { attributes: mapped }) };
}

/** What is set after a change; null takes back what was set. */
function settled<Rules extends object>(before: Rules, changes: Resettable<Rules> | undefined): Rules {
  const entries = Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null);
  return Object.fromEntries(entries) as Rules;
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
