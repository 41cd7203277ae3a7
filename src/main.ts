/** The process: gives the command line its arguments and streams, and turns its result into an exit status. */
import { runCommandLine } from './cli/program.ts';

/** What still keeps the process alive this long after its work is cut off. */
const LINGER_MS = 5_000;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader went away, as `head` does when it has seen enough.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await runCommandLine(process.argv.slice(2), process);
setTimeout(() => process.exit(), LINGER_MS).unref();
