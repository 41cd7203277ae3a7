/** Passwords come by standard input or by a hidden prompt, never as an argument, which other users of the machine can see. */
import { read } from 'read';
import { UsageError, WorkFailed } from './failure.ts';
import type { Terminal } from './terminal.ts';

const PASSWORD_INPUT_BYTES_MAX = 4096;

/** The one line of standard input. Throws UsageError when it is empty, more than a line, too long or not UTF-8. */
export async function passwordFromStdin({ stdin }: Terminal): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes > PASSWORD_INPUT_BYTES_MAX) throw new UsageError('Standard input is too long for a password.');
  }
  const password = decode(Buffer.concat(chunks)).replace(/\r?\n$/, '');
  if (password === '') throw new UsageError('Standard input holds no password.');
  if (/[\r\n]/.test(password)) throw new UsageError('The password must be one line.');
  return password;
}

/** Asks for a password without showing it; '' when only the return key was pressed. Throws WorkFailed when interrupted. */
export async function promptPassword({ stdin, stderr }: Terminal, prompt: string): Promise<string> {
  try {
    return await read({ prompt, silent: true, input: stdin, output: stderr });
  } catch {
    throw new WorkFailed('Cancelled: nothing was changed.');
  } finally {
    // The return key that was pressed is not shown either.
    stderr.write('\n');
  }
}

/** Asks twice. Throws UsageError when the two differ. */
export async function promptNewPassword(terminal: Terminal, prompt: string): Promise<string> {
  const password = await promptPassword(terminal, prompt);
  if (password !== '' && password !== (await promptPassword(terminal, 'The same again: '))) {
    throw new UsageError('The two passwords differ.');
  }
  return password;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UsageError('Standard input is not UTF-8 text.');
  }
}
