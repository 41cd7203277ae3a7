/** A real directory server of a test, of whatever make, as the source of a Roster. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

export interface Provider {
  /** Options of `roster sources add`, without CA file and password. */
  readonly source: readonly string[];
  readonly bindPassword: string;
  readonly caPem: string;
  addPerson(username: string, password: string): Promise<void>;
  renamePerson(from: string, to: string): Promise<void>;
  removePerson(username: string): Promise<void>;
  addGroup(name: string, usernames: readonly string[]): Promise<void>;
  addMember(group: string, username: string): Promise<void>;
  removeMember(group: string, username: string): Promise<void>;
  /** Gone is what it started, and what it laid on disk. */
  stop(): Promise<void>;
}

export interface LdapAccount {
  readonly url: string;
  readonly caFile: string;
  readonly dn: string;
  readonly password: string;
}

/** Applies LDIF of changes; `directory` is a private one for the files that this takes. */
export async function ldapModify(account: LdapAccount, directory: string, ldif: string): Promise<void> {
  const changes = path.join(directory, 'changes.ldif');
  const secret = path.join(directory, 'modify.password');
  await writeFile(changes, ldif);
  await writeFile(secret, account.password, { mode: 0o600 });
  const args = ['-x', '-H', account.url, '-D', account.dn, '-y', secret, '-f', changes];
  const env = { PATH: process.env['PATH'], LDAPTLS_CACERT: account.caFile };
  await promisify(execFile)('ldapmodify', args, { env });
}

/** The changes that every provider has in common; `dnOf` tells where its people are, `member` how it keeps them. */
export function ldifChanges(dnOf: (username: string) => string, groupDnOf: (name: string) => string) {
  const member = (change: 'add' | 'delete') => (group: string, username: string) =>
    `dn: ${groupDnOf(group)}\nchangetype: modify\n${change}: member\nmember: ${dnOf(username)}\n`;
  return {
    rename: (from: string, rdn: string) =>
      `dn: ${dnOf(from)}\nchangetype: modrdn\nnewrdn: ${rdn}\ndeleteoldrdn: 1\n`,
    remove: (username: string) => `dn: ${dnOf(username)}\nchangetype: delete\n`,
    group: (name: string, objectClass: string, usernames: readonly string[]) =>
      [
        `dn: ${groupDnOf(name)}\nchangetype: add\nobjectClass: ${objectClass}\ncn: ${name}`,
        ...usernames.map((username) => `member: ${dnOf(username)}`),
        '',
      ].join('\n'),
    addMember: member('add'),
    removeMember: member('delete'),
  };
}

/** An inetOrgPerson as an entry to add. */
export function personLdif(dn: string, username: string, password: string): string {
  return [
    `dn: ${dn}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: ${username}`,
    `cn: ${username} Doe\nsn: Doe\ngivenName: ${username}\nmail: ${username}@example.com`,
    `userPassword: ${password}\n`,
  ].join('\n');
}
