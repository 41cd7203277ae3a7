/** The table of pictures in attributes: what of a user or group is too large to be read along with it. */
import { EntitySchema } from 'typeorm';
import type { AttributeDefinition } from '../../model/attribute-definition.ts';
import type { StoredImage } from '../../model/image.ts';
import { optionalText, text } from './columns.ts';

export interface AttributeImageRow {
  /** Of the user or group. */
  readonly holder_id: string;
  readonly attribute_id: string;
  /** One of the two is the holder, with whom the picture goes. */
  readonly user_id: string | null;
  readonly group_id: string | null;
  readonly digest: string;
  /** Base64: rows travel as JSON. */
  readonly octets: string;
}

export const AttributeImageTable = new EntitySchema<AttributeImageRow>({
  name: 'attribute_images',
  columns: {
    ...{ holder_id: { ...text, primary: true }, attribute_id: { ...text, primary: true } },
    ...{ user_id: optionalText, group_id: optionalText, digest: text, octets: text },
  },
});

export function toAttributeImageRow(
  subject: AttributeDefinition['subject'],
  holderId: string,
  attributeId: string,
  { digest, octets }: StoredImage,
): AttributeImageRow {
  return {
    ...{ holder_id: holderId, attribute_id: attributeId },
    ...{ user_id: subject === 'user' ? holderId : null, group_id: subject === 'group' ? holderId : null },
    ...{ digest, octets: octets.toString('base64') },
  };
}

export function toStoredImage({ digest, octets }: AttributeImageRow): StoredImage {
  return { digest, octets: Buffer.from(octets, 'base64') };
}
