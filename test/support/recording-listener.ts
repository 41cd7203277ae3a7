/** A listener of the change feed that keeps what it was told. */
import type { ChangeListener } from '../../src/core/directory/store.ts';
import type { DirectoryDelta } from '../../src/core/model/change.ts';

export interface RecordingListener extends ChangeListener {
  readonly deltas: readonly DirectoryDelta[];
  readonly losses: number;
  /** Resolves when `deltas` fulfil the condition, now or later. */
  until(condition: (deltas: readonly DirectoryDelta[]) => boolean): Promise<void>;
}

export function createRecordingListener(): RecordingListener {
  const deltas: DirectoryDelta[] = [];
  const waiting = new Set<() => void>();
  let losses = 0;
  return {
    deltas,
    get losses() {
      return losses;
    },
    changed(delta) {
      deltas.push(delta);
      for (const check of waiting) check();
    },
    lost() {
      losses += 1;
    },
    until: (condition) =>
      new Promise((resolve) => {
        function check(): void {
          if (!condition(deltas)) return;
          waiting.delete(check);
          resolve();
        }
        waiting.add(check);
        check();
      }),
  };
}
