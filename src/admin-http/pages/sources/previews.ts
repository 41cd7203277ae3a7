/** The latest previews of sources, each kept for a while: a large directory is not read again for every filter. */
import type { Clock } from '../../../core/clock.ts';
import { DirectoryError } from '../../../core/errors.ts';
import type { Actor } from '../../../core/model/audit.ts';
import type { Source } from '../../../core/model/source.ts';
import type { SyncPreview } from '../../../core/model/sync-run.ts';
import type { PagesConnector } from './port.ts';

export type KeptPreview =
  | { readonly state: 'running' }
  | { readonly state: 'done'; readonly preview: SyncPreview; readonly at: Date }
  | { readonly state: 'failed'; readonly message: string };

export interface Previews {
  /** Begins one, unless one of that source is under way. Throws DirectoryError 'busy', 'forbidden'. */
  begin(actor: Actor, source: Source): void;
  /** null: none, or only one of before the source was changed. */
  of(source: Source): KeptPreview | null;
}

const KEPT_MAX = 5;
const KEPT_MS = 30 * 60_000;

export interface PreviewsDependencies {
  readonly connector: Pick<PagesConnector, 'preview'>;
  readonly clock: Clock;
  readonly log: { error(fields: object, message: string): void };
}

interface Entry {
  readonly kept: KeptPreview;
  /** Of the source. */
  readonly updatedAt: Date;
  readonly since: Date;
}

export function createPreviews({ connector, clock, log }: PreviewsDependencies): Previews {
  /** By source, the latest last. */
  const entries = new Map<string, Entry>();

  function keep({ id, updatedAt }: Source, kept: KeptPreview): void {
    entries.delete(id);
    entries.set(id, { kept, updatedAt, since: clock.now() });
  }

  function of({ id, updatedAt }: Source): KeptPreview | null {
    const entry = entries.get(id);
    if (entry === undefined || entry.updatedAt.getTime() !== updatedAt.getTime()) return null;
    return entry.kept;
  }

  function makeRoom(): void {
    const oldest = clock.now().getTime() - KEPT_MS;
    for (const [id, { kept, since }] of entries) {
      const isOver = since.getTime() < oldest || entries.size >= KEPT_MAX;
      if (kept.state !== 'running' && isOver) entries.delete(id);
    }
    if (entries.size >= KEPT_MAX) {
      throw new DirectoryError(
        'busy',
        `${KEPT_MAX} previews are under way already: try it again in a minute.`,
      );
    }
  }

  return {
    of,
    begin(actor, source) {
      if (of(source)?.state === 'running') return;
      makeRoom();
      keep(source, { state: 'running' });
      connector.preview(actor, source).then(
        (preview) => keep(source, { state: 'done', preview, at: clock.now() }),
        (error: unknown) => keep(source, { state: 'failed', message: messageOf(error) }),
      );
    },
  };

  function messageOf(error: unknown): string {
    if (error instanceof DirectoryError) return error.message;
    log.error({ err: error }, 'A preview failed unexpectedly.');
    return 'Something went wrong; the log of the server tells more.';
  }
}
