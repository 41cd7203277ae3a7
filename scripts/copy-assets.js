/** After the compiler: the files of the pages that it does not copy. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
cpSync(join(root, 'src/admin-http/assets'), join(root, 'dist/admin-http/assets'), { recursive: true });
