/** Lets those who ask the same question at the same time share one answer. */
import { DirectoryError } from '../errors.ts';

export interface SingleFlight<T> {
  /** The answer under way to the question `key`, else that of `ask`. Throws DirectoryError 'busy', and what `ask` throws. */
  share(key: string, ask: () => Promise<T>): Promise<T>;
}

/** `waitingMax`: callers that wait at a time, over all questions. */
export function createSingleFlight<T>(waitingMax: number): SingleFlight<T> {
  const flights = new Map<string, Promise<T>>();
  let waiting = 0;

  function begin(key: string, ask: () => Promise<T>): Promise<T> {
    const flight = ask().finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  }

  return {
    async share(key, ask) {
      if (waiting >= waitingMax) {
        throw new DirectoryError('busy', 'Too many sign-ins are under way at the moment; try again shortly.');
      }
      waiting += 1;
      try {
        return await (flights.get(key) ?? begin(key, ask));
      } finally {
        waiting -= 1;
      }
    },
  };
}
