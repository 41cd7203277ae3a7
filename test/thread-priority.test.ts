import { execFile } from 'node:child_process';
import { constants, getPriority } from 'node:os';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const BUILT = new URL('../dist/thread-priority.js', import.meta.url).href;

/** In a process of its own: the thread that runs the tests is to keep its priority. */
const SCRIPT = `
  import { readdirSync, readlinkSync } from 'node:fs';
  import { getPriority } from 'node:os';
  import { giveWayToOtherThreads } from ${JSON.stringify(BUILT)};
  const own = readlinkSync('/proc/thread-self').split('/').at(-1);
  giveWayToOtherThreads();
  const others = readdirSync('/proc/self/task').filter((id) => id !== own);
  const told = { own: getPriority(Number(own)), others: others.map((id) => getPriority(Number(id))) };
  process.stdout.write(JSON.stringify(told));
`;

test.runIf(process.platform === 'linux')(
  'a thread gives way, and the others of its process do not',
  async () => {
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', SCRIPT]);
    const { own, others } = JSON.parse((await run).stdout) as { own: number; others: number[] };
    expect(own).toBe(constants.priority.PRIORITY_BELOW_NORMAL);
    expect(others.length).toBeGreaterThan(0);
    expect(Math.max(...others)).toBe(getPriority());
  },
);
