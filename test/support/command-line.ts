/** The built command line within the process of a test, which spares each command the start of a process. */
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { Terminal } from '../../src/cli/terminal.ts';
import type { Ended } from './program.ts';

/** What was built, as the server is that it works beside. */
const PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'program.js');
const HERE = process.cwd();
let running = 0;

/** Runs `roster <args>` as if `folder` were the working directory; `input` becomes its standard input. */
export async function runCommand(
  args: readonly string[],
  { folder, env, input }: { folder: string; env: NodeJS.ProcessEnv; input: string },
): Promise<Ended> {
  const { runCommandLine }: typeof import('../../src/cli/program.ts') = await import(PROGRAM);
  const [stdout, stderr] = [collector(), collector()];
  const stdin = Readable.from(input === '' ? [] : [Buffer.from(input)]);
  const [on, off] = [process.on.bind(process), process.off.bind(process)];
  const terminal = { stdin, stdout: stdout.stream, stderr: stderr.stream, env, on, off };
  running += 1;
  process.chdir(folder);
  try {
    const status = await runCommandLine(args, terminal as unknown as Terminal);
    return { status, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    running -= 1;
    if (running === 0) process.chdir(HERE);
  }
}

function collector() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}
