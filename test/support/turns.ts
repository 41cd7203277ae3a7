/** Does all turns of a piece of work at once. */
import type { InTurns } from '../../src/connector/plan-turns.ts';

export function completed<Result>(work: InTurns<Result>): Result {
  for (;;) {
    const turn = work.next();
    if (turn.done === true) return turn.value;
  }
}
