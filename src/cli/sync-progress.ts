/** Shows how far a sync run is, on a terminal; stays quiet where standard error goes elsewhere. */
import { SingleBar } from 'cli-progress';
import type { SyncRun } from '../core/model/sync-run.ts';
import type { Terminal } from './terminal.ts';

const REDRAW_MS = 250;
const FORMAT = '{bar} {value}/{of} {phase}';

/** Draws until the returned function is called. */
export function showProgress(terminal: Terminal, readRun: () => Promise<SyncRun>): () => void {
  if (!terminal.stderr.isTTY) return () => undefined;
  const bar = new SingleBar({
    stream: terminal.stderr,
    format: FORMAT,
    barCompleteChar: '=',
    barIncompleteChar: '-',
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(1, 0, { phase: 'connect', of: '?' });
  const timer = setInterval(() => {
    readRun().then(
      (run) => draw(bar, run),
      // The next reading may succeed; the outcome is told by the run itself.
      () => undefined,
    );
  }, REDRAW_MS);
  return () => {
    clearInterval(timer);
    bar.stop();
  };
}

function draw(bar: SingleBar, { phase, progress: { done, total } }: SyncRun): void {
  // Without a known total the bar stays empty, and the count alone moves.
  bar.setTotal(total ?? Number.MAX_SAFE_INTEGER);
  bar.update(done, { phase, of: total ?? '?' });
}
