/** The real disk behind ConfigFiles. */
import { readFileSync } from 'node:fs';
import type { ConfigFiles } from './given.ts';

export const disk: ConfigFiles = {
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  },
};
