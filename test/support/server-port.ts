/** What the pages of the server stand on, on a real LDAPS server over the directory of a test. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExternalAuthority } from '../../src/authority/authority.ts';
import { createActivity } from '../../src/core/activity/activity.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { CredentialsDependencies } from '../../src/core/credentials/verify.ts';
import { createCredentials } from '../../src/core/credentials/verify.ts';
import { createJournal } from '../../src/core/directory/journal.ts';
import { newId } from '../../src/core/ids.ts';
import { silentLogger } from '../../src/core/log.ts';
import { withActivity } from '../../src/ldap-server/activity-observer.ts';
import { createLdapAdministration } from '../../src/ldap-server/administration.ts';
import { loadOrCreateCertificate } from '../../src/ldap-server/certificate.ts';
import { watchCertificate } from '../../src/ldap-server/certificate-watch.ts';
import type { LdapObserver } from '../../src/ldap-server/observer.ts';
import { createLdapServer } from '../../src/ldap-server/server.ts';
import type { TestDirectory } from './directory.ts';

export type TestServer = Awaited<ReturnType<typeof startTestServer>>;

export async function startTestServer(
  { store, directory }: TestDirectory,
  passwords: CredentialsDependencies['passwords'],
) {
  const certsDir = await mkdtemp(join(tmpdir(), 'roster-certs-'));
  const names = { hostnames: ['localhost'], addresses: ['127.0.0.1'], now: new Date() };
  const certificate = await loadOrCreateCertificate(certsDir, names);
  const activity = createActivity({ clock: systemClock });
  const server = createLdapServer({
    listen: { host: '127.0.0.1', port: 0 },
    ...{ baseDn: 'dc=roster', certificate, store, settings: directory.settings },
    credentials: createCredentials({
      ...{ passwords, remote: null },
      authority: createExternalAuthority({
        ...{ authority: directory.authority, people: directory.externalPeople },
        ...{ clock: systemClock, log: silentLogger },
      }),
    }),
    ...{ clock: systemClock, log: silentLogger, observer: withActivity(UNHEEDED, activity) },
  });
  const listen = await server.start();
  const certificates = watchCertificate({
    ...{ dir: certsDir, certificate, clock: systemClock, log: silentLogger },
    use: (replaced) => server.useCertificate(replaced),
  });
  const ldap = createLdapAdministration({
    ...{ server, certificates, certsDir, listen, baseDn: 'dc=roster', clock: systemClock },
    audit: (actor, { fingerprint }) =>
      store.write((transaction) =>
        createJournal(newId)(transaction, {
          ...{ at: systemClock.now(), actor, action: 'certificate.replace', subjectId: null, changes: [] },
          details: { fingerprint },
        }),
      ),
  });
  return {
    activity,
    ldap,
    certsDir,
    /** Runs one of OpenLDAP's programs; resolves with its status and what it printed. */
    run(program: string, dn: string, password: string, ...args: string[]) {
      const env = { ...process.env, LDAPTLS_CACERT: join(certsDir, 'ca.crt') };
      const all = ['-x', '-H', `ldaps://127.0.0.1:${listen.port}`, '-D', dn, '-w', password, ...args];
      return new Promise<{ status: number; stdout: string }>((resolve) => {
        execFile(program, all, { env }, (error, stdout) =>
          resolve({ status: typeof error?.code === 'number' ? error.code : 0, stdout }),
        );
      });
    },
    async stop() {
      certificates.stop();
      await server.stop();
      await rm(certsDir, { recursive: true });
    },
  };
}

const UNHEEDED: LdapObserver = { operation() {}, refused() {}, handshakeFailed() {} };
