/** Storage that users may take, and what applications say that they take of it. */
import { DirectoryError } from '../errors.ts';
import { type Metadata, STORAGE_KEY } from './metadata.ts';

/** What one user takes in one application, as that application last said. */
export interface StorageUse {
  readonly userId: string;
  readonly applicationId: string;
  /** Whole megabytes. */
  readonly usedMB: number;
  readonly reportedAt: Date;
}

const USED_MB_MAX = 999_999_999_999;

/** In megabytes; null: as much as there is. */
export function quotaOf(metadata: Metadata): number | null {
  const text = metadata[STORAGE_KEY];
  return text === undefined ? null : Number(text);
}

/** Throws DirectoryError 'invalid' (field `usedMB`). */
export function checkUsedMB(usedMB: number): number {
  if (Number.isInteger(usedMB) && usedMB >= 0 && usedMB <= USED_MB_MAX) return usedMB;
  throw new DirectoryError('invalid', 'Storage is told in whole megabytes.', { field: 'usedMB' });
}
