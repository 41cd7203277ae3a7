/** Lets a source's bind account alone after the source refused it: asked at each sign-in it would be locked. */
import type { Clock } from '../core/clock.ts';
import { DirectoryError } from '../core/errors.ts';
import type { Source } from '../core/model/source.ts';

type Asked = Pick<Source, 'id' | 'name' | 'updatedAt'>;

export interface ReaderPause {
  /** Throws DirectoryError 'unavailable' while the account is let alone. */
  check(source: Asked): void;
  refused(source: Asked): void;
  /** It was let in. */
  clear(sourceId: string): void;
}

const MINUTE_MS = 60_000;
/** After the first refusal, the second, ...; the last one again and again. Few accounts are locked by that. */
export const READER_PAUSES_MS = [5, 10, 20, 40, 60].map((minutes) => minutes * MINUTE_MS);

interface Refused {
  /** The source as it was refused: changed settings are tried at once. */
  readonly version: number;
  readonly times: number;
  readonly at: number;
}

export function createReaderPause(clock: Clock): ReaderPause {
  const refusals = new Map<string, Refused>();

  function last({ id, updatedAt }: Asked): Refused | null {
    const refused = refusals.get(id);
    return refused?.version === updatedAt.getTime() ? refused : null;
  }

  return {
    check(source) {
      const refused = last(source);
      if (refused === null) return;
      const age = clock.now().getTime() - refused.at;
      const pause = READER_PAUSES_MS[Math.min(refused.times, READER_PAUSES_MS.length) - 1] ?? 0;
      // A refusal of the future is of a clock that was wrong.
      if (age < 0 || age >= pause) return;
      throw new DirectoryError(
        'unavailable',
        `The source ${source.name} refused its bind account and is not asked again for a while: mend its bind DN and password, or test it once it is mended there.`,
      );
    },
    refused(source) {
      const times = (last(source)?.times ?? 0) + 1;
      const version = source.updatedAt.getTime();
      refusals.set(source.id, { version, times, at: clock.now().getTime() });
    },
    clear: (sourceId) => void refusals.delete(sourceId),
  };
}
