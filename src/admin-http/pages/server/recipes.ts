/** Settings for programs that look people up here and sign them in; docs/clients says more about those that tests start. */

export interface Recipe {
  /** Also the name of the application in its bind DN. */
  readonly id: string;
  readonly title: string;
  /** Where the settings belong. */
  readonly where: string;
  /** With placeholders, see filledIn. */
  readonly settings: string;
  /** What to know besides. */
  readonly note?: string;
}

/** What is put in the place of the placeholders {host}, {port}, {base} and {bind}. */
export interface RecipeValues {
  readonly host: string;
  readonly port: number;
  readonly base: string;
}

export function filledIn({ id, settings }: Recipe, { host, port, base }: RecipeValues): string {
  const values: Readonly<Record<string, string>> = {
    ...{ host, base, port: String(port) },
    bind: `cn=${id},ou=apps,${base}`,
  };
  return settings.trim().replace(/\{(host|port|base|bind)\}/g, (_all, name: string) => values[name] ?? '');
}

export const RECIPES: readonly Recipe[] = [
  {
    id: 'apache',
    title: 'Apache httpd',
    where: 'Server and location, with mod_authnz_ldap',
    settings: `
LDAPTrustedGlobalCert CA_BASE64 /etc/ssl/certs/roster-ca.pem
<Location "/">
  AuthType Basic
  AuthName "Roster"
  AuthBasicProvider ldap
  AuthLDAPURL "ldaps://{host}:{port}/ou=users,{base}?uid?sub?(objectClass=person)"
  AuthLDAPBindDN "{bind}"
  AuthLDAPBindPassword "APP-PASSWORD"
  AuthLDAPRemoteUserAttribute uid
  Require valid-user
</Location>`,
  },
  {
    id: 'authelia',
    title: 'Authelia',
    where: 'configuration.yml; the password in AUTHELIA_AUTHENTICATION_BACKEND_LDAP_PASSWORD_FILE',
    settings: `
authentication_backend:
  ldap:
    implementation: custom
    address: ldaps://{host}:{port}
    base_dn: {base}
    additional_users_dn: ou=users
    users_filter: (&(|({username_attribute}={input})({mail_attribute}={input}))(objectClass=person))
    additional_groups_dn: ou=groups
    groups_filter: (&(member={dn})(objectClass=groupOfNames))
    user: {bind}
    attributes:
      username: uid
      display_name: displayName
      mail: mail
      group_name: cn`,
  },
  {
    id: 'dovecot',
    title: 'Dovecot 2.3',
    where: '/etc/dovecot/dovecot-ldap.conf.ext',
    settings: `
uris = ldaps://{host}:{port}
tls_ca_cert_file = /etc/ssl/certs/roster-ca.pem
dn = {bind}
dnpass = APP-PASSWORD
ldap_version = 3
auth_bind = yes
base = ou=users,{base}
scope = subtree
pass_filter = (&(objectClass=inetOrgPerson)(|(uid=%u)(mail=%u)))
pass_attrs = uid=user`,
  },
  {
    id: 'gitea',
    title: 'Gitea and Forgejo',
    where:
      'On the command line (forgejo instead of gitea for Forgejo), or in the same fields of the site administration',
    settings: `
gitea admin auth add-ldap \\
  --name Roster \\
  --security-protocol ldaps \\
  --host {host} \\
  --port {port} \\
  --bind-dn "{bind}" \\
  --bind-password APP-PASSWORD \\
  --user-search-base "ou=users,{base}" \\
  --user-filter "(&(objectClass=person)(|(uid=%[1]s)(mail=%[1]s)))" \\
  --username-attribute uid \\
  --firstname-attribute givenName \\
  --surname-attribute sn \\
  --email-attribute mail`,
  },
  {
    id: 'gitlab',
    title: 'GitLab',
    where: '/etc/gitlab/gitlab.rb, then gitlab-ctl reconfigure',
    settings: `
gitlab_rails['ldap_enabled'] = true
gitlab_rails['ldap_servers'] = {
  'main' => {
    'label' => 'Roster',
    'host' => '{host}',
    'port' => {port},
    'encryption' => 'simple_tls',
    'verify_certificates' => true,
    'tls_options' => { 'ca_file' => '/etc/ssl/certs/roster-ca.pem' },
    'uid' => 'uid',
    'bind_dn' => '{bind}',
    'password' => 'APP-PASSWORD',
    'base' => 'ou=users,{base}',
    'user_filter' => '(objectClass=person)',
    'active_directory' => false,
    'allow_username_or_email_login' => false,
  },
}`,
  },
  {
    id: 'grafana',
    title: 'Grafana',
    where: '/etc/grafana/ldap.toml, with enabled = true in the section [auth.ldap] of grafana.ini',
    settings: `
[[servers]]
host = "{host}"
port = {port}
use_ssl = true
start_tls = false
root_ca_cert = "/etc/ssl/certs/roster-ca.pem"
bind_dn = "{bind}"
bind_password = """APP-PASSWORD"""
search_filter = "(|(uid=%s)(mail=%s))"
search_base_dns = ["ou=users,{base}"]

[servers.attributes]
name = "givenName"
surname = "sn"
username = "uid"
member_of = "memberOf"
email = "mail"

[[servers.group_mappings]]
group_dn = "cn=grafana-admins,ou=groups,{base}"
org_role = "Admin"

[[servers.group_mappings]]
group_dn = "*"
org_role = "Viewer"`,
  },
  {
    id: 'jellyfin',
    title: 'Jellyfin',
    where: 'The settings of the LDAP Authentication plugin',
    settings: `
LDAP Server: {host}
LDAP Port: {port}
Secure LDAP: yes
StartTLS: no
LDAP Bind User: {bind}
LDAP Bind User Password: APP-PASSWORD
LDAP Base DN for searches: ou=users,{base}
LDAP Search Filter: (objectClass=inetOrgPerson)
LDAP Search Attributes: uid, mail
LDAP Uid Attribute: uid
LDAP Username Attribute: uid
LDAP Admin Filter: (memberOf=cn=jellyfin-admins,ou=groups,{base})`,
  },
  {
    id: 'jenkins',
    title: 'Jenkins',
    where: 'Manage Jenkins, Security, with the plugin ldap; here as configuration as code',
    settings: `
jenkins:
  securityRealm:
    ldap:
      configurations:
        - server: "ldaps://{host}:{port}"
          rootDN: "{base}"
          managerDN: "{bind}"
          managerPasswordSecret: "APP-PASSWORD"
          userSearchBase: "ou=users"
          userSearch: "uid={0}"
          groupSearchBase: "ou=groups"
          groupSearchFilter: "(& (cn={0})(objectclass=groupOfNames))"
          groupMembershipStrategy:
            fromUserRecord:
              attributeName: "memberOf"
          displayNameAttributeName: "displayName"
          mailAddressAttributeName: "mail"`,
    note: 'Java trusts the authority once it is in its trust store: keytool -importcert -cacerts -file roster-ca.pem.',
  },
  {
    id: 'keycloak',
    title: 'Keycloak',
    where: 'User federation, LDAP provider',
    settings: `
Vendor: Other
Connection URL: ldaps://{host}:{port}
Bind type: simple
Bind DN: {bind}
Bind credentials: APP-PASSWORD
Edit mode: READ_ONLY
Users DN: ou=users,{base}
Username LDAP attribute: uid
RDN LDAP attribute: uid
UUID LDAP attribute: entryUUID
User object classes: inetOrgPerson
Search scope: One level
Pagination: on
Group mapper, LDAP groups DN: ou=groups,{base}
Group mapper, group object classes: groupOfNames
Group mapper, membership attribute: member`,
    note: 'Give Keycloak the authority by its option truststore-paths.',
  },
  {
    id: 'nextcloud',
    title: 'Nextcloud',
    where: 'On the command line, with the app user_ldap; s01 is what the second line prints',
    settings: `
occ app:enable user_ldap
occ ldap:create-empty-config
occ ldap:set-config s01 ldapHost ldaps://{host}
occ ldap:set-config s01 ldapPort {port}
occ ldap:set-config s01 ldapAgentName "{bind}"
occ ldap:set-config s01 ldapAgentPassword APP-PASSWORD
occ ldap:set-config s01 ldapBase "{base}"
occ ldap:set-config s01 ldapBaseUsers "ou=users,{base}"
occ ldap:set-config s01 ldapBaseGroups "ou=groups,{base}"
occ ldap:set-config s01 ldapUserFilter "(objectClass=inetOrgPerson)"
occ ldap:set-config s01 ldapLoginFilter "(&(objectClass=inetOrgPerson)(|(uid=%uid)(mail=%uid)))"
occ ldap:set-config s01 ldapUserDisplayName displayName
occ ldap:set-config s01 ldapEmailAttribute mail
occ ldap:set-config s01 ldapExpertUsernameAttr uid
occ ldap:set-config s01 ldapGroupFilter "(objectClass=groupOfNames)"
occ ldap:set-config s01 ldapGroupMemberAssocAttr member
occ ldap:set-config s01 useMemberOfToDetectMembership 1
occ ldap:set-config s01 ldapConfigurationActive 1`,
    note: 'PHP finds the authority by TLS_CACERT in /etc/ldap/ldap.conf.',
  },
  {
    id: 'postgresql',
    title: 'PostgreSQL',
    where: 'pg_hba.conf, one line; the role itself must exist',
    settings: `
host all all 0.0.0.0/0 ldap ldapscheme=ldaps ldapserver={host} ldapport={port} ldapbasedn="ou=users,{base}" ldapbinddn="{bind}" ldapbindpasswd="APP-PASSWORD" ldapsearchattribute=uid`,
    note: 'The server finds the authority by LDAPTLS_CACERT in its environment. pg_hba.conf must not be readable by others.',
  },
  {
    id: 'proxmox',
    title: 'Proxmox VE',
    where: 'On the command line of a node',
    settings: `
pveum realm add roster --type ldap --mode ldaps --server1 {host} --port {port} \\
  --base_dn "ou=users,{base}" --bind_dn "{bind}" --password \\
  --user_attr uid --verify 1 --capath /etc/ssl/certs/roster-ca.pem \\
  --filter "(objectClass=person)" --group_dn "ou=groups,{base}" --group_filter "(objectClass=groupOfNames)" \\
  --sync_attributes "email=mail,firstname=givenName,lastname=sn"
pveum realm sync roster`,
  },
  {
    id: 'squid',
    title: 'Squid',
    where: 'squid.conf; the password alone in /etc/squid/roster-password',
    settings: `
auth_param basic program /usr/lib/squid/basic_ldap_auth -R -H ldaps://{host}:{port} -D {bind} -W /etc/squid/roster-password -b ou=users,{base} -f (&(objectClass=person)(|(uid=%s)(mail=%s)))
auth_param basic realm Roster
acl roster proxy_auth REQUIRED
http_access allow roster`,
  },
  {
    id: 'sssd',
    title: 'SSSD, for accounts of Linux',
    where: '/etc/sssd/sssd.conf, mode 0600; Unix accounts must be switched on in the settings',
    settings: `
[sssd]
services = nss, pam
domains = roster

[domain/roster]
id_provider = ldap
auth_provider = ldap
ldap_uri = ldaps://{host}:{port}
ldap_tls_cacert = /etc/ssl/certs/roster-ca.pem
ldap_default_bind_dn = {bind}
ldap_default_authtok = APP-PASSWORD
ldap_search_base = {base}
ldap_schema = rfc2307bis
ldap_user_uuid = entryUUID
ldap_group_uuid = entryUUID
min_id = 10000
auto_private_groups = true`,
  },
];
