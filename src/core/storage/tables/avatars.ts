/** The table of avatars: what of a user is too large to be read along with it. */
import { EntitySchema } from 'typeorm';
import type { Picture } from '../../model/avatar.ts';
import { text } from './columns.ts';

export interface AvatarRow {
  readonly user_id: string;
  readonly digest: string;
  /** Base64: rows travel as JSON. */
  readonly jpeg: string;
}

export const AvatarTable = new EntitySchema<AvatarRow>({
  name: 'avatars',
  columns: { user_id: { ...text, primary: true }, digest: text, jpeg: text },
});

export function toAvatarRow(userId: string, { digest, jpeg }: Picture): AvatarRow {
  return { user_id: userId, digest, jpeg: jpeg.toString('base64') };
}

export function toPicture({ digest, jpeg }: AvatarRow): Picture {
  const bytes = Buffer.from(jpeg, 'base64');
  return { digest, bytes: bytes.length, jpeg: bytes };
}
