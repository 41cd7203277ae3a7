/** All migrations, oldest first; one that was released is never edited again. */
import { Directory1764000000000 } from './0001-directory.ts';

export const MIGRATIONS = [Directory1764000000000];
