/** Waiting for work: for a bounded time, or for what is done once. */
import { DirectoryError } from '../core/errors.ts';

/** The outcome of `work`, or DirectoryError 'unavailable' with `sentence` when it takes longer. */
export async function within<T>(timeoutMs: number, work: Promise<T>, sentence: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DirectoryError('unavailable', sentence)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => {
    done ??= work();
    return done;
  };
}
