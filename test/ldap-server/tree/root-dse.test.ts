import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { VENDOR_VERSION } from '../../../src/ldap-server/tree/root-dse.ts';

it('the version that the root DSE tells is that of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  expect(VENDOR_VERSION).toBe(version);
});
