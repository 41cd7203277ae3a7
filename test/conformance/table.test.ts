/** docs/conformance.md names every requirement and defect once, and only tests that exist. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const REQUIREMENTS = 39;
const DEFECTS = 13;

/** Rows of the document's tables; the last but one or last cell of each names tests. */
const rows = readFileSync(join(ROOT, 'docs', 'conformance.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('` '));

test('the table names each requirement and each defect once, in order', () => {
  const ids = rows.flatMap((row) => /^\| ([RD]\d+) \|/.exec(row)?.[1] ?? []);
  expect(ids).toEqual([...numbered('R', REQUIREMENTS), ...numbered('D', DEFECTS)]);
});

test.each(rows)('the tests exist that are named in %s', (row) => {
  const named = [...row.matchAll(/`([\w-]+\/[\w/-]+)` (.+?)(?=<br>| \|)/g)];
  expect(named).not.toEqual([]);
  for (const [, file = '', title = ''] of named) {
    const source = readFileSync(join(ROOT, 'test', `${file}.test.ts`), 'utf8');
    expect(isNamedIn(source, title), `${file}: ${title}`).toBe(true);
  }
});

/** Whether a string of the source, in any quotes, is the title. */
function isNamedIn(source: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${title}${quote}`));
}

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
}
