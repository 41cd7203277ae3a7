import { describe, expect, it } from 'vitest';
import {
  checkBindPassword,
  normaliseSourceFields,
  type SourceFields,
} from '../../../src/core/model/source-fields.ts';
import { DEFAULT_POLICY } from '../../../src/core/model/sync-policy.ts';
import { issueCertificates } from '../../../src/ldap-server/certificate.ts';

const { caPem, certPem, keyPem } = await issueCertificates({
  hostnames: ['localhost'],
  addresses: [],
  now: new Date(),
  validDays: 1,
});

const FIELDS: SourceFields = {
  name: 'corp',
  preset: 'openldap',
  url: 'ldaps://ldap.example.org',
  caPem: null,
  clientCertificatePem: null,
  baseDn: 'ou=people,dc=example,dc=org',
  bindDn: 'cn=reader,dc=example,dc=org',
  filter: '(objectClass=inetOrgPerson)',
  usernameField: 'uid',
  syncGroups: true,
  groupBaseDn: 'ou=groups,dc=example,dc=org',
  groupFilter: '(objectClass=groupOfNames)',
  groupNameField: 'cn',
  schedule: null,
  timeZone: 'UTC',
  dialect: {},
  signIn: {},
  policy: DEFAULT_POLICY,
};
const RULES = { plainLdap: false };

describe('the fields of a source', () => {
  it.each<Partial<SourceFields>>([
    {},
    { caPem },
    { baseDn: 'OU=Ärzte\\, alle,DC=example,DC=org' },
    { preset: 'active-directory', bindDn: 'reader@corp.example.org', usernameField: 'sAMAccountName' },
    { filter: '(&(objectClass=person)(!(uid=\\2a)))' },
    { usernameField: 'cn;lang-de' },
    { usernameField: '0.9.2342.19200300.100.1.1' },
    { preset: 'google', bindDn: 'ReaderOfRoster', clientCertificatePem: certPem },
    {
      dialect: { attributes: { email: ['mail', 'email'], id: [] }, usernameFrom: 'before-at', pageSize: 10 },
    },
    { signIn: { createUsers: true, bindsPerSecond: 0, timeLimitSeconds: 60, rememberSeconds: 0 } },
    { syncGroups: false, groupBaseDn: '', groupFilter: '', groupNameField: '' },
  ])('are kept as written when they are right: %j', (fields) => {
    expect(normaliseSourceFields({ ...FIELDS, ...fields }, RULES)).toEqual({ ...FIELDS, ...fields });
  });

  it('lose blanks around, and what else stands in a CA file', () => {
    const caFile = `subject=CA\n${caPem}\n# and again\n${caPem}`;
    const kept = normaliseSourceFields(
      { ...FIELDS, name: 'Corp', baseDn: ' dc=example,dc=org ', caPem: caFile },
      RULES,
    );
    expect(kept).toMatchObject({ name: 'corp', baseDn: 'dc=example,dc=org' });
    expect(kept.caPem?.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(kept.caPem).not.toContain('subject');
  });

  it.each<[keyof SourceFields, Partial<SourceFields>, RegExp]>([
    ['name', { name: 'corp eu' }, /A source name may hold only/],
    ['preset', { preset: 'ldap' as 'openldap' }, /The preset must be one of jumpcloud, okta, /],
    ['url', { url: 'ldap://ldap.example.org' }, /use ldaps/],
    ['clientCertificatePem', { clientCertificatePem: 'no PEM' }, /^The client certificate cannot be read/],
    [
      'clientCertificatePem',
      { clientCertificatePem: certPem, url: 'ldap://localhost' },
      /is shown over TLS alone: use an ldaps/,
    ],
    ['baseDn', { baseDn: ' ' }, /^The base DN is empty: name the entry by its DN/],
    ['baseDn', { baseDn: 'example.org' }, /^The base DN is not valid at character/],
    ['bindDn', { bindDn: '' }, /^The bind DN is empty/],
    ['bindDn', { bindDn: 'reader@corp.example.org' }, /^The bind DN is not valid at character/],
    [
      'bindDn',
      { preset: 'active-directory', bindDn: 'CORP\\reader' },
      /^The bind DN is not valid at character/,
    ],
    ['filter', { filter: '' }, /^The filter is empty/],
    ['filter', { filter: '(uid=*' }, /^The filter is not valid at character/],
    [
      'usernameField',
      { usernameField: 'uid)(objectClass=*' },
      /^The username field must be the name of an attribute/,
    ],
    ['usernameField', { usernameField: '' }, /^The username field must be/],
    ['usernameField', { usernameField: '1' }, /^The username field must be/],
    ['usernameField', { usernameField: 'u'.repeat(256) }, /^The username field must be/],
    ['groupBaseDn', { groupBaseDn: '' }, /^The group base DN is empty/],
    [
      'groupBaseDn',
      { syncGroups: false, groupBaseDn: 'groups' },
      /^The group base DN is not valid at character/,
    ],
    ['groupFilter', { groupFilter: '(&' }, /^The group filter is not valid at character/],
    ['groupNameField', { groupNameField: 'c n' }, /^The group name field must be/],
    ['caPem', { caPem: 'not PEM' }, /holds no certificate/],
    ['caPem', { caPem: `${caPem}${keyPem}` }, /holds a private key/],
    ['caPem', { caPem: caPem.replace(/\n[A-Za-z0-9+/]{20}/, '\nAAAAAAAAAAAAAAAAAAAA') }, /^Certificate 1 of/],
    ['caPem', { caPem: 'x'.repeat(1_048_577) }, /longer than 1048576 characters/],
  ])('are refused by a sentence that names the field: %s %j', (field, fields, message) => {
    expect(() => normaliseSourceFields({ ...FIELDS, ...fields }, RULES)).toThrow(
      expect.objectContaining({ code: 'invalid', field, message: expect.stringMatching(message) }),
    );
  });
});

describe('a bind password', () => {
  it.each([
    ['', /is empty/],
    ['bind\0password', /NUL/],
    ['x'.repeat(1025), /longer than 1024/],
  ])('is refused where no server could take it: %#', (password, message) => {
    expect(() => checkBindPassword(password)).toThrow(
      expect.objectContaining({
        code: 'invalid',
        field: 'bindPassword',
        message: expect.stringMatching(message),
      }),
    );
  });

  it('may hold blanks', () => {
    expect(() => checkBindPassword(' ')).not.toThrow();
  });
});
