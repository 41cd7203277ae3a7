/** All migrations, oldest first; one that was released is never edited again. */
import { Directory1764000000000 } from './0001-directory.ts';
import { Applications1764500000000 } from './0002-applications.ts';

export const MIGRATIONS = [Directory1764000000000, Applications1764500000000];
