/** A source that reads a test's slapd. */
import { presetDefaults } from '../../src/connector/presets/index.ts';
import type { NewSource, SourceAccess } from '../../src/core/directory/directory.ts';
import type { Source } from '../../src/core/model/source.ts';
import { DEFAULT_POLICY } from '../../src/core/model/sync-policy.ts';
import type { TestSlapd } from './slapd.ts';

export type SlapdAddress = Pick<TestSlapd, 'url' | 'caPem' | 'baseDn' | 'readerDn' | 'readerPassword'>;

/** What an operator would enter for it. */
export function newSourceAt(slapd: SlapdAddress): NewSource {
  const baseDn = `ou=people,${slapd.baseDn}`;
  return {
    name: 'corp',
    preset: 'openldap',
    url: slapd.url,
    caPem: slapd.caPem,
    baseDn,
    bindDn: slapd.readerDn,
    bindPassword: slapd.readerPassword,
    syncGroups: true,
    ...presetDefaults('openldap', baseDn),
  };
}

/** What its operator has given, in clear text. */
export function accessTo({ readerPassword }: Pick<SlapdAddress, 'readerPassword'>): SourceAccess {
  return { bindPassword: readerPassword, clientKeyPem: null, plainLdap: false };
}

/** The source as it is kept; its bind password is sealed elsewhere. */
export function sourceAt(slapd: SlapdAddress): Source {
  const { bindPassword: _, caPem, dialect: _dialect, signIn: _signIn, ...fields } = newSourceAt(slapd);
  return {
    ...fields,
    id: 'id-of-corp',
    caPem: caPem ?? null,
    bindPasswordSealed: '',
    clientCertificatePem: null,
    clientKeySealed: null,
    dialect: {},
    signIn: {},
    policy: DEFAULT_POLICY,
    schedule: null,
    timeZone: 'UTC',
    nextRunAt: null,
    syncMark: null,
    enabled: true,
    createdAt: new Date(0),
    updatedAt: new Date(0),
  };
}
