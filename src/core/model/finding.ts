/** What an examination of an installation found. */

export const SUBJECTS = [
  'configuration',
  'data directory',
  'certificate',
  'port',
  'database',
  'allow-list',
  'source',
  'authority',
] as const;

export interface Finding {
  readonly subject: (typeof SUBJECTS)[number];
  /** wrong: something does not work; warning: it works, and may not be what its operator wants. */
  readonly state: 'well' | 'warning' | 'wrong';
  /** One sentence: what is there, or what to mend. */
  readonly sentence: string;
}
