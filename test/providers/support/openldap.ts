/** OpenLDAP with its memberof overlay, read by an ordinary account. */
import { directoryLdif, startSlapd, type TestSlapd } from '../../support/slapd.ts';
import { ldifChanges, type Provider, personLdif } from './provider.ts';

export interface OpenLdapProvider extends Provider {
  readonly slapd: TestSlapd;
}

/** `sizeLimit`: entries that one search may return to that account, pages together. */
export async function startOpenLdap(
  options: { readonly users?: number; readonly sizeLimit?: number | 'unlimited' } = {},
): Promise<OpenLdapProvider> {
  const { users = 0, sizeLimit = 'unlimited' } = options;
  const slapd = await startSlapd({ ldif: directoryLdif({ users, groups: 0 }), sizeLimit });
  const dnOf = (username: string) => `uid=${username},ou=people,${slapd.baseDn}`;
  const changes = ldifChanges(dnOf, (name) => `cn=${name},ou=groups,${slapd.baseDn}`);
  return {
    slapd,
    source: [
      ...['--preset', 'openldap', '--url', slapd.url, '--bind-dn', slapd.readerDn, '--sync-groups'],
      ...['--base-dn', `ou=people,${slapd.baseDn}`, '--group-base-dn', `ou=groups,${slapd.baseDn}`],
    ],
    bindPassword: slapd.readerPassword,
    caPem: slapd.caPem,
    addPerson: (username, password) => slapd.modify(personLdif(dnOf(username), username, password)),
    renamePerson: (from, to) => slapd.modify(changes.rename(from, `uid=${to}`)),
    removePerson: (username) => slapd.modify(changes.remove(username)),
    addGroup: (name, usernames) => slapd.modify(changes.group(name, 'groupOfNames', usernames)),
    addMember: (group, username) => slapd.modify(changes.addMember(group, username)),
    removeMember: (group, username) => slapd.modify(changes.removeMember(group, username)),
    stop: () => slapd.stop(),
  };
}
