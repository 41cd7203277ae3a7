/** The pages of sources, the external directories. */
import type { Page } from '../page.ts';
import { sourceEditPages } from './edit.tsx';
import { sourceListPages } from './list.tsx';
import type { SourcePagesDependencies } from './port.ts';
import { previewPages } from './preview.tsx';
import { createPreviews, type PreviewsDependencies } from './previews.ts';
import { runPages } from './run.tsx';
import { sourcePages as sourceByNamePages } from './source.tsx';
import { trialPages } from './trial.tsx';

export type SourcePagesPort = SourcePagesDependencies & Pick<PreviewsDependencies, 'clock' | 'log'>;

export function sourcePages(port: SourcePagesPort): readonly Page[] {
  const previews = createPreviews(port);
  return [
    ...sourceListPages(port),
    ...sourceEditPages(port),
    ...trialPages(port),
    ...previewPages({ sources: port.sources, previews }),
    ...runPages(port),
    ...sourceByNamePages(port),
  ];
}
