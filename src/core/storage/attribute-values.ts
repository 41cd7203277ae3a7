/** Counts who has values of an attribute that administrators defined, and takes them away. */
import type { ReadTransaction, WriteTransaction } from '../directory/store.ts';
import type { AttributeDefinition } from '../model/attribute-definition.ts';
import { updateRows } from './rows.ts';
import type { Session } from './session.ts';
import { GroupTable } from './tables/groups.ts';
import { UserTable } from './tables/users.ts';

/** Rows that are written at once. */
const CHUNK_ROWS = 500;

type Attribute = Pick<AttributeDefinition, 'id' | 'subject'>;

export function createAttributeLookup(session: Session): Pick<ReadTransaction, 'attributeHolders'> {
  return {
    async attributeHolders(attribute) {
      const sql = `SELECT count(*) AS holders FROM ${holding(session, attribute)}`;
      const [row] = await session.query<{ holders: number | string }>(sql, [patternOf(attribute)]);
      return Number(row?.holders ?? 0);
    },
  };
}

export function createAttributeWrites(session: Session): Pick<WriteTransaction, 'dropAttribute'> {
  return {
    async dropAttribute(attribute) {
      const sql = `SELECT id, attributes FROM ${holding(session, attribute)} LIMIT ${CHUNK_ROWS}`;
      const read = () => session.query<{ id: string; attributes: string }>(sql, [patternOf(attribute)]);
      for (let rows = await read(); rows.length > 0; rows = await read()) {
        const without = rows.map(({ id, attributes }) => ({
          id,
          attributes: JSON.stringify({ ...JSON.parse(attributes), [attribute.id]: undefined }),
        }));
        if (attribute.subject === 'user') await updateRows(session, UserTable, without);
        else await updateRows(session, GroupTable, without);
      }
    },
  };
}

function holding({ dialect }: Session, { subject }: Attribute): string {
  return `"${subject}s" WHERE attributes LIKE ${dialect.parameter(1)}`;
}

/** Ids are UUIDs, whose characters stand for themselves in LIKE; the colon tells a key from a value. */
function patternOf({ id }: Attribute): string {
  return `%"${id}":%`;
}
