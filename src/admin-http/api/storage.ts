/** /users/{username}/storage: what users may take of storage, and what applications say that they take. */
import { z } from 'zod';
import type { Quotas } from '../../core/directory/directory.ts';
import { TIME } from './fields.ts';
import { ok, type Route, route } from './route.ts';

export interface StorageApiDependencies {
  readonly quotas: Quotas;
}

const MB = z.int().describe('Megabytes.');
const STORAGE = z
  .object({
    maxStorageMB: MB.nullable().describe('Megabytes, from the metadata of that name; null: no limit.'),
    usedMB: MB.describe('Megabytes, of all applications.'),
    isExceeded: z.boolean(),
    applications: z.array(z.object({ name: z.string(), usedMB: MB, at: TIME })),
  })
  .meta({ id: 'Storage', description: 'What a user may take and takes of storage.' });
const tag = 'Storage';

export function storageRoutes({ quotas }: StorageApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/users/{username}/storage',
      tag,
      summary: 'Read what a user may take of storage, and takes',
      needs: 'sign-in',
      answers: { 200: STORAGE },
      handle: async ({ actor, params }) => ok(await quotas.of(actor, params.username)),
    }),
    route({
      method: 'put',
      path: '/users/{username}/storage/{application}',
      tag,
      summary: 'Say what a user takes of storage in an application',
      needs: 'users.storage',
      body: z.strictObject({ usedMB: MB }),
      answers: { 200: STORAGE },
      handle: async ({ actor, params: { username, application }, body }) =>
        ok(await quotas.report(actor, username, application, body.usedMB)),
    }),
  ];
}
