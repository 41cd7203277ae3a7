/** How the databases find what lists and searches of users ask for: by which index, if any. */

import type { UserQuery } from '../src/core/model/user-search.ts';
import type { Database } from '../src/core/storage/database.ts';
import { findUsers } from '../src/core/storage/find-users.ts';
import type { Session } from '../src/core/storage/session.ts';

export interface Plan {
  readonly asked: string;
  readonly milliseconds: number;
  /** The indexes that its statements go by. */
  readonly indexes: readonly string[];
  /** Whether one of them looks at all users. */
  readonly scans: boolean;
}

const FIRST_PAGE: UserQuery = { order: 'username', descending: false, after: null, limit: 50 };
const LATER = { value: 'user-5', id: '' };

/** Of people as bench/import.ts makes them. */
const ASKED: readonly (readonly [string, UserQuery])[] = [
  ['the first page', FIRST_PAGE],
  ['a later page', { ...FIRST_PAGE, after: LATER }],
  ['by name', { ...FIRST_PAGE, order: 'name' }],
  ['the newest first', { ...FIRST_PAGE, order: 'createdAt', descending: true }],
  ['search that finds many ("doe")', { ...FIRST_PAGE, search: 'doe' }],
  ['search that finds one ("user-54321@")', { ...FIRST_PAGE, search: 'user-54321@' }],
  ['search that finds nobody ("nowhere")', { ...FIRST_PAGE, search: 'nowhere' }],
  ['disabled', { ...FIRST_PAGE, enabled: false }],
  ['of a role', { ...FIRST_PAGE, role: 'admin' }],
  ['kept here', { ...FIRST_PAGE, sourceId: null }],
];

export function plansOf(database: Database): Promise<readonly Plan[]> {
  return database.read(async (session) => {
    const plans: Plan[] = [];
    for (const [asked, query] of ASKED) plans.push({ asked, ...(await planOf(session, query)) });
    return plans;
  });
}

async function planOf(session: Session, query: UserQuery): Promise<Omit<Plan, 'asked'>> {
  const statements: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
  const start = performance.now();
  await findUsers(
    {
      ...session,
      query: (sql, parameters = []) => {
        statements.push({ sql, parameters });
        return session.query(sql, parameters);
      },
    },
    query,
  );
  const milliseconds = performance.now() - start;
  const explain = session.dialect.synchronous ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
  let text = '';
  for (const { sql, parameters } of statements) {
    for (const row of await session.query<object>(`${explain} ${sql}`, parameters)) {
      text += `${Object.values(row).join(' ')}\n`;
    }
  }
  const indexes = [
    ...text.matchAll(
      /INDEX ([a-z]\w+)|(?:Index.*? using|Bitmap Index Scan on) (\w+)|(users_search) VIRTUAL/g,
    ),
  ];
  return {
    milliseconds,
    indexes: [...new Set(indexes.map(([, ...names]) => names.find((name) => name !== undefined) ?? ''))],
    scans: /SCAN users$|Seq Scan on users/m.test(text),
  };
}
