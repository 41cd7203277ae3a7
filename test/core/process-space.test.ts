import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processSpace } from '../../src/core/process-space.ts';

/** As built: Node.js 20 loads no TypeScript. */
const MODULE = join(import.meta.dirname, '..', '..', 'dist', 'core', 'process-space.js');
const SAY = `import { processSpace } from ${JSON.stringify(MODULE)}; process.stdout.write(processSpace('x'));`;
/** Gives a program process ids of its own, as a container does, under the host name of this machine. */
const UNSHARE = ['unshare', '--pid', '--fork', '--mount-proc'];

function run(...[program = '', ...args]: readonly string[]) {
  return spawnSync(program, args, { encoding: 'utf8' });
}

/** What a process of its own says, started by these words. */
function saidBy(...command: readonly string[]): string {
  return run(...command, process.execPath, '--input-type=module', '--eval', SAY).stdout;
}

test('processes beside each other are in one space', () => {
  expect(saidBy('env')).toBe(processSpace('x'));
  expect(processSpace('x')).toContain('pid:[');
});

test.runIf(run(...UNSHARE, 'true').status === 0)('a container of the same host name is another space', () => {
  const contained = saidBy(...UNSHARE);
  expect(contained).toContain('pid:[');
  expect(contained).not.toBe(processSpace('x'));
});
