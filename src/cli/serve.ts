/** `roster serve`: runs the server until SIGINT or SIGTERM, looks for a new certificate at SIGHUP, and prints how to reach it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { createApp, type GeneratedPasswords, OWNER_USERNAME, type Started } from '../app.ts';
import { type Config, type Listen, readConfig } from '../core/config/config.ts';
import { disk } from '../core/config/disk.ts';
import type { Terminal } from './terminal.ts';

export function serveCommand(terminal: Terminal): Command {
  return new Command('serve')
    .description('run the server; SIGHUP makes it look for a new certificate, SIGTERM ends it')
    .action(() => serve(terminal));
}

async function serve(terminal: Terminal): Promise<void> {
  const config = readConfig(terminal.env, disk);
  const app = createApp(config);
  const ended = endSignal(terminal);
  terminal.on('SIGHUP', () => void app.reload());
  try {
    const started = await app.start();
    terminal.stdout.write(picture(config, started, app.generated()));
  } catch (error) {
    // The database knows only their hashes from now on: this is the one chance to show them.
    terminal.stdout.write(passwordLines(app.generated()).join(''));
    throw error;
  }
  await ended;
  await app.stop();
}

/** Resolves at the first signal to end; later ones change nothing, since stopping takes a bounded time. */
function endSignal(terminal: Terminal): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) terminal.on(signal, () => resolve());
  });
}

function picture(config: Config, started: Started, generated: GeneratedPasswords | null): string {
  const ldapsUrl = `ldaps://${reachable(started.ldaps)}`;
  const bindDn = `cn=admin,ou=system,${config.baseDn}`;
  const token = started.apiTokenFile === null ? 'as configured' : `in ${started.apiTokenFile}`;
  return [
    `Roster serves ${config.baseDn}.\n\n`,
    line('LDAPS', `${ldapsUrl} for ${whoReaches(started) || 'nobody: the allow-list lets nobody in there'}`),
    line('Base DN', config.baseDn),
    line('Bind DN', bindDn),
    line('Admin pages', `http://${reachable(started.http)}`),
    line('API token', token),
    ...passwordLines(generated),
    ...(started.hasOwner || generated?.nobody === true ? [] : [NO_OWNER]),
    `\nRead the directory:\n  ${searchCommand(config, ldapsUrl, bindDn, generated?.bindPassword ?? null)}\n`,
  ].join('');
}

/** What listens on an IPv4 address is reached over IPv4 alone. */
function whoReaches({ ldaps, allow }: Started): string {
  return allow.filter((entry) => !/^[\d.]+$/.test(ldaps.host) || entry.includes('.')).join(', ');
}

function passwordLines(generated: GeneratedPasswords | null): string[] {
  const nobody = generated?.nobody === true ? [NOBODY] : [];
  const lines = [
    ...(generated?.bindPassword ? [line('Password of the bind DN', generated.bindPassword)] : []),
    ...(generated?.ownerPassword
      ? [line(`Password of user ${OWNER_USERNAME}`, generated.ownerPassword)]
      : []),
    ...(generated?.people ?? []).map(({ username, password }) =>
      line(`Password of user ${username}`, password),
    ),
  ];
  if (lines.length === 0) return nobody;
  return [...nobody, '\nGenerated at this first start; keep them now, they are not shown again:\n', ...lines];
}

const NOBODY =
  '\nThere are no users, since users.yaml is empty. Add one by: roster users add <name> --role owner\n';

const NO_OWNER =
  '\nNo owner can sign in. Make somebody one by: roster users edit <name> --role owner (or users add)\n';

/** One that works when pasted into a shell in the same folder. */
function searchCommand(config: Config, url: string, bindDn: string, bindPassword: string | null): string {
  const caFile = join(config.certsDir, 'ca.crt');
  return [
    ...(existsSync(caFile) ? [`LDAPTLS_CACERT=${shellWord(caFile)}`] : []),
    `ldapsearch -x -H ${url} -D ${shellWord(bindDn)}`,
    bindPassword === null ? '-W' : `-w ${quoted(bindPassword)}`,
    `-b ${shellWord(config.baseDn)}`,
  ].join(' ');
}

function line(name: string, value: string): string {
  return `  ${name.padEnd(24)}${value}\n`;
}

/** Host and port as a client on this machine may write them. */
function reachable({ host, port }: Listen): string {
  if (/^[0.:]+$/.test(host)) return `localhost:${port}`;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function shellWord(text: string): string {
  return /^[\w.,=/@:+-]+$/.test(text) ? text : quoted(text);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
