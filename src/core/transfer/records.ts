/** Writes what an export holds beside people, within one transaction, by the rules of the directory. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { createAttributes, definitions } from '../directory/attributes.ts';
import { createGroups } from '../directory/groups.ts';
import type { Journal } from '../directory/journal.ts';
import { createOrganizations } from '../directory/organizations.ts';
import { createRoles } from '../directory/roles.ts';
import type { Store, WriteTransaction } from '../directory/store.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import {
  ATTRIBUTE_READERS,
  ATTRIBUTE_SUBJECTS,
  ATTRIBUTE_WRITERS,
  attributeKey,
  namedAttributes,
  VALUE_TYPES,
} from '../model/attribute-definition.ts';
import type { Actor } from '../model/audit.ts';
import { GROUP_PERMISSIONS } from '../model/group.ts';
import { nameKey } from '../model/names.ts';
import { fitting } from './fitting.ts';
import { createMembershipWriter, FILE_MEMBERSHIP } from './memberships.ts';
import type { PeopleCounts } from './people.ts';
import type { FileProblems } from './problems.ts';

export const RECORD_LISTS = ['roles', 'attributes', 'groups', 'organizations', 'memberships'] as const;
export type RecordList = (typeof RECORD_LISTS)[number];

/** As it stands in the file. */
export interface FileRecord {
  readonly list: RecordList;
  readonly value: unknown;
  readonly line: number;
}

/** Of the lists that are in the file. */
export type RecordCounts = Partial<Readonly<Record<RecordList, PeopleCounts>>>;

export interface RecordWriter {
  /** Any number of records; what does not fit is added to the problems, and the caller undoes everything. */
  write(records: readonly FileRecord[]): Promise<void>;
  counts(): RecordCounts;
}

export interface RecordWriterOptions {
  readonly transaction: WriteTransaction;
  readonly actor: Actor;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly journal: Journal;
  readonly problems: FileProblems;
  /** Whether what is there already is changed; otherwise it is a problem where it differs. */
  readonly update: boolean;
  /** See createAttributes. */
  readonly isServed: (name: string) => boolean;
}

export function isRecordList(list: string): list is RecordList {
  return RECORD_LISTS.some((each) => each === list);
}

const TEXT = z.string().nullish();
/** Of the directory that it was told by: names are what tells records apart. */
const ID = z.unknown().optional();

const ROLE = z.strictObject({
  name: z.string(),
  description: TEXT,
  rank: z.int().nullish(),
  permissions: z.array(z.string()).nullish(),
});
const ATTRIBUTE = z.strictObject({
  name: z.string(),
  subject: z.enum(ATTRIBUTE_SUBJECTS),
  type: z.enum(VALUE_TYPES),
  several: z.boolean().nullish(),
  description: TEXT,
  readers: z.enum(ATTRIBUTE_READERS).nullish(),
  writers: z.enum(ATTRIBUTE_WRITERS).nullish(),
});
const GROUP = z.strictObject({
  id: ID,
  name: z.string(),
  displayName: TEXT,
  description: TEXT,
  email: TEXT,
  permissions: z.enum(GROUP_PERMISSIONS).nullish(),
  metadata: z.record(z.string(), z.string().nullable()).nullish(),
  attributes: z.record(z.string(), z.array(z.string())).nullish(),
});
const ORGANIZATION = z.strictObject({
  id: ID,
  slug: z.string(),
  name: TEXT,
  description: TEXT,
  visibility: z.enum(['public', 'private']).nullish(),
});

type Outcome = keyof PeopleCounts;
type Settle = (value: unknown) => Promise<Outcome>;

export function createRecordWriter(options: RecordWriterOptions): RecordWriter {
  const { problems } = options;
  const counts = new Map<RecordList, Record<Outcome, number>>();
  const settle: Readonly<Record<Exclude<RecordList, 'memberships'>, Settle>> = settlers(options);
  const memberships = createMembershipWriter(options);

  async function attempt({ list, value, line }: FileRecord, tally: Record<Outcome, number>): Promise<void> {
    try {
      if (list === 'memberships') memberships.add(fitting(FILE_MEMBERSHIP, value), line);
      else tally[await settle[list](value)] += 1;
    } catch (error) {
      problems.addError(error, (field) => ({ line, column: field ?? null }));
    }
  }

  return {
    async write(records) {
      for (const record of records) {
        const tally = counts.get(record.list) ?? { created: 0, updated: 0, unchanged: 0 };
        counts.set(record.list, tally);
        await attempt(record, tally);
      }
      const tally = counts.get('memberships');
      if (tally !== undefined) await memberships.flush(tally);
    },
    counts: () => Object.fromEntries(counts),
  };
}

/** What groups, roles and the others do by themselves, in the transaction of the import. */
function settlers(options: RecordWriterOptions) {
  const { transaction, actor, update } = options;
  const store: Pick<Store, 'read' | 'write'> = {
    read: (work) => work(transaction),
    write: (work) => work(transaction),
  };
  const groups = createGroups({ ...options, store });
  const roles = createRoles({ ...options, store });
  const attributes = createAttributes({ ...options, store });
  const organizations = createOrganizations({ ...options, store, groups });

  /** `present` null: it is not there yet. */
  async function settled<Fields extends object>(
    present: object | null,
    given: Fields,
    name: string,
    add: () => Promise<unknown>,
    edit: (changes: Partial<Fields>) => Promise<unknown>,
  ): Promise<Outcome> {
    if (present === null) {
      await add();
      return 'created';
    }
    const changes = differing(present, given);
    if (Object.keys(changes).length === 0) return 'unchanged';
    if (!update) throw new DirectoryError('conflict', `${name} is there already, and differs.`);
    await edit(changes);
    return 'updated';
  }

  return {
    async roles(value: unknown) {
      const { name, ...given } = said(fitting(ROLE, value));
      return settled(
        await transaction.role(nameKey(name)),
        given,
        name,
        () => roles.add(actor, { name, ...given }),
        (changes) => roles.edit(actor, name, changes),
      );
    },

    async attributes(value: unknown) {
      const { name, subject, type, ...given } = said(fitting(ATTRIBUTE, value));
      const all = await definitions(transaction);
      const present = all.find((each) => attributeKey(each.name) === attributeKey(name)) ?? null;
      if (present !== null && (present.subject !== subject || present.type !== type)) {
        const sentence = `${present.name} is an attribute of a ${present.subject}, of the type ${present.type}.`;
        throw new DirectoryError('conflict', sentence, { field: 'type' });
      }
      return settled(
        present,
        given,
        name,
        () => attributes.add(actor, { name, subject, type, ...given }),
        (changes) => attributes.edit(actor, name, changes),
      );
    },

    async groups(value: unknown) {
      const { id: _id, name, ...given } = said(fitting(GROUP, value));
      const found = await transaction.groupByName(nameKey(name));
      const defined = await definitions(transaction, 'group');
      const present = found && { ...found, attributes: namedAttributes(found.attributes, defined) };
      return settled(
        present,
        given,
        name,
        () => groups.add(actor, { name, ...given }),
        (changes) => groups.edit(actor, name, changes),
      );
    },

    async organizations(value: unknown) {
      const { id: _id, slug, ...given } = said(fitting(ORGANIZATION, value));
      const found = await transaction.groupByName(nameKey(slug));
      const present = found && { ...found, name: found.displayName, visibility: found.organization };
      return settled(
        present,
        given,
        slug,
        () => organizations.add(actor, { slug, ...given, owner: null }),
        (changes) => organizations.edit(actor, slug, changes),
      );
    },
  };
}

type Said<T> = { [Key in keyof T]: Exclude<T[Key], null | undefined> };

/** Without what is null: it counts as not said. */
function said<T extends object>(record: T): Said<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value != null)) as Said<T>;
}

/** What of the given is not so; of metadata and attributes what is given counts, one by one. */
function differing<Fields extends object>(present: object, given: Fields): Partial<Fields> {
  const isSame = (value: unknown, other: unknown): boolean => {
    if (Array.isArray(value) || typeof value !== 'object' || value === null) {
      return isDeepStrictEqual(value, other);
    }
    const held = new Map(Object.entries(other ?? {}));
    return Object.entries(value).every(([key, each]) => isSame(each, held.get(key) ?? null));
  };
  const entries = Object.entries(given).filter(([name, value]) => !isSame(value, Reflect.get(present, name)));
  return Object.fromEntries(entries) as Partial<Fields>;
}
