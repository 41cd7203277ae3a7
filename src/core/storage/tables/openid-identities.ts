/** The table of who somebody at an OpenID provider is here. */
import { EntitySchema } from 'typeorm';
import type { OpenIdIdentity } from '../../model/openid.ts';
import { flag, text } from './columns.ts';

export interface OpenIdIdentityRow {
  readonly issuer: string;
  readonly subject: string;
  readonly user_id: string;
  readonly created: boolean | 0 | 1;
}

export const OpenIdIdentityTable = new EntitySchema<OpenIdIdentityRow>({
  name: 'openid_identities',
  columns: {
    issuer: { ...text, primary: true },
    subject: { ...text, primary: true },
    user_id: text,
    created: flag,
  },
});

export function toOpenIdIdentityRow({ issuer, subject, userId, created }: OpenIdIdentity): OpenIdIdentityRow {
  return { issuer, subject, user_id: userId, created };
}

export function toOpenIdIdentity(row: OpenIdIdentityRow): OpenIdIdentity {
  const { issuer, subject, user_id: userId, created } = row;
  return { issuer, subject, userId, created: Boolean(created) };
}
