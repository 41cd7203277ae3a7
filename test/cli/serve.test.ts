import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { BIND_DN, newRoster, type TestRoster } from '../support/roster.ts';

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'roster.cjs');

let roster: TestRoster;

afterEach(() => roster?.remove());

test('the first start says how to reach it, and its secrets are for the owner alone', async () => {
  roster = await newRoster({ ROSTER_API_TOKEN: '', ROSTER_BIND_PASSWORD: '' });
  await roster.start();
  const tokenFile = join(roster.folder, 'data', 'api-token');
  expect(roster.output).toMatch(/^Roster serves dc=roster\.$/m);
  expect(roster.output).toMatch(/^ {2}LDAPS +ldaps:\/\/127\.0\.0\.1:\d+ for 127\.0\.0\.1$/m);
  expect(roster.output).toMatch(new RegExp(`^ {2}Bind DN +${BIND_DN}$`, 'm'));
  expect(roster.output).toMatch(/^ {2}Password of the bind DN +\S{32}$/m);
  expect(roster.output).toMatch(/^ {2}Password of user admin +\S{32}$/m);
  expect(roster.output).toMatch(/not shown again/);
  expect(roster.output).toMatch(/^ {2}LDAPTLS_CACERT=\S+ ldapsearch -x -H ldaps:/m);
  expect(roster.output).toContain(tokenFile);
  expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);
  const authorization = `Bearer ${(await readFile(tokenFile, 'utf8')).trim()}`;
  expect((await fetch(`${roster.httpUrl}/api/v1/sources`, { headers: { authorization } })).status).toBe(200);
});

test('before it is built it says how to build it', async () => {
  roster = await newRoster();
  const unbuilt = join(roster.folder, 'bin', 'roster.cjs');
  await cp(BIN, unbuilt);
  const command = spawn(process.execPath, [unbuilt, 'users', 'list'], { cwd: roster.folder });
  let told = '';
  command.stderr.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  expect(await once(command, 'close')).toEqual([1, null]);
  expect(told).toBe('Roster is not built yet: run npm start (or npm run build) first.\n');
});

test.runIf(process.platform === 'linux')(
  'bcrypt gives way to the thread that answers where processors are short',
  async () => {
    roster = await newRoster();
    await roster.start();
    const threads = `/proc/${roster.pid}/task`;
    const niceOf = async (thread: string) => {
      const line = await readFile(`${threads}/${thread}/stat`, 'utf8');
      // Field 19 of proc(5), behind the name in parentheses.
      return Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[16]);
    };
    const nice = await Promise.all((await readdir(threads)).map(niceOf));
    expect(await niceOf(String(roster.pid))).toBe(0);
    expect(nice.filter((value) => value === 10)).toHaveLength(8);
  },
);

test('given passwords are not printed', async () => {
  roster = await newRoster({ ROSTER_OWNER_PASSWORD: 'the password of the owner' });
  await roster.start();
  expect(roster.output).not.toMatch(/Password of|for-tests|the password of/);
  expect(roster.output).toMatch(/ldapsearch .* -W -b dc=roster$/m);
});

test('a signal ends it in order, however often it comes', async () => {
  roster = await newRoster();
  const env = {
    PATH: process.env['PATH'],
    ROSTER_LDAPS_HOST: '127.0.0.1',
    ROSTER_LDAPS_PORT: '0',
    ROSTER_HTTP_PORT: '0',
    ROSTER_LDAP_WORKERS: '1',
  };
  const server = spawn(process.execPath, [BIN, 'serve'], { cwd: roster.folder, env });
  server.stderr.resume();
  await once(server.stdout, 'data');
  server.kill('SIGINT');
  server.kill('SIGINT');
  expect(await once(server, 'exit')).toEqual([0, null]);
});

test('SIGHUP makes it look at the certificate, and a bad one is told by readiness, metrics and log', async () => {
  roster = await newRoster();
  await roster.start();
  const file = join(roster.folder, 'certs', 'server.crt');
  const certificate = await readFile(file);
  const ready = async () => (await (await fetch(`${roster.httpUrl}/readyz`)).json()) as object;
  const metrics = async () => (await roster.api('/metrics')).text();
  await writeFile(file, 'no certificate');
  roster.signal('SIGHUP');
  await expect.poll(ready).toMatchObject({
    status: 'ready',
    warnings: ['The certificate on disk is refused, and the one before is still in use.'],
  });
  expect(await metrics()).toMatch(/^roster_certificate_in_order 0$/m);
  await expect.poll(() => roster.log).toMatch(/the certificate on disk is refused/);
  expect((await roster.ldap('ldapwhoami', [])).status).toBe(0);
  await writeFile(file, certificate);
  roster.signal('SIGHUP');
  await expect.poll(ready).toMatchObject({ status: 'ready', warnings: [] });
  expect(await metrics()).toMatch(/^roster_ldap_operations_total\{operation="bind",result="0"\} 1$/m);
});

test('a taken port is told in one sentence, and the generated passwords are not lost', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? String(address.port) : '';
  roster = await newRoster({ ROSTER_HTTP_PORT: port, ROSTER_BIND_PASSWORD: '', ROSTER_LOG_LEVEL: 'silent' });
  const { status, stdout, stderr } = await roster.program(['serve']);
  taken.close();
  expect(status).toBe(1);
  expect(stderr).toMatch(new RegExp(`^HTTP cannot listen on 127\\.0\\.0\\.1 port ${port} .*\\n$`));
  expect(stdout).toMatch(/^ {2}Password of the bind DN +\S{32}$/m);
});

test('every problem of the configuration is told, each in one line', async () => {
  roster = await newRoster({ ROSTER_LDAPS_PORT: 'ldaps', ROSTER_ALLOW: 'everybody' });
  const { status, stdout, stderr } = await roster.program(['serve']);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^ROSTER_LDAPS_PORT is "ldaps": .*\nROSTER_ALLOW is "everybody": .*\n$/);
});

test('what the command line adds is served within a second', async () => {
  roster = await newRoster();
  await roster.start();
  expect(await roster.cli(['users', 'add', 'jdoe'])).toMatchObject({ status: 0 });
  await expect
    .poll(async () => (await roster.search(['-b', 'ou=users,dc=roster', '(uid=jdoe)', 'uid'])).length, {
      timeout: 1000,
    })
    .toBe(1);
});
