/** Every page with an address at which it shows something, for checks and screenshots of all of them. */
import type { Clock } from '../../src/core/clock.ts';
import { NO_COUNTERS } from '../../src/core/model/sync-run.ts';
import { ACTOR, NEW_SOURCE, type TestDirectory } from './directory.ts';
import { aJpeg } from './pictures.ts';
import { aSyncItem, aSyncRun } from './rows.ts';

/** By the path of the page, as it is declared: where it is looked at; ':link' stands for the secret of a link. */
export const EVERY_PAGE: Readonly<Record<string, string>> = {
  '/sign-in': '/sign-in',
  '/forgotten': '/forgotten',
  '/password/:secret': '/password/:link',
  '/users': '/users',
  '/users/new': '/users/new',
  '/users/:username': '/users/jdoe',
  '/users/:username/edit': '/users/jdoe/edit',
  '/users/:username/password': '/users/jdoe/password',
  '/users/:username/delete': '/users/jdoe/delete',
  '/users/:username/permissions': '/users/jdoe/permissions',
  '/users/:username/access': '/users/jdoe/access',
  '/groups': '/groups',
  '/groups/new': '/groups/new',
  '/groups/:name': '/groups/staff',
  '/groups/:name/people': '/groups/everybody/people',
  '/groups/:name/edit': '/groups/staff/edit',
  '/groups/:name/delete': '/groups/staff/delete',
  '/organizations': '/organizations',
  '/organizations/new': '/organizations/new',
  '/organizations/:slug': '/organizations/example',
  '/organizations/:slug/edit': '/organizations/example/edit',
  '/organizations/:slug/delete': '/organizations/example/delete',
  '/attributes': '/attributes',
  '/attributes/new': '/attributes/new',
  '/attributes/:name/edit': '/attributes/costCentre/edit',
  '/attributes/:name/delete': '/attributes/costCentre/delete',
  '/roles': '/roles',
  '/roles/new': '/roles/new',
  '/roles/:name': '/roles/helpdesk',
  '/roles/:name/edit': '/roles/helpdesk/edit',
  '/sources': '/sources',
  '/sources/new': '/sources/new',
  '/sources/:name': '/sources/corp',
  '/sources/:name/edit': '/sources/corp/edit',
  '/sources/:name/delete': '/sources/corp/delete',
  '/sources/:name/test': '/sources/corp/test',
  '/sources/:name/preview': '/sources/corp/preview',
  '/sources/:name/runs/:run': '/sources/corp/runs/paused-run',
  '/me': '/me',
  '/me/edit': '/me/edit',
  '/me/password': '/me/password',
  '/me/sessions': '/me/sessions',
  '/me/tokens': '/me/tokens',
  '/me/second-factor': '/me/second-factor',
  '/me/app-passwords': '/me/app-passwords',
  '/': '/',
  '/applications': '/applications',
  '/applications/new': '/applications/new',
  '/applications/:name': '/applications/wiki',
  '/applications/:name/edit': '/applications/wiki/edit',
  '/applications/:name/password': '/applications/wiki/password',
  '/applications/:name/delete': '/applications/wiki/delete',
  '/ldap': '/ldap',
  '/ldap/allow': '/ldap/allow',
  '/ldap/certificate': '/ldap/certificate',
  '/ldap/password': '/ldap/password',
  '/ldap/off': '/ldap/off',
  '/ldap/try': '/ldap/try',
  '/ldap/recipes': '/ldap/recipes',
  '/ldap/recipes/:name': '/ldap/recipes/nextcloud',
  '/activity': '/activity',
  '/settings': '/settings',
  '/settings/openid-connect': '/settings/openid-connect',
  '/settings/authority': '/settings/authority',
  '/transfer': '/transfer',
  '/audit': '/audit',
};

/** Of these, what strangers see too. */
export const PUBLIC_PAGES: readonly string[] = ['/sign-in', '/forgotten', '/password/:link'];

/** Addresses that only lead elsewhere, or answer with what is no page. */
export const NO_PAGES: readonly string[] = [
  '/activity/events',
  '/sign-in/openid',
  '/sign-in/openid/callback',
  '/transfer/export',
  '/ldap/certificate/authority',
  '/users/:username/avatar',
  '/users/:holder/attributes/:name/image',
  '/groups/:holder/attributes/:name/image',
  '/sources/schedule',
  '/sources/:name/runs/:run/events',
];

type Opened = Pick<TestDirectory, 'directory' | 'store'> & { readonly clock: Clock };

/** A directory in which each of these pages has something to show. */
export async function populate(opened: Opened): Promise<void> {
  const { directory } = opened;
  const { users, groups, roles, applications } = directory;
  await users.add(ACTOR, {
    username: 'jdoe',
    displayName: 'Jane Doe',
    email: 'jane.doe@example.org',
    title: 'Engineer',
    phone: '+41 44 123 45 67',
    avatar: aJpeg(),
  });
  for (let number = 1; number <= 60; number++) {
    const username = `person-${String(number).padStart(2, '0')}`;
    await users.add(ACTOR, { username, email: `${username}@example.org`, displayName: `Person ${number}` });
  }
  await users.setEnabled(ACTOR, 'person-07', false);
  await groups.add(ACTOR, { name: 'staff', displayName: 'Staff', description: 'Those who work here' });
  await groups.add(ACTOR, { name: 'everybody' });
  await groups.addMember(ACTOR, 'staff', { name: 'jdoe', owner: true });
  await groups.addMember(ACTOR, 'staff', { name: 'person-01' });
  await groups.addMember(ACTOR, 'everybody', { name: 'staff' });
  await applications.add(ACTOR, {
    ...{
      name: 'wiki',
      description: 'The encyclopaedia',
      password: 'seven wild geese over Bern',
      groups: ['staff'],
    },
    allow: ['192.0.2.7', '2001:db8::/32'],
  });
  await directory.organizations.add(ACTOR, { slug: 'example', name: 'Example', visibility: 'public' });
  await directory.organizations.addMember(ACTOR, 'example', { name: 'jdoe', owner: true });
  await populateAttributes(opened);
  await roles.add(ACTOR, { name: 'helpdesk', rank: 50, permissions: ['users.read', 'users.password'] });
  await populateSources(opened);
}

/** Of each type one, with values, and storage that is taken. */
async function populateAttributes({
  directory: { attributes, users, quotas },
}: Pick<TestDirectory, 'directory'>): Promise<void> {
  const subject = 'user';
  await attributes.add(ACTOR, {
    subject,
    name: 'costCentre',
    type: 'text',
    description: 'For the accounts.',
  });
  await attributes.add(ACTOR, { subject, name: 'carPlates', type: 'text', several: true, writers: 'self' });
  await attributes.add(ACTOR, { subject, name: 'worksRemotely', type: 'boolean' });
  await attributes.add(ACTOR, { subject, name: 'badge', type: 'image' });
  await attributes.add(ACTOR, { subject: 'group', name: 'mailingList', type: 'text' });
  await users.edit(ACTOR, 'jdoe', {
    attributes: { costCentre: ['4711'], carPlates: ['ZH 12345', 'BE 6789'], badge: [aJpeg()] },
    metadata: { maxStorageMB: '500' },
  });
  await quotas.report(ACTOR, 'jdoe', 'wiki', 120);
}

/** A source whose last run waits to be confirmed. */
async function populateSources({ directory, store, clock }: Opened): Promise<void> {
  const source = await directory.sources.add(ACTOR, { ...NEW_SOURCE, schedule: '30 2 * * *' });
  const earlier = aSyncRun(source, {
    state: 'succeeded',
    reason: 'Imported 2 users.',
    startedAt: new Date(clock.now().getTime() - 60_000),
    finishedAt: clock.now(),
  });
  const paused = aSyncRun(source, {
    id: 'paused-run',
    state: 'paused',
    reason: 'This sync would suspend 12 of 40 users: check that the source is complete; nothing was changed.',
    counters: { ...NO_COUNTERS, usersSeen: 28, usersDisabled: 12, problems: 1 },
    problems: [
      {
        dn: 'uid=jdoe,ou=people,dc=example,dc=org',
        reason:
          'The username "jdoe" is taken by somebody else here, so the entry was not imported: rename one of the two, or link them if they are one person (roster users link).',
        takenUsername: 'jdoe',
      },
    ],
    startedAt: clock.now(),
    finishedAt: clock.now(),
  });
  const items = Array.from({ length: 60 }, (_, index) =>
    aSyncItem({ name: `gone-${index}`, action: 'suspend' }),
  );
  await store.write(async (transaction) => {
    await transaction.insertSyncRun(earlier);
    await transaction.insertSyncRun(paused);
    await transaction.appendSyncItems(paused.id, items);
  });
}
