/** What the API tells of itself: its description, and whether people are managed here. */
import { z } from 'zod';
import type { ExternalAuthorityKeeper } from '../../core/directory/external-authority.ts';
import { describeRoutes } from '../openapi.ts';
import { ok, type Route, route } from './route.ts';

const tag = 'About';

/** `others`: the routes that the document describes beside these. */
export function aboutRoutes(
  others: readonly Route[],
  authority: Pick<ExternalAuthorityKeeper, 'managedAt'>,
): readonly Route[] {
  const routes: readonly Route[] = [
    route({
      method: 'get',
      path: '/openapi.json',
      tag,
      summary: 'This description, in OpenAPI 3.1',
      needs: 'nothing',
      answers: { 200: z.looseObject({}) },
      handle: async () => ok(document()),
    }),
    route({
      method: 'get',
      path: '/management-enabled',
      tag,
      summary: 'Whether users are managed here, or by an external authority alone',
      needs: 'nothing',
      answers: { 200: z.object({ enabled: z.boolean() }) },
      handle: async () => ok({ enabled: (await authority.managedAt()) === null }),
    }),
  ];
  let described: object | null = null;
  const document = () => {
    described ??= describeRoutes([...routes, ...others]);
    return described;
  };
  return routes;
}
