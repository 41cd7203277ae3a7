/** The architecture's rules hold, the tool that checks them really reads the source, and the docs name real paths. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

test('the boundary rules see every module of the source and find no violation', () => {
  const depcruise = join(root, 'node_modules', '.bin', 'depcruise');
  const options = ['src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const report = JSON.parse(
    execFileSync(depcruise, options, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 27 }),
  );
  const seen = report.modules.map((module: { source: string }) => module.source);
  expect(seen).toEqual(expect.arrayContaining(sourceFiles()));
  expect(report.summary.violations).toEqual([]);
});

test('every source file opens with a sentence that says what it is for', () => {
  const silent = sourceFiles().filter((file) => !/^(#!.*\n)?\/\*\*[\s\S]*?\*\//.test(read(file)));
  expect(silent).toEqual([]);
});

test('every path that the docs name exists', () => {
  const docs = ['README.md', ...filesBelow('docs', /\.md$/)];
  const missing = docs.flatMap((doc) =>
    [...read(doc).matchAll(/`((?:src|test|bench|docs|scripts|bin)\/[\w./-]*)`/g)]
      .map((match) => match[1] ?? '')
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${doc}: ${path}`),
  );
  expect(missing).toEqual([]);
});

function sourceFiles(): string[] {
  return filesBelow('src', /\.tsx?$/);
}

function filesBelow(folder: string, name: RegExp): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => name.test(file)).map((file) => join(folder, file));
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
