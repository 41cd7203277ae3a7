/** Reads applications. */
import type { ApplicationLookup } from '../directory/store.ts';
import type { Application } from '../model/application.ts';
import { first } from './page.ts';
import { selectRows } from './rows.ts';
import type { Session } from './session.ts';
import { ApplicationTable, toApplication } from './tables/applications.ts';

export function createApplicationLookup(session: Session): ApplicationLookup {
  return {
    async applicationByName(name) {
      return first(await session.find(ApplicationTable, { where: { name } }), toApplication);
    },
    async applications() {
      return (await session.find(ApplicationTable, { order: { name: 'ASC' } })).map(toApplication);
    },
  };
}

export async function applicationsByIds(
  session: Session,
  ids: readonly string[],
): Promise<readonly Application[]> {
  return (await selectRows(session, ApplicationTable, 'id', ids)).map(toApplication);
}
