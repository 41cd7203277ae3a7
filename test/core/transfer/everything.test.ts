import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createJournal } from '../../../src/core/directory/journal.ts';
import { newId } from '../../../src/core/ids.ts';
import { createExport } from '../../../src/core/transfer/export.ts';
import { createImport, type ImportOptions } from '../../../src/core/transfer/import.ts';
import { asUser } from '../../support/actors.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';
import { aPng } from '../../support/pictures.ts';
import { startPostgres } from '../../support/postgres.ts';

const journal = createJournal(newId);

let folder: string;
let opened: TestDirectory[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roster-everything-'));
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((each) => each.remove()));
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<TestDirectory> {
  const directory = await openTestDirectory();
  opened.push(directory);
  return directory;
}

async function imported(
  { store, clock }: TestDirectory,
  document: object | string,
  options: Partial<ImportOptions> = {},
  actor = ACTOR,
) {
  const path = join(folder, 'directory.json');
  await writeFile(path, typeof document === 'string' ? document : JSON.stringify(document));
  const run = createImport({ store, clock, newId, journal, isServed: (name) => name === 'mail' });
  return run(actor, path, { format: 'json', update: false, preview: false, ...options });
}

async function exported({ store, clock }: TestDirectory): Promise<string> {
  let text = '';
  await createExport({ store, clock, journal, baseDn: 'dc=roster' })(ACTOR, 'json', async (part) => {
    text += part;
  });
  return text;
}

/** Without what is another one in each directory: ids, and the order by them. */
async function contentOf(directory: TestDirectory): Promise<Record<string, object[]>> {
  const content = JSON.parse(await exported(directory), (key, value) =>
    key === 'id' || key === 'exportedAt' ? undefined : value,
  );
  const memberships = content.memberships.map((each: object) => JSON.stringify(each)).sort();
  return { ...content, memberships };
}

const DOCUMENT = {
  roles: [{ name: 'helpdesk', description: 'First level', rank: 50, permissions: ['users.read'] }],
  attributes: [
    { name: 'costCentre', subject: 'user', type: 'integer', several: true, readers: 'directory' },
    { name: 'floor', subject: 'group', type: 'text' },
  ],
  users: [
    {
      username: 'jdoe',
      role: 'helpdesk',
      attributes: { costCentre: ['4711', '-1'] },
      metadata: { room: '12' },
    },
    { username: 'kim', active: false },
  ],
  groups: [
    { name: 'staff', email: 'staff@example.org', permissions: 'read-only', attributes: { floor: ['2'] } },
    { name: 'board', displayName: 'The Board', metadata: { budget: '7' } },
  ],
  organizations: [{ slug: 'acme', name: 'Acme Inc.', description: 'Tools', visibility: 'public' }],
  memberships: [
    { group: 'staff', member: 'jdoe', owner: true },
    { group: 'staff', member: 'board', kind: 'group' },
    { group: 'board', member: 'kim', kind: 'user', owner: false },
    { group: 'acme', member: 'jdoe', kind: 'user', owner: true },
    { group: 'acme', member: 'staff', kind: 'group' },
  ],
};

const BADGE = { name: 'badge', subject: 'user', type: 'image' };
const counts = (created: number, unchanged = 0, updated = 0) => ({ created, updated, unchanged });

test('an export holds everything, and an import of it brings it back', async () => {
  const [here, there] = [await open(), await open()];
  expect(await imported(here, DOCUMENT)).toEqual({
    ...counts(2),
    ...{ applied: true, problems: [], problemsTotal: 0 },
    others: {
      ...{ roles: counts(1), attributes: counts(2), groups: counts(2) },
      ...{ organizations: counts(1), memberships: counts(5) },
    },
  });
  expect(await contentOf(here)).toMatchObject({
    roles: [DOCUMENT.roles[0]],
    users: DOCUMENT.users,
    groups: DOCUMENT.groups.toReversed(),
    organizations: DOCUMENT.organizations,
  });
  expect((await imported(there, await exported(here))).problems).toEqual([]);
  expect(await contentOf(there)).toEqual(await contentOf(here));
  const { directory } = there;
  expect((await directory.organizations.bySlug(ACTOR, 'acme')).owners).toEqual(['jdoe']);
  expect(await directory.attributes.ofUser(ACTOR, 'jdoe')).toEqual({ costCentre: ['4711', '-1'] });
});

test('pictures are not in it, and keep nobody from importing it', async () => {
  const [here, there] = [await open(), await open()];
  await imported(here, { ...DOCUMENT, attributes: [...DOCUMENT.attributes, BADGE] });
  await here.directory.users.edit(ACTOR, 'jdoe', { attributes: { badge: [aPng()] } });
  expect((await imported(there, await exported(here))).problems).toEqual([]);
  expect(await contentOf(there)).toEqual(await contentOf(here));
  expect((await there.directory.attributes.list(ACTOR)).map(({ name }) => name)).toContain('badge');
  expect(Object.keys(await there.directory.attributes.ofUser(ACTOR, 'jdoe'))).toEqual(['costCentre']);
});

test('a picture that a file takes away is kept nowhere', async () => {
  const here = await open();
  await imported(here, { ...DOCUMENT, attributes: [...DOCUMENT.attributes, BADGE] });
  const { id } = await here.directory.users.edit(ACTOR, 'jdoe', { attributes: { badge: [aPng()] } });
  const badge = (await here.directory.attributes.list(ACTOR)).find(({ name }) => name === BADGE.name);
  const kept = () => here.store.read((it) => it.attributeImage(id, badge?.id ?? ''));
  expect(await kept()).not.toBeNull();
  await imported(here, { users: [{ username: 'jdoe', attributes: { badge: [] } }] }, { update: true });
  expect(await kept()).toBeNull();
});

test('the audit tells who became a member or owner of which group by a file, once for each group', async () => {
  const here = await open();
  await imported(here, DOCUMENT);
  const { group } = await here.directory.groups.byName(ACTOR, 'staff');
  const told = async (): Promise<unknown[]> =>
    (await here.directory.audit.list(ACTOR, { limit: 50, action: 'group.import-members' })).lines.flatMap(
      ({ subjectId, details }) => (subjectId === group.id ? details : []),
    );
  expect(await told()).toEqual([{ group: 'staff', members: ['jdoe', 'board'], owners: ['jdoe'] }]);
  await imported(here, DOCUMENT, { update: true });
  expect(await told()).toHaveLength(1);
});

test('a second time nothing happens, and a preview does nothing the first time', async () => {
  const here = await open();
  const preview = await imported(here, DOCUMENT, { preview: true });
  expect(preview).toMatchObject({ applied: false, created: 2, others: { memberships: counts(5) } });
  expect((await contentOf(here))['groups']).toEqual([]);
  await imported(here, DOCUMENT);
  expect(await imported(here, DOCUMENT, { update: true })).toMatchObject({
    ...counts(0, 2),
    others: {
      ...{ roles: counts(0, 1), attributes: counts(0, 2), groups: counts(0, 2) },
      ...{ organizations: counts(0, 1), memberships: counts(0, 5) },
    },
  });
});

test('what differs is changed where that is asked for, and otherwise a problem with its line', async () => {
  const here = await open();
  await imported(here, DOCUMENT);
  const changed = `{"groups": [
    {"name": "Staff", "description": "All of us", "metadata": {"site": "B"}}],
  "organizations": [
    {"slug": "acme", "visibility": "private"}],
  "memberships": [
    {"group": "staff", "member": "jdoe", "owner": false},
    {"group": "staff", "member": "kim"}]}`;
  const refused = await imported(here, changed);
  expect(refused.problems).toEqual([
    { line: 2, column: null, message: 'Staff is there already, and differs.' },
    { line: 4, column: null, message: 'acme is there already, and differs.' },
    { line: 6, column: 'owner', message: 'This membership is there already, and differs.' },
  ]);
  expect(refused.applied).toBe(false);
  const { others } = await imported(here, changed, { update: true });
  expect(others).toEqual({
    ...{ groups: counts(0, 0, 1), organizations: counts(0, 0, 1), memberships: counts(1, 0, 1) },
  });
  const { group, memberships } = await here.directory.groups.byName(ACTOR, 'staff');
  expect(group).toMatchObject({
    description: 'All of us',
    metadata: { site: 'B' },
    email: 'staff@example.org',
  });
  expect(memberships.filter(({ owner }) => owner)).toEqual([]);
});

test.each([
  [
    'a group that is not there',
    { memberships: [{ group: 'none', member: 'jdoe' }] },
    'group',
    /no group named "none"/,
  ],
  [
    'a member who is not there',
    { memberships: [{ group: 'staff', member: 'none' }] },
    'member',
    /no user named "none"/,
  ],
  [
    'a group that owns',
    { memberships: [{ group: 'acme', member: 'staff', kind: 'group', owner: true }] },
    'owner',
    /Only users/,
  ],
  ['a circle', { memberships: [{ group: 'board', member: 'staff', kind: 'group' }] }, 'member', /already in/],
  [
    'a circle within the file',
    {
      groups: [{ name: 'one' }, { name: 'two' }],
      memberships: [
        { group: 'one', member: 'two', kind: 'group' },
        { group: 'two', member: 'one', kind: 'group' },
      ],
    },
    'member',
    /already in/,
  ],
  ['a name that a user group cannot have', { groups: [{ name: 'a\u0000b' }] }, 'name', /./],
  [
    'an address that somebody has',
    { groups: [{ name: 'new', email: 'STAFF@example.org' }] },
    'email',
    /staff/,
  ],
  ['a role above the others', { roles: [{ name: 'king', rank: 500 }] }, 'rank', /./],
  [
    'a role with a permission that is none',
    { roles: [{ name: 'king', permissions: ['all'] }] },
    'permissions',
    /./,
  ],
  [
    'an attribute that is served already',
    { attributes: [{ name: 'mail', subject: 'user', type: 'text' }] },
    'name',
    /already/,
  ],
  [
    'an attribute of another type',
    { attributes: [{ name: 'floor', subject: 'group', type: 'integer' }] },
    'type',
    /text/,
  ],
  [
    'a value of an attribute that is not defined',
    { users: [{ username: 'new', attributes: { hobby: ['chess'] } }] },
    'attributes',
    /no attribute "hobby"/,
  ],
  ['a member that is none', { groups: [{ name: 'new', passwords: 'x' }] }, 'passwords', /no such member/],
] as const)('%s is a problem, and nothing is changed', async (_what, document, column, message) => {
  const here = await open();
  await imported(here, DOCUMENT);
  const before = await contentOf(here);
  const { applied, problems } = await imported(here, { users: [{ username: 'other' }], ...document });
  expect({ applied, problems }).toEqual({
    ...{ applied: false },
    problems: [{ line: 1, column, message: expect.stringMatching(message) }],
  });
  expect(await contentOf(here)).toEqual(before);
});

test('nobody does by a file what he may not do otherwise', async () => {
  const here = await open();
  await here.directory.roles.add(ACTOR, {
    name: 'clerk',
    rank: 50,
    permissions: ['import', 'users.create', 'groups.create'],
  });
  await here.directory.users.add(ACTOR, { username: 'clerk', role: 'clerk' });
  const { problems } = await imported(here, DOCUMENT, {}, await asUser(here, 'clerk'));
  const words = problems.map(({ message }) => message).join('\n');
  for (const permission of ['roles.edit', 'settings.edit', 'mail.edit', 'organizations.create']) {
    expect(words).toContain(`(permission ${permission})`);
  }
});

test('on PostgreSQL it is as on SQLite, with more members than are written at once', async () => {
  const postgres = await startPostgres();
  try {
    const there = await openTestDirectory(await postgres.createDatabase());
    try {
      const people = Array.from({ length: 1100 }, (_, index) => ({ username: `person-${index}` }));
      const members = people.map(({ username: member }) => ({ group: 'staff', member }));
      const document = {
        ...DOCUMENT,
        users: [...DOCUMENT.users, ...people],
        memberships: [...DOCUMENT.memberships, ...members],
      };
      const first = await imported(there, document);
      expect(first.problems).toEqual([]);
      expect(first).toMatchObject({ applied: true, others: { memberships: counts(5 + people.length) } });
      const circle = { memberships: [{ group: 'board', member: 'acme', kind: 'group' }] };
      expect(await imported(there, circle)).toMatchObject({ applied: false, problemsTotal: 1 });
      const here = await open();
      await imported(here, await exported(there));
      expect(await contentOf(here)).toEqual(await contentOf(there));
    } finally {
      await there.remove();
    }
  } finally {
    await postgres.stop();
  }
});

const WORD = fc.stringMatching(/^[a-z][a-z0-9]{2,8}$/);
const LINE = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.trim().normalize('NFC'));

/** A directory in which every reference holds and no group holds itself. */
const anyDirectory = fc
  .record({
    users: fc.uniqueArray(
      fc.record({
        username: WORD.map((word) => `u-${word}`),
        metadata: fc.dictionary(WORD, WORD, { maxKeys: 3 }),
        hobby: fc.uniqueArray(WORD, { maxLength: 3 }),
      }),
      { selector: ({ username }) => username, maxLength: 6 },
    ),
    groups: fc.uniqueArray(
      fc.record({
        name: WORD.map((word) => `g-${word}`),
        floor: fc.option(fc.integer()),
        isOrganization: fc.boolean(),
      }),
      { selector: ({ name }) => name, maxLength: 6 },
    ),
    pairs: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.boolean(), fc.boolean()), { maxLength: 15 }),
  })
  .map(({ users, groups, pairs }) => {
    const memberships = new Map<string, object>();
    for (const [one, other, ofGroup, owner] of pairs) {
      const at = one % Math.max(groups.length, 1);
      const group = groups[at]?.name;
      // Later groups hold earlier ones alone.
      const member = ofGroup
        ? groups[other % Math.max(at, 1)]?.name
        : users[other % Math.max(users.length, 1)]?.username;
      if (group === undefined || member === undefined || group === member) continue;
      memberships.set(`${group} ${member}`, {
        group,
        member,
        kind: ofGroup ? 'group' : 'user',
        owner: owner && !ofGroup,
      });
    }
    return {
      attributes: [
        { name: 'hobby', subject: 'user', type: 'text', several: true },
        { name: 'floor', subject: 'group', type: 'integer' },
      ],
      users: users.map(({ hobby, ...user }) => ({ ...user, attributes: { hobby } })),
      groups: groups
        .filter(({ isOrganization }) => !isOrganization)
        .map(({ name, floor }) => ({ name, attributes: { floor: floor === null ? [] : [String(floor)] } })),
      organizations: groups
        .filter(({ isOrganization }) => isOrganization)
        .map(({ name: slug }) => ({ slug })),
      memberships: [...memberships.values()],
    };
  });

test('whatever a directory holds comes back by its export', async () => {
  await fc.assert(
    fc.asyncProperty(anyDirectory, LINE, async (document, description) => {
      const [here, there] = [await open(), await open()];
      const described = document.groups.map((group) => ({ ...group, description }));
      const first = await imported(here, { ...document, groups: described });
      expect(first.problems).toEqual([]);
      expect(first.others.memberships?.created ?? 0).toBe(document.memberships.length);
      expect((await imported(there, await exported(here))).problems).toEqual([]);
      expect(await contentOf(there)).toEqual(await contentOf(here));
      await Promise.all(opened.splice(0).map((each) => each.remove()));
    }),
    { numRuns: 15, endOnFailure: true },
  );
});
