/** A source that reads a fake provider, as an operator would enter it with what the preset fills in. */
import { presetDefaults } from '../../src/connector/presets/index.ts';
import type { NewSource } from '../../src/core/directory/directory.ts';
import type { FakeProvider } from './fake-provider/index.ts';

export function sourceOf(provider: FakeProvider, changes: Partial<NewSource> = {}): NewSource {
  const { preset, url, caPem, client, baseDn, groupBaseDn, bindDn, bindPassword } = provider;
  return {
    ...{ name: 'corp', preset, url, caPem, baseDn, bindDn, bindPassword, syncGroups: true },
    ...presetDefaults(preset, baseDn),
    groupBaseDn,
    ...(client !== null && { clientCertificatePem: client.certificatePem, clientKeyPem: client.keyPem }),
    ...changes,
  };
}
