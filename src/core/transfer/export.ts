/** Writes users and groups for other programs, page by page. */
import { stringify } from 'csv-stringify/sync';
import { requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import { definitions } from '../directory/attributes.ts';
import type { Journal } from '../directory/journal.ts';
import type { ReadTransaction, Store } from '../directory/store.ts';
import { type AttributeDefinition, namedAttributes } from '../model/attribute-definition.ts';
import type { Actor } from '../model/audit.ts';
import type { Group, Membership } from '../model/group.ts';
import type { CustomRole } from '../model/role.ts';
import { isEnabled, type User } from '../model/user.ts';
import { guardCell } from './csv-cell.ts';
import { ldifLine, ldifRecord } from './ldif.ts';

export const EXPORT_FORMATS = ['csv', 'json', 'ldif'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Of the LDIF. */
  readonly baseDn: string;
}

/** Resolves when the reader wants more. */
export type Sink = (text: string) => Promise<void>;

/**
 * csv: users with Cloudron's columns; json: everything that an import of it brings back: roles, attributes, users, groups,
 * organizations, memberships; ldif: as over LDAP, of those who are listed there. No passwords, no hashes, no pictures. What is changed meanwhile is told as it was or as it is. Throws DirectoryError 'forbidden'.
 */
export type Export = (actor: Actor, format: ExportFormat, sink: Sink) => Promise<void>;

export function createExport({ store, clock, journal, baseDn }: ExportDependencies): Export {
  return async (actor, format, sink) => {
    requirePermission(actor, 'export');
    const at = clock.now();
    const line = { at, actor, action: 'directory.export', subjectId: null, details: { format }, changes: [] };
    await store.write((transaction) => journal(transaction, line));
    await WRITERS[format]({ pages: createPages(store), sink, at, baseDn });
  };
}

interface Writing {
  readonly pages: ReturnType<typeof createPages>;
  readonly sink: Sink;
  readonly at: Date;
  readonly baseDn: string;
}

const WRITERS: Readonly<Record<ExportFormat, (writing: Writing) => Promise<void>>> = {
  csv: writeCsv,
  json: writeJson,
  ldif: writeLdif,
};

/** As Cloudron writes them. */
export const CSV_COLUMNS = [
  'id',
  'username',
  'email',
  'fallback email',
  'full name',
  'role',
  'active',
] as const;

async function writeCsv({ pages, sink }: Writing): Promise<void> {
  await sink(stringify([CSV_COLUMNS]));
  for await (const users of pages.users()) {
    const rows = users.map((user) => [
      ...[user.id, user.username, user.email ?? '', user.profile.fallbackEmail ?? '', user.displayName],
      ...[user.role, String(user.active)],
    ]);
    await sink(stringify(rows.map((row) => row.map(guardCell))));
  }
}

/** A line for each record, so that programs may read it line by line too; what others name comes before them. */
async function writeJson({ pages, sink, at }: Writing): Promise<void> {
  await sink(`{"roster":"export","version":1,"exportedAt":${JSON.stringify(at)}`);
  const { roles, attributes } = await pages.definitions();
  for (const [name, chunks] of [
    ['roles', [roles.map(jsonRole)]],
    ['attributes', [attributes.map(jsonAttribute)]],
    ['users', each(pages.users(), (user) => jsonUser(user, attributes))],
    ['groups', each(pages.groups(), (group) => jsonGroup(group, attributes))],
    ['organizations', each(pages.groups(), jsonOrganization)],
    ['memberships', jsonMemberships(pages)],
  ] as const) {
    await sink(`,\n"${name}":[`);
    let separator = '\n';
    for await (const records of chunks) {
      if (records.length === 0) continue;
      await sink(separator + records.map((record) => JSON.stringify(record)).join(',\n'));
      separator = ',\n';
    }
    await sink('\n]');
  }
  await sink('}\n');
}

/** `record` null: it is not told. */
async function* each<Row>(
  pages: AsyncIterable<readonly Row[]>,
  record: (row: Row) => object | null,
): AsyncGenerator<readonly object[]> {
  for await (const rows of pages) yield rows.flatMap((row) => record(row) ?? []);
}

function jsonRole({ name, description, rank, permissions }: CustomRole): object {
  return { name, description, rank, permissions };
}

function jsonAttribute({ id: _id, ...definition }: AttributeDefinition): object {
  return definition;
}

function jsonUser(user: User, definitions: readonly AttributeDefinition[]): object {
  const { id, username, email, otherEmails, displayName, givenName, familyName, role, active } = user;
  const { fallbackEmail, ...profile } = user.profile;
  return {
    ...{ id, username, email, fallbackEmail, displayName, role, active },
    ...{ givenName, familyName, otherEmails, confirmed: user.confirmed, ...profile, metadata: user.metadata },
    attributes: namedAttributes(user.attributes, told(definitions, 'user')),
  };
}

function jsonGroup(group: Group, definitions: readonly AttributeDefinition[]): object | null {
  const { id, name, displayName, description, email, permissions, metadata, organization } = group;
  const attributes = namedAttributes(group.attributes, told(definitions, 'group'));
  return organization === null
    ? { id, name, displayName, description, email, permissions, metadata, attributes }
    : null;
}

function jsonOrganization({ id, name: slug, displayName: name, ...group }: Group): object | null {
  const { description, organization: visibility } = group;
  return visibility === null ? null : { id, slug, name, description, visibility };
}

async function* jsonMemberships(pages: Writing['pages']): AsyncGenerator<readonly object[]> {
  for await (const groups of pages.groups()) {
    for (const { id, name: group } of groups) {
      for await (const members of pages.members({ id })) {
        yield members.map(({ kind, name: member, owner }) => ({ group, member, kind, owner }));
      }
    }
  }
}

/** Pictures are kept elsewhere, and copied by a backup alone. */
function told(definitions: readonly AttributeDefinition[], subject: AttributeDefinition['subject']) {
  return definitions.filter((each) => each.subject === subject && each.type !== 'image');
}

async function writeLdif({ pages, sink, baseDn }: Writing): Promise<void> {
  const userDn = (name: string) => `uid=${name},ou=users,${baseDn}`;
  const groupDn = (name: string) => `cn=${name},ou=groups,${baseDn}`;
  await sink('version: 1\n\n');
  for (const name of ['users', 'groups']) {
    await sink(
      ldifRecord(`ou=${name},${baseDn}`, [
        ['objectClass', 'organizationalUnit'],
        ['ou', name],
      ]),
    );
  }
  for await (const users of pages.users()) {
    const records = users.filter(isEnabled).map((user) => ldifRecord(userDn(user.username), ldifUser(user)));
    await sink(records.join(''));
  }
  for await (const groups of pages.groups()) {
    for (const group of groups) {
      await sink(ldifRecord(groupDn(group.name), ldifGroup(group)).slice(0, -1));
      let isEmpty = true;
      for await (const members of pages.members(group)) {
        const listed = members.filter(({ isListed }) => isListed);
        isEmpty &&= listed.length === 0;
        const dns = listed.map(({ kind, name }) => (kind === 'user' ? userDn(name) : groupDn(name)));
        await sink(dns.map((dn) => ldifLine('member', dn)).join(''));
      }
      // groupOfNames must have a member (RFC 4519 section 3.5): the empty DN is nobody.
      await sink(isEmpty ? 'member:\n\n' : '\n');
    }
  }
}

function ldifUser(user: User): readonly (readonly [string, string])[] {
  const { username, displayName, givenName, familyName, email, otherEmails } = user;
  const { title, department, phone, mobile, employeeNumber, language } = user.profile;
  const mails = email === null ? otherEmails : [email, ...otherEmails];
  const optional = { givenName, title, ou: department, telephoneNumber: phone, mobile, employeeNumber };
  return [
    ...[['objectClass', 'inetOrgPerson'] as const, ['uid', username] as const],
    ...[['cn', displayName] as const, ['sn', familyName || displayName] as const],
    ['displayName', displayName],
    ...mails.map((mail) => ['mail', mail] as const),
    ...Object.entries({ ...optional, preferredLanguage: language }).filter(([, value]) => value !== ''),
  ];
}

function ldifGroup({ name, description }: Group): readonly (readonly [string, string])[] {
  const plain = [['objectClass', 'groupOfNames'] as const, ['cn', name] as const];
  return description === '' ? plain : [...plain, ['description', description]];
}

interface NamedMember {
  readonly kind: Membership['memberKind'];
  readonly name: string;
  readonly owner: boolean;
  /** Over LDAP. */
  readonly isListed: boolean;
}

const PAGE_LIMIT = 1000;

/** Each page in a transaction of its own: a slow reader holds up nobody. */
function createPages({ read }: Pick<Store, 'read'>) {
  async function* paged<Row>(
    readPage: (
      transaction: ReadTransaction,
      page: { after: string | null; limit: number },
    ) => Promise<readonly Row[]>,
    keyOf: (row: Row) => string,
  ): AsyncGenerator<readonly Row[]> {
    for (let after: string | null = null; ; ) {
      const page = { after, limit: PAGE_LIMIT };
      const rows: readonly Row[] = await read((transaction) => readPage(transaction, page));
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows;
      if (rows.length < PAGE_LIMIT) return;
      after = keyOf(last);
    }
  }

  return {
    users: () =>
      paged(
        (transaction, page) => transaction.users(page),
        ({ username }) => username,
      ),
    groups: () =>
      paged(
        (transaction, page) => transaction.groups(page),
        ({ name }) => name,
      ),
    definitions: () =>
      read(async (transaction) => ({
        roles: await transaction.roles(),
        attributes: await definitions(transaction),
      })),
    async *members({ id }: Pick<Group, 'id'>): AsyncGenerator<readonly NamedMember[]> {
      const pages = paged(
        (transaction, page) => transaction.membershipPage(id, page),
        ({ memberId }) => memberId,
      );
      for await (const memberships of pages)
        yield read((transaction) => namedMembers(transaction, memberships));
    },
  };
}

async function namedMembers(
  transaction: ReadTransaction,
  memberships: readonly Membership[],
): Promise<readonly NamedMember[]> {
  const ids = (wanted: Membership['memberKind']) =>
    memberships.filter(({ memberKind }) => memberKind === wanted).map(({ memberId }) => memberId);
  const users = new Map((await transaction.usersByIds(ids('user'))).map((user) => [user.id, user]));
  const groups = new Map((await transaction.groupsByIds(ids('group'))).map((group) => [group.id, group]));
  return memberships.flatMap(({ memberId, memberKind: kind, owner }) => {
    const user = users.get(memberId);
    const name = user?.username ?? groups.get(memberId)?.name;
    return name === undefined ? [] : [{ kind, name, owner, isListed: user === undefined || isEnabled(user) }];
  });
}
