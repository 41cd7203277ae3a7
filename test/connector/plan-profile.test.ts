import { expect, test } from 'vitest';
import { importedProfile, presentProfile } from '../../src/connector/plan-profile.ts';
import { EMPTY_PROFILE } from '../../src/core/model/profile.ts';

test('of a profile the fields that the source fills are imported, by the rules that hold here', () => {
  expect(importedProfile({ language: 'DE-ch', title: ' Engineer ', phone: '' })).toEqual({
    language: 'de-CH',
    title: 'Engineer',
    phone: '',
  });
  expect(importedProfile(undefined)).toEqual({});
});

test('what breaks a rule counts as not known, and keeps nothing else out', () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f';
  expect(
    importedProfile({
      phone: 'call me',
      language: 'no language',
      title: 'x'.repeat(600),
      sshPublicKeys: ['x', key],
    }),
  ).toEqual({ phone: '', language: '', title: '', sshPublicKeys: [key] });
});

test('what is compared with it are the same fields alone', () => {
  expect(presentProfile({ ...EMPTY_PROFILE, title: 'Engineer', mobile: '1' }, { title: 'x' })).toEqual({
    title: 'Engineer',
  });
});
