/**
 * Has passwords judged in a thread of its own, which ends when nobody has asked for a while: the dictionaries must
 * neither hold up who answers searches nor stay in memory.
 */
import { Worker } from 'node:worker_threads';
import { type Estimate, type EstimateStrength, estimateHere } from './strength-estimate.ts';

export interface StrengthQuestion {
  readonly id: number;
  readonly password: string;
  readonly words: readonly string[];
}

export interface StrengthAnswer {
  readonly id: number;
  readonly estimate: Estimate;
}

interface Asking {
  resolve(estimate: Estimate): void;
  reject(error: unknown): void;
}

const MAIN = new URL('./strength-thread-main.js', import.meta.url);
const IDLE_MS = 10_000;
const LIMITS = { maxOldGenerationSizeMb: 256 };

/** Threads cannot load what is not built. */
export const estimateStrength: EstimateStrength = import.meta.url.endsWith('.js')
  ? createStrengthThread(() => new Worker(MAIN, { resourceLimits: LIMITS }))
  : estimateHere;

export function createStrengthThread(start: () => Worker, idleMs = IDLE_MS): EstimateStrength {
  let thread: ReturnType<typeof open> | null = null;

  function open() {
    const worker = start();
    const asking = new Map<number, Asking>();
    const idle = setTimeout(() => (asking.size === 0 ? end() : idle.refresh()), idleMs).unref();
    let asked = 0;

    function end(error: unknown = new Error('The thread that judges passwords has ended.')): void {
      if (thread?.worker === worker) thread = null;
      clearTimeout(idle);
      for (const { reject } of asking.values()) reject(error);
      asking.clear();
      void worker.terminate();
    }

    worker.on('message', ({ id, estimate }: StrengthAnswer) => {
      asking.get(id)?.resolve(estimate);
      asking.delete(id);
      // What is awaited keeps the process alive, and nothing else of it.
      if (asking.size > 0) return;
      worker.unref();
      idle.refresh();
    });
    worker.on('error', end);
    worker.once('exit', () => end());
    return {
      worker,
      ask: (password: string, words: readonly string[]): Promise<Estimate> =>
        new Promise((resolve, reject) => {
          asked += 1;
          asking.set(asked, { resolve, reject });
          worker.ref();
          idle.refresh();
          const question: StrengthQuestion = { id: asked, password, words };
          worker.postMessage(question);
        }),
    };
  }

  return (password, words) => {
    thread ??= open();
    return thread.ask(password, words);
  };
}
