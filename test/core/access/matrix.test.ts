import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILT_IN_ROLES, PERMISSION_NAMES, PERMISSIONS } from '../../../src/core/access/permissions.ts';
import type { Actor } from '../../../src/core/model/audit.ts';
import type { Source } from '../../../src/core/model/source.ts';
import { asUser, NOBODY } from '../../support/actors.ts';
import { ACTOR, NEW_SOURCE, openTestDirectory, type TestDirectory } from '../../support/directory.ts';
import { aPng } from '../../support/pictures.ts';

const ROLES = ['owner', 'admin', 'mail-manager', 'user-manager', 'user'] as const;
type Role = (typeof ROLES)[number];

/** Who may: o owner, a admin, m mail-manager, u user-manager, p user (a person). */
const LETTERS: Readonly<Record<string, Role>> = {
  o: 'owner',
  a: 'admin',
  m: 'mail-manager',
  u: 'user-manager',
  p: 'user',
};

const PERMISSION_TABLE: Readonly<Record<string, string>> = {
  self: 'oamup',
  'groups.own': 'oamup',
  'users.read': 'oamu',
  'users.create': 'oamu',
  'users.edit': 'oamu',
  'users.delete': 'oamu',
  'users.password': 'oamu',
  'users.impersonate': 'oa',
  'users.second-factor': 'oa',
  'users.role': 'oa',
  'users.storage': 'oa',
  'groups.read': 'oamu',
  'groups.create': 'oamu',
  'groups.edit': 'oamu',
  'groups.delete': 'oamu',
  'groups.members': 'oamu',
  'organizations.read': 'oa',
  'organizations.create': 'oa',
  'organizations.edit': 'oa',
  'organizations.delete': 'oa',
  'mail.edit': 'oam',
  'applications.read': 'oa',
  'applications.create': 'oa',
  'applications.edit': 'oa',
  'applications.delete': 'oa',
  'sources.read': 'oa',
  'sources.create': 'oa',
  'sources.edit': 'oa',
  'sources.delete': 'oa',
  'sources.sync': 'oa',
  'settings.read': 'oa',
  'settings.edit': 'oa',
  'roles.read': 'oa',
  'roles.edit': 'oa',
  'audit.read': 'oa',
  import: 'oa',
  export: 'oa',
  backup: 'o',
};

interface Context {
  readonly actor: Actor;
  /** A name that nobody has had. */
  readonly fresh: string;
}

type Act = (context: Context) => Promise<unknown>;

let test: TestDirectory;
let source: Source;
const actors = new Map<Role, Actor>();
let serial = 0;

beforeAll(async () => {
  test = await openTestDirectory();
  for (const role of ROLES) {
    await test.directory.users.add(ACTOR, { username: `the-${role}`, role });
    actors.set(role, await asUser(test, `the-${role}`));
  }
  // A second owner, lest the first be the last one.
  await test.directory.users.add(ACTOR, {
    username: 'the-other-owner',
    role: 'owner',
    password: 'correct horse battery',
  });
  await test.directory.groups.add(ACTOR, { name: 'staff' });
  await test.directory.applications.add(ACTOR, { name: 'wiki', password: 'password of wiki' });
  await test.directory.roles.add(ACTOR, { name: 'helpdesk' });
  source = await test.directory.sources.add(ACTOR, NEW_SOURCE);
});

afterAll(() => test.remove());

const newUser = async (name: string) => {
  await test.directory.users.add(ACTOR, { username: name });
  return name;
};
const newGroup = async (name: string) => {
  await test.directory.groups.add(ACTOR, { name });
  return name;
};
const newOrganization = async (slug: string) => {
  await test.directory.organizations.add(ACTOR, { slug, visibility: 'public' });
  return slug;
};
const newAttribute = async (name: string) => {
  await test.directory.attributes.add(ACTOR, { name, subject: 'user', type: 'text' });
  return name;
};
const PAGE = { after: null, limit: 10 };

/** Each act of the core that people ask for: who may do it, and how it is done. */
const ACTS: Readonly<Record<string, readonly [who: string, act: Act]>> = {
  'users.find': [
    'oamu',
    ({ actor }) =>
      test.directory.users.find(actor, { order: 'username', descending: false, after: null, limit: 10 }),
  ],
  'users.byEmail': ['oamu', ({ actor }) => test.directory.users.byEmail(actor, 'jane@example.org')],
  'users.groupsOf': [
    'oamu',
    async ({ actor, fresh }) =>
      test.directory.users.groupsOf(actor, [
        await test.directory.users.byUsername(ACTOR, await newUser(fresh)),
      ]),
  ],
  'users.list': ['oamu', ({ actor }) => test.directory.users.list(actor, PAGE)],
  'users.byUsername': [
    'oamu',
    async ({ actor, fresh }) => test.directory.users.byUsername(actor, await newUser(fresh)),
  ],
  'users.avatar': [
    'oamu',
    async ({ actor, fresh }) => test.directory.users.avatar(actor, await newUser(fresh)),
  ],
  'users.add': ['oamu', ({ actor, fresh }) => test.directory.users.add(actor, { username: fresh })],
  'users.edit': [
    'oamu',
    async ({ actor, fresh }) =>
      test.directory.users.edit(actor, await newUser(fresh), { displayName: 'Jane Doe' }),
  ],
  'users.setEnabled': [
    'oamu',
    async ({ actor, fresh }) => test.directory.users.setEnabled(actor, await newUser(fresh), false),
  ],
  'users.setPassword': [
    'oamu',
    async ({ actor, fresh }) =>
      test.directory.users.setPassword(actor, await newUser(fresh), 'correct horse battery'),
  ],
  'users.setOwnPassword': [
    'oamup',
    ({ actor }) => test.directory.users.setOwnPassword(actor, 'correct horse battery'),
  ],
  'users.delete': [
    'oamu',
    async ({ actor, fresh }) => test.directory.users.delete(actor, await newUser(fresh)),
  ],
  'groups.addMember': [
    'oamu',
    async ({ actor, fresh }) =>
      test.directory.groups.addMember(actor, 'staff', { name: await newUser(fresh), kind: 'user' }),
  ],
  'groups.removeMember': [
    'oamu',
    async ({ actor, fresh }) => {
      await test.directory.groups.addMember(ACTOR, 'staff', { name: await newUser(fresh) });
      return test.directory.groups.removeMember(actor, 'staff', { name: fresh });
    },
  ],
  'groups.find': ['oamu', ({ actor }) => test.directory.groups.find(actor, { ...PAGE, search: 's' })],
  'groups.members': ['oamu', ({ actor }) => test.directory.groups.members(actor, 'staff', PAGE)],
  'groups.withoutMembers': ['oamu', ({ actor }) => test.directory.groups.withoutMembers(actor, 'staff')],
  'groups.copyMembers': [
    'oamu',
    async ({ actor, fresh }) =>
      test.directory.groups.copyMembers(actor, 'staff', await newGroup(fresh), { ownersOnly: false }),
  ],
  'groups.list': ['oamu', ({ actor }) => test.directory.groups.list(actor, PAGE)],
  'groups.byName': ['oamu', ({ actor }) => test.directory.groups.byName(actor, 'staff')],
  'groups.add': ['oamu', ({ actor, fresh }) => test.directory.groups.add(actor, { name: fresh })],
  'groups.edit': [
    'oamu',
    ({ actor }) => test.directory.groups.edit(actor, 'staff', { description: 'All of us' }),
  ],
  'groups.edit its address': [
    'oam',
    ({ actor, fresh }) => test.directory.groups.edit(actor, 'staff', { email: `${fresh}@example.org` }),
  ],
  'groups.delete': [
    'oamu',
    async ({ actor, fresh }) => test.directory.groups.delete(actor, await newGroup(fresh)),
  ],
  'organizations.find': [
    'oamup',
    ({ actor }) => test.directory.organizations.find(actor, { ...PAGE, search: 's' }),
  ],
  'organizations.bySlug a public one': [
    'oamup',
    async ({ actor, fresh }) => test.directory.organizations.bySlug(actor, await newOrganization(fresh)),
  ],
  'organizations.ofUser': [
    'oamu',
    async ({ actor, fresh }) => test.directory.organizations.ofUser(actor, await newUser(fresh)),
  ],
  'organizations.members': [
    'oa',
    async ({ actor, fresh }) =>
      test.directory.organizations.members(actor, await newOrganization(fresh), PAGE),
  ],
  'organizations.addMember': [
    'oa',
    async ({ actor, fresh }) =>
      test.directory.organizations.addMember(actor, await newOrganization(fresh), {
        name: await newUser(fresh),
        kind: 'user',
      }),
  ],
  'organizations.removeMember': [
    'oa',
    async ({ actor, fresh }) => {
      const member = { name: await newUser(fresh), kind: 'user' as const };
      await test.directory.organizations.addMember(ACTOR, await newOrganization(fresh), member);
      return test.directory.organizations.removeMember(actor, fresh, member);
    },
  ],
  'organizations.add': ['oa', ({ actor, fresh }) => test.directory.organizations.add(actor, { slug: fresh })],
  'organizations.edit': [
    'oa',
    async ({ actor, fresh }) =>
      test.directory.organizations.edit(actor, await newOrganization(fresh), { name: 'Acme Inc.' }),
  ],
  'organizations.delete': [
    'oa',
    async ({ actor, fresh }) => {
      const uses = { members: 0, groups: 0, applications: 0 };
      return test.directory.organizations.delete(actor, await newOrganization(fresh), uses);
    },
  ],
  'attributes.list': ['oamup', ({ actor }) => test.directory.attributes.list(actor)],
  'attributes.byName': [
    'oa',
    async ({ actor, fresh }) => test.directory.attributes.byName(actor, await newAttribute(fresh)),
  ],
  'attributes.add': [
    'oa',
    ({ actor, fresh }) =>
      test.directory.attributes.add(actor, { name: fresh, subject: 'group', type: 'integer' }),
  ],
  'attributes.edit': [
    'oa',
    async ({ actor, fresh }) =>
      test.directory.attributes.edit(actor, await newAttribute(fresh), { description: 'x' }),
  ],
  'attributes.delete': [
    'oa',
    async ({ actor, fresh }) => test.directory.attributes.delete(actor, await newAttribute(fresh), 0),
  ],
  'attributes.ofUser': [
    'oamu',
    async ({ actor, fresh }) => test.directory.attributes.ofUser(actor, await newUser(fresh)),
  ],
  'attributes.ofGroup': ['oamu', ({ actor }) => test.directory.attributes.ofGroup(actor, 'staff')],
  'attributes.image': [
    'oamu',
    async ({ actor, fresh }) => {
      await test.directory.attributes.add(ACTOR, { name: fresh, subject: 'user', type: 'image' });
      await test.directory.users.add(ACTOR, { username: fresh, attributes: { [fresh]: [aPng()] } });
      return test.directory.attributes.image(actor, 'user', fresh, fresh);
    },
  ],
  'quotas.of': ['oamu', async ({ actor, fresh }) => test.directory.quotas.of(actor, await newUser(fresh))],
  'quotas.report': [
    'oa',
    async ({ actor, fresh }) => test.directory.quotas.report(actor, await newUser(fresh), 'wiki', 1),
  ],
  'nesting.groupsThrough': [
    'oamu',
    async ({ actor, fresh }) =>
      test.directory.nesting.groupsThrough(
        actor,
        await test.directory.users.byUsername(ACTOR, await newUser(fresh)),
      ),
  ],
  'nesting.people': ['oamu', ({ actor }) => test.directory.nesting.people(actor, 'staff', PAGE)],
  'applications.list': ['oa', ({ actor }) => test.directory.applications.list(actor)],
  'applications.groupNames': [
    'oa',
    ({ actor }) => test.directory.applications.groupNames(actor, { groups: [] }),
  ],
  'applications.byName': ['oa', ({ actor }) => test.directory.applications.byName(actor, 'wiki')],
  'applications.add': [
    'oa',
    ({ actor, fresh }) => test.directory.applications.add(actor, { name: fresh, password: 'password of it' }),
  ],
  'applications.edit': [
    'oa',
    ({ actor }) => test.directory.applications.edit(actor, 'wiki', { description: 'Pages' }),
  ],
  'applications.setPassword': [
    'oa',
    ({ actor }) => test.directory.applications.setPassword(actor, 'wiki', 'another password'),
  ],
  'applications.delete': [
    'oa',
    async ({ actor, fresh }) => {
      await test.directory.applications.add(ACTOR, { name: fresh, password: 'password of it' });
      return test.directory.applications.delete(actor, fresh);
    },
  ],
  'sources.add': [
    'oa',
    ({ actor, fresh }) => test.directory.sources.add(actor, { ...NEW_SOURCE, name: fresh }),
  ],
  'sources.edit': ['oa', ({ actor }) => test.directory.sources.edit(actor, 'corp', { filter: '(uid=*)' })],
  'sources.setEnabled': ['oa', ({ actor }) => test.directory.sources.setEnabled(actor, 'corp', true)],
  'sources.delete': [
    'oa',
    async ({ actor, fresh }) => {
      await test.directory.sources.add(ACTOR, { ...NEW_SOURCE, name: fresh });
      return test.directory.sources.delete(actor, fresh, { keepImports: false });
    },
  ],
  'syncRuns.begin': [
    'oa',
    async ({ actor }) => {
      const { id } = await test.directory.syncRuns.begin(actor, source);
      const end = { state: 'failed', reason: 'A test.', counters: (await run(id)).counters } as const;
      return test.directory.syncRuns.finish(id, { ...end, problems: [] });
    },
  ],
  'syncRuns.cancel': [
    'oa',
    async ({ actor }) => {
      const { id, counters } = await test.directory.syncRuns.begin(ACTOR, source);
      try {
        return await test.directory.syncRuns.cancel(actor, id);
      } finally {
        await test.directory.syncRuns.finish(id, {
          state: 'failed',
          reason: 'A test.',
          counters,
          problems: [],
        });
      }
    },
  ],
  'settings.seed': [
    'oa',
    ({ actor }) =>
      test.directory.settings.seed(actor, {
        settings: { allow: [], bindPasswordHash: 'hash' },
        owner: { username: 'admin', passwordHash: 'hash' },
      }),
  ],
  'settings.change': ['oa', ({ actor }) => test.directory.settings.change(actor, { passwordModify: false })],
  'authority.current': ['oa', ({ actor }) => test.directory.authority.current(actor)],
  'authority.set': [
    'oa',
    async ({ actor }) => {
      await test.directory.authority.set(actor, { url: 'https://login.example.com/' });
      await test.directory.authority.remove(ACTOR);
    },
  ],
  'authority.remove': ['oa', ({ actor }) => test.directory.authority.remove(actor)],
  'openId.show': ['oa', ({ actor }) => test.directory.openId.show(actor)],
  'openId.change': [
    'oa',
    ({ actor }) =>
      test.directory.openId.change(actor, {
        ...{ issuer: 'https://login.example.com', clientId: 'roster', clientSecret: 'secret of the client' },
        roles: { admins: 'admin' },
      }),
  ],
  'openId.remove': ['oa', ({ actor }) => test.directory.openId.remove(actor)],
  'openId.forget': [
    'oamu',
    async ({ actor, fresh }) => test.directory.openId.forget(actor, await newUser(fresh)),
  ],
  'links.link': [
    'oa',
    async ({ actor, fresh }) =>
      test.directory.links.link(actor, await newUser(fresh), source, {
        externalId: fresh,
        dn: `uid=${fresh}`,
      }),
  ],
  'links.unlink': [
    'oa',
    async ({ actor, fresh }) => {
      const entry = { externalId: fresh, dn: `uid=${fresh}` };
      await test.directory.links.link(ACTOR, await newUser(fresh), source, entry);
      return test.directory.links.unlink(actor, fresh, null);
    },
  ],
  'roles.list': ['oa', ({ actor }) => test.directory.roles.list(actor)],
  'roles.byName': ['oa', ({ actor }) => test.directory.roles.byName(actor, 'helpdesk')],
  'roles.add': ['oa', ({ actor, fresh }) => test.directory.roles.add(actor, { name: fresh })],
  'roles.edit': ['oa', ({ actor }) => test.directory.roles.edit(actor, 'helpdesk', { rank: 7 })],
  'roles.delete': [
    'oa',
    async ({ actor, fresh }) => {
      await test.directory.roles.add(ACTOR, { name: fresh });
      return test.directory.roles.delete(actor, fresh);
    },
  ],
  'roles.grantsOf': ['oamu', ({ actor }) => test.directory.roles.grantsOf(actor, 'the-user')],
  'roles.setGrant': [
    'oa',
    async ({ actor, fresh }) =>
      test.directory.roles.setGrant(actor, await newUser(fresh), 'users.read', true),
  ],
  'sessions.list': ['oamup', ({ actor }) => test.directory.sessions.list(actor)],
  'sessions.end': [
    'oamup',
    async ({ actor }) => {
      const userId = actor.authority.userId ?? (await owner()).id;
      const started = { userId, kind: 'page', address: null, userAgent: '' } as const;
      const { session } = await test.directory.sessions.start(started);
      return test.directory.sessions.end(actor, session.id);
    },
  ],
  'sessions.endAll': [
    'oamu',
    async ({ actor, fresh }) => test.directory.sessions.endAll(actor, await newUser(fresh)),
  ],
  'tokens.add': [
    'oamup',
    ({ actor, fresh }) => test.directory.tokens.add(actor, { name: fresh, permissions: ['self'], days: 1 }),
  ],
  'tokens.list': ['oamup', ({ actor }) => test.directory.tokens.list(actor)],
  'tokens.revoke': [
    'oamup',
    async ({ actor, fresh }) => {
      await test.directory.tokens.add(actor, { name: fresh, permissions: ['self'], days: 1 });
      return test.directory.tokens.revoke(actor, fresh);
    },
  ],
  'audit.list': ['oa', ({ actor }) => test.directory.audit.list(actor, { limit: 10 })],
};

/** What Roster's own parts do for nobody; where people ask for it, their door asks for a permission. */
const UNASKED = [
  // Tells only what the one who asks may do, of a user whom the door has read.
  'users.isBelow',
  'signIns.throttled',
  ...['sources.list', 'sources.find', 'sources.byId', 'sources.check', 'sources.access'],
  'sources.reschedule',
  ...['syncRuns.byId', 'syncRuns.list', 'syncRuns.items', 'syncRuns.plannedRemovals'],
  ...['syncRuns.progress', 'syncRuns.finish', 'syncRuns.abortDead'],
  'settings.current',
  ...['authority.managedAt', 'authority.access', 'externalPeople.admit'],
  ...['openId.label', 'openId.client', 'openId.admit'],
  ...['sessions.start', 'sessions.resolve', 'sessions.byId', 'sessions.rotate', 'tokens.resolve'],
  ...['imports.usersOf', 'imports.stateOf', 'imports.takenByOthers', 'imports.apply', 'newcomers.admit'],
  ...['imports.digestsOf', 'imports.keepDigests', 'imports.identitiesOf'],
  ...['imports.groupsWithMembers', 'imports.countMemberships'],
];

async function run(id: string) {
  return test.directory.syncRuns.byId(id);
}

async function owner() {
  return test.directory.users.byUsername(ACTOR, 'the-owner');
}

function actorOf(role: Role): Actor {
  const actor = actors.get(role);
  if (actor === undefined) throw new Error(`There is no actor of the role ${role}.`);
  return actor;
}

/** 'forbidden', or 'may'; any other failure is one of the test. */
async function outcomeOf(act: Act, actor: Actor): Promise<string> {
  serial += 1;
  try {
    await act({ actor, fresh: `name-${serial}` });
    return 'may';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'forbidden') return 'forbidden';
    throw error;
  }
}

describe('the table of permissions', () => {
  it('gives each built-in role what is expected of it, and no permission is missing here', () => {
    expect(PERMISSION_NAMES.toSorted()).toEqual(Object.keys(PERMISSION_TABLE).toSorted());
    for (const [letter, role] of Object.entries(LETTERS)) {
      const expected = PERMISSION_NAMES.filter((name) => PERMISSION_TABLE[name]?.includes(letter));
      expect([...BUILT_IN_ROLES[role].permissions].toSorted(), role).toEqual(expected.toSorted());
    }
  });
});

describe('docs/access.md', () => {
  it('shows this table', async () => {
    const file = join(import.meta.dirname, '..', '..', '..', 'docs', 'access.md');
    const cells = (line: string) => line.split('|').map((cell) => cell.trim());
    const rows = (await readFile(file, 'utf8')).split('\n').filter((line) => /^\| `/.test(line));
    const shown = rows.map((row) => {
      const [, name = '', lets, ...marks] = cells(row);
      return [
        name.slice(1, -1),
        lets,
        Object.keys(LETTERS)
          .filter((_, index) => marks[index] === 'x')
          .join(''),
      ];
    });
    expect(shown).toEqual(
      Object.entries(PERMISSIONS).map(([name, lets]) => [name, lets, PERMISSION_TABLE[name]]),
    );
  });
});

describe('each act of the core', () => {
  it('has a row in the table, or is none that people ask for', () => {
    const functions = Object.entries(test.directory).flatMap(([port, calls]) =>
      Object.keys(calls).map((call) => `${port}.${call}`),
    );
    const rows = new Set([...Object.keys(ACTS).map((name) => name.split(' ')[0] ?? ''), ...UNASKED]);
    expect([...rows].toSorted()).toEqual(functions.toSorted());
  });

  it.each(Object.entries(ACTS))(
    '%s is done for those who may, and for nobody else',
    async (_name, [who, act]) => {
      for (const [letter, role] of Object.entries(LETTERS)) {
        const expected = who.includes(letter) ? 'may' : 'forbidden';
        expect(await outcomeOf(act, actorOf(role)), role).toBe(expected);
      }
      expect(await outcomeOf(act, NOBODY), 'nobody').toBe('forbidden');
    },
  );
});

describe('acting on somebody', () => {
  /** On whom each role may act. */
  const ON: Readonly<Record<Role, string>> = {
    owner: 'oamup',
    admin: 'mup',
    'mail-manager': 'up',
    'user-manager': 'p',
    user: '',
  };

  it.each(ROLES)('%s changes, disables, deletes and gives passwords to those below alone', async (role) => {
    for (const [letter, theirs] of Object.entries(LETTERS)) {
      const { users, sessions } = test.directory;
      const acts: readonly Act[] = [
        ({ actor, fresh }) => users.edit(actor, fresh, { givenName: 'Jane' }),
        ({ actor, fresh }) => users.setPassword(actor, fresh, 'correct horse battery'),
        ({ actor, fresh }) => sessions.endAll(actor, fresh),
        ({ actor, fresh }) => users.setEnabled(actor, fresh, false),
        ({ actor, fresh }) => users.delete(actor, fresh),
      ];
      for (const act of acts) {
        const prepared: Act = async (context) => {
          await users.add(ACTOR, { username: context.fresh, role: theirs });
          return act(context);
        };
        const expected = ON[role].includes(letter) ? 'may' : 'forbidden';
        expect(await outcomeOf(prepared, actorOf(role)), `on ${theirs}`).toBe(expected);
      }
    }
  });
});

describe('giving a role', () => {
  /** Which roles each role may give, to a new user or to one of the role user. */
  const GIVES: Readonly<Record<Role, string>> = {
    owner: 'oamup',
    admin: 'amup',
    'mail-manager': 'p',
    'user-manager': 'p',
    user: '',
  };

  it.each(ROLES)('%s makes users of the roles up to the own, if at all', async (role) => {
    for (const [letter, given] of Object.entries(LETTERS)) {
      const { users } = test.directory;
      const add: Act = ({ actor, fresh }) => users.add(actor, { username: fresh, role: given });
      const edit: Act = async ({ actor, fresh }) => users.edit(actor, await newUser(fresh), { role: given });
      const expected = GIVES[role].includes(letter) ? 'may' : 'forbidden';
      expect(await outcomeOf(add, actorOf(role)), `adding a ${given}`).toBe(expected);
      // Managers change no roles, not even to what it is.
      const changes = ['owner', 'admin'].includes(role) ? expected : 'forbidden';
      expect(await outcomeOf(edit, actorOf(role)), `making a ${given}`).toBe(changes);
    }
  });
});
