/** Generators as the bench holds them: processes that run one load after the other. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Load, Tally } from './load.ts';

export interface Generator {
  run(load: Load): Promise<Tally>;
  stop(): void;
}

export function startGenerator(): Generator {
  const child = fork(join(import.meta.dirname, 'generator.js'), { serialization: 'advanced', execArgv: [] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`A generator ended with ${String(code)}.`);
  });
  ended.catch(() => undefined);
  return {
    async run(load) {
      child.send(load);
      const [answer] = (await Promise.race([once(child, 'message'), ended])) as [
        { readonly tally: Tally } | { readonly error: string },
      ];
      if ('error' in answer) throw new Error(answer.error);
      return answer.tally;
    },
    stop: () => child.disconnect(),
  };
}
