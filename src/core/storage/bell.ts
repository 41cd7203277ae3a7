/** A bell: one waits for it, anybody rings it. */

export interface Bell {
  /** Ends the present wait; without one, nothing. */
  ring(): void;
  /** Resolves at the next ring, or after `timeoutMs`. */
  rung(timeoutMs?: number): Promise<void>;
}

export function createBell(): Bell {
  let answer: (() => void) | null = null;
  return {
    ring() {
      answer?.();
    },
    rung(timeoutMs) {
      return new Promise((resolve) => {
        const timer = timeoutMs === undefined ? undefined : setTimeout(() => answer?.(), timeoutMs);
        answer = () => {
          clearTimeout(timer);
          answer = null;
          resolve();
        };
      });
    },
  };
}
