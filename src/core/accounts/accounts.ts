/** What people and administrators do with accounts beside editing them: second factors, app passwords, links, impersonation. */

import type { WhileManagedHere } from '../directory/management.ts';
import { type AppPasswords, type AppPasswordsDependencies, createAppPasswords } from './app-passwords.ts';
import { createImpersonation, type Impersonation } from './impersonation.ts';
import { createPasswordLinks, type PasswordLinks, type PasswordLinksDependencies } from './password-links.ts';
import { createSecondFactors, type SecondFactors, type SecondFactorsDependencies } from './second-factors.ts';

export interface Accounts {
  readonly secondFactors: SecondFactors;
  readonly appPasswords: AppPasswords;
  readonly passwordLinks: PasswordLinks;
  readonly impersonation: Impersonation;
}

export type AccountsDependencies = SecondFactorsDependencies &
  PasswordLinksDependencies &
  AppPasswordsDependencies;

export function createAccounts(dependencies: AccountsDependencies): Accounts {
  return {
    secondFactors: createSecondFactors(dependencies),
    appPasswords: createAppPasswords(dependencies),
    passwordLinks: createPasswordLinks(dependencies),
    impersonation: createImpersonation(dependencies),
  };
}

/** Without what manages others or makes passwords here, while an external authority does. */
export function managedAccounts(accounts: Accounts, whileManagedHere: WhileManagedHere): Accounts {
  const { passwordLinks, impersonation } = accounts;
  return {
    ...accounts,
    passwordLinks: {
      ...passwordLinks,
      give: whileManagedHere(passwordLinks.give),
      invite: whileManagedHere(passwordLinks.invite),
      redeem: whileManagedHere(passwordLinks.redeem),
      ask(nameOrEmail, address) {
        // In the background, and silent: who asks is told the same in any case.
        whileManagedHere(async () => passwordLinks.ask(nameOrEmail, address))().catch(() => undefined);
      },
    },
    impersonation: { ...impersonation, begin: whileManagedHere(impersonation.begin) },
  };
}
