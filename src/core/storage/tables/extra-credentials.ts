/** The table of what opens accounts beside their passwords: one row for each user that has any. */
import { EntitySchema } from 'typeorm';
import type { ExtraCredentials } from '../../model/extra-credentials.ts';
import { optionalText, text } from './columns.ts';

export interface ExtraCredentialsRow {
  readonly user_id: string;
  /** By which a link is found. */
  readonly link_hash: string | null;
  /** JSON: ExtraCredentials without the user's id. */
  readonly content: string;
}

export const ExtraCredentialsTable = new EntitySchema<ExtraCredentialsRow>({
  name: 'extra_credentials',
  columns: { user_id: { ...text, primary: true }, link_hash: optionalText, content: text },
});

export function toExtraCredentialsRow({ userId, ...content }: ExtraCredentials): ExtraCredentialsRow {
  return { user_id: userId, link_hash: content.link?.hash ?? null, content: JSON.stringify(content) };
}

export function toExtraCredentials({ user_id: userId, content }: ExtraCredentialsRow): ExtraCredentials {
  return { userId, ...JSON.parse(content) };
}
