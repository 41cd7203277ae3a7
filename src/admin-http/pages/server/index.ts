/** The pages of the server itself, and the ways to them. */
import type { Permission } from '../../../core/access/permissions.ts';
import type { Way } from '../../views/frame.tsx';
import type { Page } from '../page.ts';
import { activityPages } from './activity.tsx';
import { allowListPages } from './allow-list.tsx';
import { APPLICATIONS_PATH, applicationPages } from './application.tsx';
import { applicationListPages } from './applications.tsx';
import { authorityPages } from './authority.tsx';
import { certificatePages } from './certificate.tsx';
import { LDAP_PATH, ldapPages } from './ldap.tsx';
import type { ServerPagesDependencies } from './port.ts';
import { recipePages } from './recipe-pages.tsx';
import { settingsPages } from './settings.tsx';
import { type TransferPort, transferPages } from './transfer.tsx';
import { tryPages } from './try.tsx';

export function serverPages(port: ServerPagesDependencies & TransferPort): readonly Page[] {
  return [
    ...applicationListPages(port),
    ...applicationPages(port),
    ...ldapPages(port),
    ...allowListPages(port),
    ...certificatePages(port.ldap),
    ...tryPages(port),
    ...recipePages(port.ldap),
    ...activityPages(port.activity),
    ...transferPages(port),
    ...settingsPages(port),
    ...authorityPages(port.authority),
  ];
}

/** See WAYS of all pages. */
export const SERVER_WAYS: readonly (Way & { readonly permission: Permission })[] = [
  { path: APPLICATIONS_PATH, title: 'Applications', permission: 'applications.read' },
  { path: LDAP_PATH, title: 'Directory server', permission: 'settings.read' },
  { path: '/activity', title: 'Activity', permission: 'audit.read' },
  { path: '/transfer', title: 'Import and export', permission: 'import' },
  { path: '/settings', title: 'Settings', permission: 'settings.read' },
];
