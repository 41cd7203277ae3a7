/** Work that ends in time, and that all ends when Roster stops. */
import { DirectoryError } from '../core/errors.ts';

export interface BoundedWork {
  /** Runs `work` with a signal that aborts with a DirectoryError saying `late`, or that Roster stops. */
  run<Result>(
    limit: { readonly ms: number; readonly late: string },
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result>;
  /** Aborts everything and waits for its end; what comes later is refused. */
  stop(): Promise<void>;
}

export function createBoundedWork(): BoundedWork {
  const underWay = new Map<AbortController, Promise<unknown>>();
  let stopping = false;
  const stopped = () => new DirectoryError('unavailable', 'Roster is shutting down.');
  return {
    async run({ ms, late }, work) {
      if (stopping) throw stopped();
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(new DirectoryError('unavailable', late)), ms);
      const result = (async () => work(controller.signal))();
      underWay.set(controller, result);
      try {
        return await result;
      } finally {
        clearTimeout(timer);
        underWay.delete(controller);
      }
    },
    async stop() {
      stopping = true;
      const ends = [...underWay.values()];
      for (const controller of underWay.keys()) controller.abort(stopped());
      await Promise.allSettled(ends);
    },
  };
}
