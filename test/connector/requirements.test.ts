/** docs/connector.md names every requirement once, and only tests that exist. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const REQUIREMENTS = 36;

const rows = readFileSync(join(ROOT, 'docs', 'connector.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| R\d+ \|/.test(line));

test('the table names each requirement once, in order', () => {
  const ids = rows.map((row) => /^\| (R\d+) \|/.exec(row)?.[1]);
  expect(ids).toEqual(Array.from({ length: REQUIREMENTS }, (_, index) => `R${index + 1}`));
});

test.each(rows)('the tests exist that are named in %s', (row) => {
  const named = [...row.matchAll(/`([\w-]+\/[\w/-]+)` (.+?)(?=<br>| \|)/g)];
  expect(named).not.toEqual([]);
  for (const [, file = '', title = ''] of named) {
    const path = join(ROOT, 'test', `${file}.test.ts`);
    expect(existsSync(path), file).toBe(true);
    expect(isNamedIn(readFileSync(path, 'utf8'), title), `${file}: ${title}`).toBe(true);
  }
});

/** Whether a string of the source, in any quotes, is the title. */
function isNamedIn(source: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${title}${quote}`));
}
