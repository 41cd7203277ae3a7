/** A process that serves the made-up company by ldapjs, as one who knows it writes it: entries in memory, found by a Map. */
import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import {
  ADMIN_DN,
  ADMIN_PASSWORD,
  groupDn,
  groupsByMember,
  person,
  type Size,
  USERS_DN,
  userDn,
} from './population.ts';

/** Answered by the port. */
export interface LdapjsOrder {
  readonly size: Size;
  readonly certPem: string;
  readonly keyPem: string;
}

/** As far as it is used here: its own types leave much of a server out. */
interface LdapjsServer {
  readonly server: Server;
  listen(port: number, host: string, listening: () => void): void;
  bind(dn: string, answer: (request: { credentials: string }, response: Response, next: Next) => void): void;
  search(
    base: string,
    answer: (request: { filter: AskedFilter }, response: Response, next: Next) => void,
  ): void;
}
interface AskedFilter {
  readonly attribute?: string;
  readonly value?: string;
}
interface Response {
  send(entry: Entry): void;
  end(status?: number): void;
}
type Next = () => void;
interface Entry {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
}
const { createServer } = createRequire(import.meta.url)('ldapjs') as {
  createServer(options: { readonly certificate: string; readonly key: string }): LdapjsServer;
};

const INVALID_CREDENTIALS = 49;

process.on('message', ({ size, certPem, keyPem }: LdapjsOrder) => {
  const ldapjs = createServer({ certificate: certPem, key: keyPem });
  // Otherwise each answer waits for the client's delayed acknowledgement, 40 ms.
  ldapjs.server.on('connection', (socket) => socket.setNoDelay(true));
  serve(ldapjs, entriesOf(size));
  ldapjs.listen(0, '127.0.0.1', () =>
    process.send?.({ port: (ldapjs.server.address() as AddressInfo).port }),
  );
});
process.on('disconnect', () => process.exit());

function entriesOf(size: Size): ReadonlyMap<string, Entry> {
  const groups = groupsByMember(size);
  const everybody = Array.from({ length: size.users }, (_, index) =>
    entryOf(index + 1, groups.get(index + 1) ?? []),
  );
  const owner = { uid: 'admin', cn: 'admin', sn: 'admin', objectClass: 'inetOrgPerson' };
  return new Map([['admin', { dn: `uid=admin,${USERS_DN}`, attributes: owner }], ...everybody]);
}

function entryOf(index: number, groups: readonly number[]): readonly [string, Entry] {
  const { username, mail, commonName, givenName, familyName } = person(index);
  const attributes = {
    ...{ objectClass: 'inetOrgPerson', uid: username, cn: commonName, displayName: commonName },
    ...{ givenName, sn: familyName, mail },
    ...(groups.length > 0 && { memberOf: groups.map(groupDn) }),
  };
  return [username, { dn: userDn(index), attributes }];
}

function serve(ldapjs: LdapjsServer, entries: ReadonlyMap<string, Entry>): void {
  ldapjs.bind(ADMIN_DN, ({ credentials }, response, next) => {
    response.end(credentials === ADMIN_PASSWORD ? 0 : INVALID_CREDENTIALS);
    next();
  });
  ldapjs.search(USERS_DN, ({ filter: { attribute, value } }, response, next) => {
    const found = attribute === 'uid' ? [entries.get(String(value))] : entries.values();
    for (const entry of found) if (entry !== undefined) response.send(entry);
    response.end();
    next();
  });
}
