/** /export: users and groups for other programs. */
import { z } from 'zod';
import { DirectoryError } from '../../core/errors.ts';
import { EXPORT_FORMATS, type Export, type ExportFormat } from '../../core/transfer/export.ts';
import type { EventSink } from '../run-stream.ts';
import { type Route, route } from './route.ts';

export interface ExportApiDependencies {
  readonly exportTo: Export;
}

const EXPORTS_MAX = 4;
/** Whoever reads nothing for so long is gone. */
const STALLED_MS = 30_000;

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  ldif: 'text/plain; charset=utf-8',
};

export function exportRoutes({ exportTo }: ExportApiDependencies): readonly Route[] {
  let running = 0;
  return [
    route({
      method: 'get',
      path: '/export',
      tag: 'Import and export',
      summary: 'Read users (csv), or users and groups (json, ldif), without passwords',
      needs: 'export',
      query: z.strictObject({ format: z.enum(EXPORT_FORMATS) }),
      answers: { 200: Object.values(TYPES) },
      async handle({ actor, query: { format } }) {
        if (running >= EXPORTS_MAX) {
          throw new DirectoryError('busy', `${EXPORTS_MAX} exports are under way already; try again later.`);
        }
        return {
          status: 200,
          async stream(response) {
            running += 1;
            try {
              await send(response, format, (sink) => exportTo(actor, format, sink));
            } finally {
              running -= 1;
            }
          },
        };
      },
    }),
  ];
}

/** The head is sent with the first part, since before it everything may yet be refused. */
async function send(
  response: EventSink,
  format: ExportFormat,
  work: (sink: (text: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  let begun = false;
  const reader = createReader(response);
  await work(async (text) => {
    if (!begun) {
      response.writeHead(200, {
        'Content-Type': TYPES[format],
        'Content-Disposition': `attachment; filename="roster.${format}"`,
        'Cache-Control': 'no-store',
      });
    }
    begun = true;
    response.write(text);
    await reader.ready();
  });
  response.end();
}

function createReader(response: EventSink) {
  let isGone = false;
  let wake = (): void => undefined;
  response.once('close', () => {
    isGone = true;
    wake();
  });
  return {
    /** Resolves when the reader wants more. Throws where it is gone, or reads nothing any more. */
    async ready(): Promise<void> {
      if (response.writableNeedDrain && !isGone) await drained();
      if (isGone) throw new DirectoryError('unavailable', 'The reader of the export is gone.');
    },
  };

  function drained(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        isGone = true;
        resolve();
      }, STALLED_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      response.once('drain', () => wake());
    });
  }
}
