/** docs/cli.md names only commands, options, requests, pages and tests that exist. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { openTestApi, type TestApi } from '../support/api.ts';
import { EVERY_PAGE } from '../support/every-page.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SYSTEMS = ['Cloudron', 'Aleph', 'InvenioRDM', 'OMERO', 'Registry', 'Beyond'];
const CELLS = 6;

const text = readFileSync(join(ROOT, 'docs', 'cli.md'), 'utf8');
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| feature |'))
  .map((line) => line.slice(2, -2).split(' | '));

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}

let api: TestApi;
let paths: Record<string, Record<string, Operation>>;

beforeAll(async () => {
  api = await openTestApi();
  ({ paths } = (await (await api.call('/api/v1/openapi.json', {}, null)).json()) as { paths: typeof paths });
});
afterAll(() => api.remove());

test('the table has a part for each system, and rows of equal form', () => {
  expect(text.match(/(?<=^### ).*$/gm)).toEqual(SYSTEMS);
  expect(rows.length).toBeGreaterThan(100);
  expect(rows.filter((cells) => cells.length !== CELLS)).toEqual([]);
});

test.each(rows)('%s (%s) is done by %s', (_feature, _theirs, command, request, page, tests) => {
  if (command !== '—') requireCommand(command);
  if (request !== '—') requireRequest(request);
  if (page !== '—') expect(EVERY_PAGE).toHaveProperty([page.replaceAll('`', '')]);
  const named = [...`${tests} | `.matchAll(/`([\w-]+\/[\w/-]+)` (.+?)(?=<br>| \|)/g)];
  expect(named).not.toEqual([]);
  for (const [, file = '', title = ''] of named) {
    const source = readFileSync(join(ROOT, 'test', `${file}.test.ts`), 'utf8');
    expect(
      ["'", '"', '`'].some((quote) => source.includes(`${quote}${title}${quote}`)),
      `${file}: ${title}`,
    ).toBe(true);
  }
});

/** "`roster users add --role`": the command, and its options. */
function requireCommand(cell: string): void {
  const [program = '', ...words] = cell.replaceAll('`', '').split(' ');
  expect(program).toBe('roster');
  const isOption = (word: string) => word.startsWith('--');
  let command: Command = createProgram(process);
  for (const word of words.filter((each) => !isOption(each))) {
    const found = command.commands.find((each) => each.name() === word);
    if (found === undefined) throw new Error(`There is no ${cell}.`);
    command = found;
  }
  expect(command.commands, `${cell} is a command, and no noun`).toEqual([]);
  const options = command.options.map(({ long }) => long);
  for (const option of words.filter(isOption)) expect(options).toContain(option);
}

/** "`GET /users?detailed`": the operation, and parameters of its query. */
function requireRequest(cell: string): void {
  const [method = '', target = ''] = cell.replaceAll('`', '').split(' ');
  const [path = '', query = ''] = target.split('?');
  const operation = paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`There is no ${cell}.`);
  const known = (operation.parameters ?? []).filter((each) => each.in === 'query').map(({ name }) => name);
  for (const name of query === '' ? [] : query.split('&')) expect(known).toContain(name);
}
