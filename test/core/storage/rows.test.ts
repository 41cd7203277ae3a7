/** Whatever text is written comes back unchanged, or is refused at the door. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../src/core/storage/database.ts';
import { putRows, selectRows } from '../../../src/core/storage/rows.ts';
import { openSqlite } from '../../../src/core/storage/sqlite.ts';
import { SettingTable } from '../../../src/core/storage/tables/settings.ts';

let dataDir: string;
let database: Database;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'roster-rows-'));
  database = await openSqlite(dataDir);
});

afterAll(async () => {
  await database?.close();
  await rm(dataDir, { recursive: true });
});

test('any text without NUL and lone surrogates is kept, any other is refused', async () => {
  const text = fc.string({
    unit: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\\', 'u0000', '\u0000', '\ud800')),
  });
  await fc.assert(
    fc.asyncProperty(text, async (value) => {
      const kept = put(value).then(
        (rows) => rows[0]?.value,
        (error: unknown) => (error instanceof Error ? error.name : error),
      );
      const keepable = !/[\0\p{Cs}]/u.test(value);
      expect(await kept).toBe(keepable ? value : 'DirectoryError');
    }),
  );
});

async function put(value: string) {
  return database.write(async (session) => {
    await putRows(session, SettingTable, [{ name: 'allow', value }]);
    return selectRows(session, SettingTable, 'name', ['allow']);
  });
}
