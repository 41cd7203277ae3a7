/** ldapjs as the bench holds it: a process that serves the same entries, for the works that it can keep up with. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Certificate } from '../src/ldap-server/certificate.ts';
import type { LdapjsOrder } from './ldapjs-server.ts';
import type { Size } from './population.ts';
import type { Served } from './yardstick.ts';

/** Those that need no index besides that of names, no paging and no password hash. */
export const LDAPJS_WORKS: readonly string[] = ['uid', 'uid-16', 'few', 'listing', 'visits'];

export async function startLdapjs({ certPem, keyPem }: Certificate, size: Size): Promise<Served> {
  const child = fork(join(import.meta.dirname, 'ldapjs-server.js'), { execArgv: [] });
  child.send({ certPem, keyPem, size } satisfies LdapjsOrder);
  const [{ port }] = (await once(child, 'message')) as [{ readonly port: number }];
  return {
    name: 'ldapjs',
    port,
    pid: child.pid ?? 0,
    async stop() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
