/** Real programs for tests: run to their end, or kept running in the foreground until they are stopped by their pid. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const START_TIMEOUT_MS = 20_000;
const POLL_MS = 20;

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Becomes the program's standard input. */
  readonly input?: string;
}

/** Runs a program to its end, with PATH and `env` as its environment; rejects only if it cannot be started. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ended> {
  const { env = {}, cwd, input = '' } = options;
  return new Promise((resolve, reject) => {
    const settings = { env: { PATH: process.env['PATH'], ...env }, cwd, maxBuffer: 1 << 26 };
    const child = execFile(program, args, settings, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
    // A program that ends without reading its input closes the pipe.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

export interface Daemon {
  readonly pid: number;
  /** What it wrote so far. */
  output(): string;
  /** Resolves at its end, whatever ends it. */
  readonly ended: Promise<void>;
  /** Ends it and waits for its end. */
  stop(): Promise<void>;
}

export interface DaemonOptions extends RunOptions {
  /** Whether it serves by now; asked again and again. */
  ready(daemon: Daemon): boolean | Promise<boolean>;
  /** What ends it; SIGTERM by default. */
  readonly stopSignal?: NodeJS.Signals;
}

/** Starts a program that stays in the foreground; resolves when it serves, rejects with its output if it does not. */
export async function startDaemon(
  program: string,
  args: readonly string[],
  { env = {}, cwd, ready, stopSignal = 'SIGTERM' }: DaemonOptions,
): Promise<Daemon> {
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await once(child, 'spawn');
  const daemon = daemonOf(child, stopSignal);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await ready(daemon))) {
    if (hasEnded(child) || Date.now() > deadline) {
      await daemon.stop();
      throw new Error(`${program} did not start:\n${daemon.output()}`);
    }
    await pause(POLL_MS);
  }
  return daemon;
}

function daemonOf(child: ChildProcess, stopSignal: NodeJS.Signals): Daemon {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = once(child, 'exit').then(() => {});
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    async stop() {
      child.kill(stopSignal);
      await ended;
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Whether somebody accepts connections on a port of loopback. */
export async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
