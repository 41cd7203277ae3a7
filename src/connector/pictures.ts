/** Pictures of people on their way from a source: checked, and in one run no more of them than memory has room for. */
import { DirectoryError } from '../core/errors.ts';
import { type Picture, pictureOf } from '../core/model/avatar.ts';
import type { UpstreamUser } from './source.ts';

export interface Pictures {
  /** The person with the picture as it can be kept; where there is no room for it, the next run reads both again. */
  take(user: UpstreamUser): UpstreamUser;
  /** Sentences about those that did not come along. */
  warnings(): readonly string[];
}

/** Of all pictures that one run brings. */
const PICTURES_BYTES_MAX = 64 * 1024 * 1024;

export function createPictures(bytesMax = PICTURES_BYTES_MAX): Pictures {
  let bytes = 0;
  let postponed = 0;
  let refused = 0;

  /** Anything but a picture by our rules is none: it must not keep a person out. */
  function checked(jpeg: Buffer | null): Picture | null {
    try {
      return pictureOf(jpeg);
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      refused += 1;
      return null;
    }
  }

  return {
    take(found) {
      if (found.jpeg === undefined) return found;
      const { jpeg, ...user } = found;
      if (bytes + (jpeg?.length ?? 0) > bytesMax) {
        postponed += 1;
        const { digest: _, ...unsettled } = user;
        return unsettled;
      }
      const avatar = checked(jpeg);
      bytes += avatar?.bytes ?? 0;
      return { ...user, avatar };
    },
    warnings: () => [
      ...(refused === 0 ? [] : [`Pictures left out, being no JPEG of at most 64 KiB: ${refused}.`]),
      ...(postponed === 0 ? [] : [`Pictures that come with the next syncs: ${postponed}.`]),
    ],
  };
}
