/** A source that reads a test's slapd. */
import { presetDefaults } from '../../src/connector/presets/index.ts';
import type { NewSource } from '../../src/core/directory/directory.ts';
import type { Source } from '../../src/core/model/source.ts';
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

/** The source as it is kept; its bind password is sealed elsewhere. */
export function sourceAt(slapd: SlapdAddress): Source {
  const { bindPassword: _, caPem, ...fields } = newSourceAt(slapd);
  return {
    ...fields,
    id: 'id-of-corp',
    caPem: caPem ?? null,
    bindPasswordSealed: '',
    enabled: true,
    createdAt: new Date(0),
    updatedAt: new Date(0),
  };
}
