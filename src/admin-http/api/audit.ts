/** /audit: who did what to whom, when, from where and by which door. */
import { z } from 'zod';
import type { Audit } from '../../core/directory/audit.ts';
import { PAGE, pageOf, TEXT, TIME } from './fields.ts';
import { ok, type Route, route } from './route.ts';

export interface AuditApiDependencies {
  readonly audit: Pick<Audit, 'list'>;
}

const LINE = z
  .object({
    id: z.string(),
    at: TIME,
    actor: z.object({
      door: z.string(),
      name: z.string(),
      address: z.string().nullable(),
      userId: z.string().nullable(),
    }),
    action: z.string(),
    subjectId: z.string().nullable(),
    details: z.looseObject({}),
  })
  .meta({ id: 'AuditLine', description: 'One change, or one attempt that is worth a line.' });

const MOMENT = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export function auditRoutes({ audit }: AuditApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/audit',
      tag: 'Audit',
      summary: 'Look into the audit, the newest lines first',
      needs: 'audit.read',
      query: z.strictObject({
        ...PAGE,
        actor: TEXT.exactOptional().describe('Username, or what stands for it.'),
        actorId: TEXT.exactOptional(),
        action: TEXT.exactOptional().describe('For example user.add.'),
        subjectId: TEXT.exactOptional(),
        from: MOMENT.exactOptional(),
        to: MOMENT.exactOptional().describe('Exclusive.'),
      }),
      answers: { 200: pageOf(LINE) },
      async handle({ actor, query: { actor: name, actorId, action, subjectId, from, to, cursor, limit } }) {
        const { lines, next } = await audit.list(actor, {
          ...(name !== undefined && { actor: name }),
          ...(actorId !== undefined && { actorId }),
          ...(action !== undefined && { action }),
          ...(subjectId !== undefined && { subjectId }),
          ...(from !== undefined && { from }),
          ...(to !== undefined && { to }),
          ...(cursor !== undefined && { cursor }),
          limit,
        });
        return ok({ items: lines, next });
      },
    }),
  ];
}
