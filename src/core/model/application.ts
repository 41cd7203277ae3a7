/** An application: a service account by which one external program reads a part of the directory and signs people in. */

/**
 * Of the second factor over LDAP. ignore: it is not looked at. when-given: what is given must be right. required: whoever
 * signs in gives it, or an app password.
 */
export type SecondFactorRule = (typeof SECOND_FACTOR_RULES)[number];
/** The strictest last. */
export const SECOND_FACTOR_RULES = ['ignore', 'when-given', 'required'] as const;
export const DEFAULT_SECOND_FACTOR_RULE: SecondFactorRule = 'when-given';

export interface Application {
  /** UUID; never changes, served as entryUUID. */
  readonly id: string;
  /** Unique, lower-case; see names.ts. */
  readonly name: string;
  readonly description: string;
  /** bcrypt. */
  readonly passwordHash: string;
  /**
   * Addresses and CIDR ranges from which it may bind; empty: from wherever the general allow-list lets connections in.
   * Where it is not empty, who signs in from there signs in through this application.
   */
  readonly allow: readonly string[];
  /** Sees everybody; `groups` says nothing then. */
  readonly everyone: boolean;
  /** Ids of the groups whose members, nested ones too, it sees and signs in; those that are gone show nobody. */
  readonly groups: readonly string[];
  readonly secondFactor: SecondFactorRule;
  readonly enabled: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Applications in one directory: all of them are in memory and looked through at a sign-in. */
export const APPLICATIONS_MAX = 1000;
export const APPLICATION_GROUPS_MAX = 1000;
export const APPLICATION_ALLOW_MAX = 100;
