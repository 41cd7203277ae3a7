/** An organization: a group that stands for a body of people, and that may be shown to everybody who signs in. */

/** public: every signed-in user sees that it is there; private: its members, and who may see all organizations. */
export type Visibility = 'public' | 'private';

/** What is lost with an organization, beside itself. */
export interface OrganizationUses {
  /** Users and groups directly in it. */
  readonly members: number;
  /** Groups that it is directly in. */
  readonly groups: number;
  /** Applications that see it and let its members in. */
  readonly applications: number;
}
