/** The first start prints all one needs, once, and who is not on the allow-list gets no TLS handshake. */

import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { newRoster, type TestRoster } from '../support/roster.ts';

let roster: TestRoster;

afterEach(() => roster?.remove());

test('the printed ldapsearch line prints entries when pasted', async () => {
  roster = await newRoster({ ROSTER_BIND_PASSWORD: '' });
  await roster.start();
  const line =
    roster.output
      .split('\n')
      .find((text) => text.includes('ldapsearch '))
      ?.trim() ?? '';
  const { stdout } = await shell(line, roster.folder);
  expect(stdout).toMatch(/^dn: dc=roster$/m);
  expect(stdout).toMatch(/^dn: uid=admin,ou=users,dc=roster$/m);
});

test('generated passwords are printed at the first start only', async () => {
  roster = await newRoster({ ROSTER_BIND_PASSWORD: '' });
  await roster.start();
  const password = /-w '([^']+)'/.exec(roster.output)?.[1] ?? '';
  expect(password.length).toBeGreaterThanOrEqual(20);
  await roster.stop();
  await roster.start();
  expect(roster.output).not.toContain(password);
  expect(roster.log).not.toContain(password);
});

test('an address outside the allow-list gets no TLS handshake', async () => {
  roster = await newRoster({ ROSTER_ALLOW: '127.0.0.1' });
  await roster.start();
  const port = Number(new URL(roster.ldapsUrl).port);
  expect(await bytesReceivedBy('127.0.0.2', port)).toBe(0);
  expect((await roster.search(['-b', '', '-s', 'base', '(objectClass=*)'], null)).length).toBe(1);
});

/** Connects from a local address, sends the start of a ClientHello, and counts what comes back until the end. */
function bytesReceivedBy(localAddress: string, port: number): Promise<number> {
  return new Promise((resolve) => {
    let bytes = 0;
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(bytes));
    socket.write(Buffer.from('1603010200010001fc0303', 'hex'));
  });
}

function shell(line: string, cwd: string): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile('sh', ['-c', line], { cwd, encoding: 'utf8' }, (_error, stdout, stderr) =>
      resolve({ stdout, stderr }),
    );
  });
}
