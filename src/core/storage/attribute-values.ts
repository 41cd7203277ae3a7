/** Counts who has values of an attribute that administrators defined, and takes them away. */
import type { ReadTransaction, WriteTransaction } from '../directory/store.ts';
import type { AttributeDefinition } from '../model/attribute-definition.ts';
import { first } from './page.ts';
import { deleteRows, putRows, selectRows, updateRows } from './rows.ts';
import type { Session } from './session.ts';
import { AttributeImageTable, toAttributeImageRow, toStoredImage } from './tables/attribute-images.ts';
import { GroupTable } from './tables/groups.ts';
import { UserTable } from './tables/users.ts';

/** Rows that are written at once. */
const CHUNK_ROWS = 500;
/** Pictures of one statement; each may have 64 KiB. */
const IMAGES_READ_MAX = 64;

type Attribute = Pick<AttributeDefinition, 'id' | 'subject'>;

export function createAttributeLookup(
  session: Session,
): Pick<ReadTransaction, 'attributeHolders' | 'attributeImage' | 'images'> {
  return {
    async attributeImage(holderId, attributeId) {
      const key = { holder_id: holderId, attribute_id: attributeId };
      return first(await session.find(AttributeImageTable, { where: key }), toStoredImage);
    },
    async images(digests) {
      const rows = await selectRows(session, AttributeImageTable, 'digest', digests, IMAGES_READ_MAX);
      return new Map(rows.map((row) => [row.digest, toStoredImage(row)]));
    },
    async attributeHolders(attribute) {
      const sql = `SELECT count(*) AS holders FROM ${holding(session, attribute)}`;
      const [row] = await session.query<{ holders: number | string }>(sql, [patternOf(attribute)]);
      return Number(row?.holders ?? 0);
    },
  };
}

export function createAttributeWrites(
  session: Session,
): Pick<WriteTransaction, 'dropAttribute' | 'putAttributeImages'> {
  return {
    async putAttributeImages(subject, holderId, images) {
      for (const [attributeId, image] of images) {
        const row = { holder_id: holderId, attribute_id: attributeId };
        if (image === null)
          await deleteRows(session, AttributeImageTable, ['holder_id', 'attribute_id'], [row]);
        else {
          await putRows(session, AttributeImageTable, [
            toAttributeImageRow(subject, holderId, attributeId, image),
          ]);
        }
      }
    },
    async dropAttribute(attribute) {
      await deleteRows(session, AttributeImageTable, ['attribute_id'], [{ attribute_id: attribute.id }]);
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
