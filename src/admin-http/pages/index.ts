/** All pages, and the ways between them. */

import type { Permission } from '../../core/access/permissions.ts';
import type { Accounts } from '../../core/accounts/accounts.ts';
import type { Directory } from '../../core/directory/directory.ts';
import type { Way } from '../views/frame.tsx';
import { attributeImagePages } from './attribute-values.tsx';
import { attributePages } from './attributes.tsx';
import { auditPages } from './audit.tsx';
import { groupPages } from './group.tsx';
import { groupListPages } from './groups.tsx';
import { type MePagesDependencies, mePages } from './me.tsx';
import { myAppPasswordsPages } from './my-app-passwords.tsx';
import { mySecondFactorPages, SECOND_FACTOR } from './my-second-factor.tsx';
import { mySessionsPages } from './my-sessions.tsx';
import { type OpenIdPagesPort, openIdSettingsPages } from './openid-settings.tsx';
import type { OpenIdSignInPort } from './openid-sign-in.tsx';
import { organizationPages } from './organizations.tsx';
import { may, type Page, type PublicPage, type Visitor } from './page.ts';
import { passwordLinkPages } from './password-links.tsx';
import { rolePages } from './roles.tsx';
import { SERVER_WAYS, serverPages } from './server/index.ts';
import { overviewPages } from './server/overview.tsx';
import type { ServerPagesDependencies } from './server/port.ts';
import type { TransferPort } from './server/transfer.tsx';
import { type SignInPort, signInPages } from './sign-in.tsx';
import { type SourcePagesPort, sourcePages } from './sources/index.ts';
import { userPages } from './user.tsx';
import { userAccessPages } from './user-access.tsx';
import { userActPages } from './user-acts.tsx';
import { userEditPages } from './user-edit.tsx';
import { userPermissionsPages } from './user-permissions.tsx';
import { userListPages } from './users.tsx';

export interface PagesDependencies
  extends Pick<MePagesDependencies, 'changeOwnPassword' | 'proveOwnPassword'>,
    Omit<SourcePagesPort, 'sources' | 'syncRuns'> {
  readonly directory: Directory;
  readonly accounts: Accounts;
  readonly signIn: SignInPort;
  readonly openIdSignIn: OpenIdSignInPort;
  readonly openIdCallback: OpenIdPagesPort['openIdCallback'];
  readonly transfer: TransferPort;
  readonly server: Omit<ServerPagesDependencies, keyof Directory | 'clock'>;
}

export interface Pages {
  readonly pages: readonly Page[];
  readonly publicPages: readonly PublicPage[];
  readonly waysOf: (visitor: Visitor) => readonly Way[];
}

/** In the order of the navigation, each with what one must be permitted to see it. */
const WAYS: readonly (Way & { readonly permission: Permission })[] = [
  { path: '/', title: 'Overview', permission: 'settings.read' },
  { path: '/users', title: 'Users', permission: 'users.read' },
  { path: '/groups', title: 'Groups', permission: 'groups.read' },
  { path: '/organizations', title: 'Organizations', permission: 'organizations.read' },
  { path: '/roles', title: 'Roles', permission: 'roles.read' },
  { path: '/sources', title: 'External directories', permission: 'sources.read' },
  ...SERVER_WAYS,
  { path: '/audit', title: 'Audit', permission: 'audit.read' },
];

/** Those of narrower paths stand before those with parameters: the first that fits is shown. */
export function createPages(dependencies: PagesDependencies): Pages {
  const { directory, accounts, signIn, changeOwnPassword, proveOwnPassword } = dependencies;
  const server = {
    ...directory,
    ...dependencies.server,
    ...dependencies.transfer,
    clock: dependencies.clock,
  };
  const signing = signInPages(signIn, dependencies.openIdSignIn);
  return {
    pages: [
      ...overviewPages(server, firstWay),
      ...signing.pages,
      ...userListPages(directory),
      ...userEditPages({ ...directory, proveOwnPassword }),
      ...userPages(directory),
      ...userActPages(directory),
      ...userPermissionsPages(directory),
      ...userAccessPages({ ...directory, accounts }),
      ...groupListPages(directory),
      ...groupPages(directory),
      ...organizationPages(directory),
      ...attributePages(directory),
      ...attributeImagePages(directory),
      ...rolePages(directory),
      ...sourcePages({ ...dependencies, ...directory }),
      ...mePages({ ...directory, changeOwnPassword, proveOwnPassword }),
      ...mySessionsPages(directory),
      ...mySecondFactorPages(accounts.secondFactors),
      ...myAppPasswordsPages(accounts.appPasswords),
      ...auditPages(directory.audit),
      ...serverPages(server),
      ...openIdSettingsPages({ ...directory, ...dependencies }),
    ],
    publicPages: [...signing.publicPages, ...passwordLinkPages(accounts.passwordLinks)],
    waysOf,
  };
}

function waysOf({ actor }: Visitor): readonly Way[] {
  return WAYS.filter(({ permission }) => actor.authority.permissions.has(permission));
}

/** Where one comes to who may not see the overview; who must set up a second factor first may do nothing else. */
function firstWay(visitor: Visitor): string {
  if (!may(visitor, 'self')) return SECOND_FACTOR;
  return waysOf(visitor).find(({ path }) => path !== '/')?.path ?? '/me';
}
