/** What `npm run bench` can be told. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Pace } from './measure.ts';
import type { Size } from './population.ts';

export interface Options {
  readonly size: Size;
  /** People who sign in again and again. */
  readonly people: number;
  readonly pace: Pace;
  /** How often Roster is started, and how many changes are followed. */
  readonly starts: number;
  readonly changes: number;
  readonly crowdedMs: number;
  /** Names of rows; empty: all. */
  readonly only: readonly string[];
  readonly saveDocs: boolean;
  /** Processes of Roster that serve LDAPS. */
  readonly workers: number;
  /** Follows the growth of Roster alone, with these sizes, instead of comparing. */
  readonly growth: boolean;
  readonly growthSizes: readonly Size[];
  /** Profiles each work into this folder instead of comparing; null: compares. */
  readonly profileDir: string | null;
}

const ROWS = [
  ...['uid', 'uid-16', 'few', 'substring', 'member', 'member-of', 'listing', 'pages', 'binds', 'visits'],
  ...['visible', 'crowded', 'start-up'],
];

export const USAGE = `npm run bench -- [options]

  --quick          10,000 users and short rounds: about a minute
  --users N        100,000 unless told
  --groups N       1,000
  --members N      members of each group: 100
  --rounds N       rounds of each work: 3
  --only a,b       some rows of ${ROWS.join(', ')}
  --workers N      has Roster serve from N processes: 1
  --growth         follows Roster alone from 10,000 to 1,000,000 users
  --profile DIR    leaves there a .cpuprofile of Roster for each work, and prints where the time went
  --save-docs      puts the table into docs/performance.md
`;

/** null: help was asked for. Throws Error naming the option to mend. */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean' },
      quick: { type: 'boolean', default: false },
      users: { type: 'string' },
      groups: { type: 'string' },
      members: { type: 'string', default: '100' },
      rounds: { type: 'string' },
      only: { type: 'string', default: '' },
      workers: { type: 'string', default: '1' },
      growth: { type: 'boolean', default: false },
      'save-docs': { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  });
  if (values.help) return null;
  const { quick } = values;
  const users = count('users', values.users ?? (quick ? '10000' : '100000'));
  return {
    size: {
      users,
      groups: count('groups', values.groups ?? String(Math.ceil(users / 100))),
      members: count('members', values.members),
    },
    people: quick ? 50 : 1000,
    pace: {
      rounds: count('rounds', values.rounds ?? (quick ? '2' : '3')),
      warmUpMs: quick ? 200 : 500,
      measureMs: quick ? 500 : 2500,
    },
    starts: quick ? 1 : 3,
    changes: quick ? 100 : 300,
    crowdedMs: quick ? 3000 : 6000,
    only: values.only.split(',').filter(isRow),
    saveDocs: values['save-docs'],
    workers: count('workers', values.workers),
    growth: values.growth,
    growthSizes: (quick ? [1000, 4000, 10_000] : [10_000, 100_000, 1_000_000]).map(grownTo),
    // Roster runs in another folder.
    profileDir: values.profile === undefined ? null : resolve(values.profile),
  };
}

function grownTo(users: number): Size {
  return { users, groups: users / 100, members: 100 };
}

function isRow(name: string): boolean {
  if (name !== '' && !ROWS.includes(name)) throw new Error(`--only knows ${ROWS.join(', ')}, not ${name}.`);
  return name !== '';
}

function count(name: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--${name} is a whole number from 1 on, not ${text}.`);
  return Number(text);
}
