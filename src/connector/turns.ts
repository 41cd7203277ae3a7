/** Turns at what takes only so much at a time: whoever waits gives up when its signal aborts. */
import pLimit, { type LimitFunction } from 'p-limit';

/** One queue for each source: one that does not answer must not keep the people of others waiting. */
export function createTurns(concurrent: number): (sourceId: string) => LimitFunction {
  const turns = new Map<string, LimitFunction>();
  return (sourceId) => {
    const turn = turns.get(sourceId) ?? pLimit(concurrent);
    turns.set(sourceId, turn);
    return turn;
  };
}

/** As `work` at its turn. Rejects with the signal's reason as soon as it aborts before that. */
export function inTurn<Result>(
  turn: LimitFunction,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    turn(async () => {
      signal.removeEventListener('abort', giveUp);
      signal.throwIfAborted();
      return work();
    }).then(resolve, reject);
  });
}
