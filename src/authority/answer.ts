/** What an external authority says of somebody whom it lets in; docs/authority.md describes it for its authors. */
import { z } from 'zod';
import type { ExternalPerson } from '../core/model/external-authority.ts';
import { emailKey, nameKey } from '../core/model/names.ts';

const ROLES_MAX = 100;

/** Further members are for others. */
const ANSWER = z.object({
  username: z.string().optional(),
  name: z.string().optional(),
  email: z.string().nullable().optional(),
  roles: z.array(z.string()).max(ROLES_MAX).default([]),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

/** null: it cannot be understood, or speaks of somebody else than the one who was asked about. */
export function readAnswer(text: string, asked: string): ExternalPerson | null {
  const { data } = ANSWER.safeParse(parsed(text));
  if (data === undefined) return null;
  const { name, email, metadata, roles } = data;
  const isAddress = asked.includes('@');
  const username = data.username ?? (isAddress ? null : asked);
  if (username === null) return null;
  const isAsked = isAddress
    ? emailKey(email ?? '') === emailKey(asked)
    : nameKey(username) === nameKey(asked);
  if (!isAsked) return null;
  return {
    ...{ username, roles },
    ...(email !== undefined && { email }),
    ...(name !== undefined && { displayName: name }),
    ...(metadata !== undefined && {
      metadata: Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, String(value)])),
    }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
