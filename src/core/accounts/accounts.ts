/** What people and administrators do with accounts beside editing them: second factors, app passwords, links, impersonation. */
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
