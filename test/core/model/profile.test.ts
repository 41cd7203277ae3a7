import { describe, expect, it } from 'vitest';
import { changedMetadata, METADATA_KEYS_MAX, NO_METADATA } from '../../../src/core/model/metadata.ts';
import {
  AFFILIATIONS_MAX,
  normaliseProfile,
  type ProfileChanges,
  SSH_PUBLIC_KEYS_MAX,
} from '../../../src/core/model/profile.ts';
import { normaliseSshKey, sshFingerprint } from '../../../src/core/model/ssh-key.ts';
import { ECDSA, ED25519, ED25519_FINGERPRINT, RSA } from '../../support/ssh-keys.ts';
import { thrownBy } from '../../support/thrown-by.ts';

describe('a profile', () => {
  it('is brought into the form in which it is kept', () => {
    const given: ProfileChanges = {
      fallbackEmail: ' jane@home.example ',
      language: ' de-ch ',
      affiliations: [' CERN ', '', 'CERN', 'ETH'],
      employeeNumber: ' 007 ',
      phone: ' +41 (44) 123-45.67 ',
      sshPublicKeys: [`${ED25519}  jane@laptop `, `${ED25519} the same`, ECDSA],
    };
    expect(normaliseProfile(given)).toEqual({
      fallbackEmail: 'jane@home.example',
      language: 'de-CH',
      affiliations: ['CERN', 'ETH'],
      employeeNumber: '007',
      phone: '+41 (44) 123-45.67',
      sshPublicKeys: [`${ED25519} jane@laptop`, ECDSA],
    });
  });

  it('loses what is given empty, and keeps what is not given', () => {
    expect(normaliseProfile({ fallbackEmail: '', language: '', phone: ' ', affiliations: [] })).toEqual({
      fallbackEmail: null,
      language: '',
      phone: '',
      affiliations: [],
    });
    expect(normaliseProfile({})).toEqual({});
  });

  it.each<[keyof ProfileChanges, ProfileChanges, RegExp]>([
    ['fallbackEmail', { fallbackEmail: 'nowhere' }, /"nowhere" is not an e-mail address/],
    ['language', { language: 'de_CH' }, /"de_CH" is not a language tag such as/],
    ['language', { language: `de-${'x-abc-'.repeat(9)}` }, /is not a language tag/],
    ['affiliations', { affiliations: ['a\nb'] }, /line breaks/],
    ['affiliations', { affiliations: several(AFFILIATIONS_MAX + 1) }, /at most 20 values, not 21/],
    ['employeeNumber', { employeeNumber: 'x'.repeat(501) }, /longer than 500/],
    ['title', { title: 'a\u202eb' }, /control characters/],
    ['phone', { phone: 'call me' }, /"call me" is not a telephone number/],
    ['mobile', { mobile: '+41 44;ext=1' }, /is not a telephone number/],
    ['sshPublicKeys', { sshPublicKeys: several(SSH_PUBLIC_KEYS_MAX + 1) }, /at most 20 values/],
    ['sshPublicKeys', { sshPublicKeys: ['-----BEGIN OPENSSH PRIVATE KEY-----'] }, /is a private key/],
  ])('with a wrong %s is refused', (field, given, sentence) => {
    expect(thrownBy(() => normaliseProfile(given))).toMatchObject({
      code: 'invalid',
      field,
      message: expect.stringMatching(sentence),
    });
  });
});

describe('an SSH public key', () => {
  it.each([ED25519, RSA, ECDSA, `${RSA} Jane Doe, büro`])('%s is kept as it is', (key) => {
    expect(normaliseSshKey(key)).toBe(key);
  });

  it('has the fingerprint that ssh-keygen shows', () => {
    expect(sshFingerprint(`${ED25519} jane`)).toBe(`ssh-ed25519 ${ED25519_FINGERPRINT}`);
  });

  it.each([
    ['options before it', `command="sh" ${ED25519}`, /is one line of type, base64 and comment/],
    ['a second key behind a line break', `${ED25519} a\n${RSA}`, /is one line/],
    ['no base64', 'ssh-ed25519', /is one line/],
    ['a type that is not known', ED25519.replace('ssh-ed25519', 'ssh-dss'), /none of the types/],
    [
      'a type that is not the one of its key',
      ED25519.replace('ssh-ed25519', 'ssh-rsa'),
      /does not hold a key/,
    ],
    ['a part that is missing', ED25519.slice(0, -8), /does not hold a key/],
    ['something behind the key', `${ED25519}AAAA`, /does not hold a key/],
    [
      'lengths beyond its end',
      `ssh-rsa ${Buffer.from('ffffffff', 'hex').toString('base64')}`,
      /does not hold/,
    ],
    ['too much', `${ED25519} ${'x'.repeat(8192)}`, /at most 8192 characters/],
  ])('with %s is refused', (_what, key, sentence) => {
    expect(thrownBy(() => normaliseSshKey(key))).toMatchObject({
      code: 'invalid',
      field: 'sshPublicKeys',
      message: expect.stringMatching(sentence),
    });
  });
});

describe('metadata', () => {
  it('is changed key by key, in the order of keys', () => {
    const before = changedMetadata(NO_METADATA, { room: '12', badge: 'blue' });
    expect(Object.entries(before)).toEqual([
      ['badge', 'blue'],
      ['room', '12'],
    ]);
    expect(changedMetadata(before, { room: null, maxStorageMB: '500' })).toEqual({
      badge: 'blue',
      maxStorageMB: '500',
    });
    expect(changedMetadata(before, { room: null, badge: null })).toBe(NO_METADATA);
  });

  it.each([
    ['a key of another form', JSON.parse('{"__proto__": "x"}'), /"__proto__" does not fit/],
    ['a value that is too long', { a: 'x'.repeat(1001) }, /at most 1000 characters/],
    ['a value that cannot be kept', { a: '\0' }, /cannot be kept/],
    ['a quota that is no number', { maxStorageMB: 'lots' }, /whole number of megabytes, not "lots"/],
    ['too many keys', keys(METADATA_KEYS_MAX + 1, 'x'), /at most 64 keys/],
    ['too much in all', keys(10, 'x'.repeat(1000)), /at most 8192 characters together/],
  ])('with %s is refused', (_what, changes, sentence) => {
    expect(thrownBy(() => changedMetadata(NO_METADATA, changes))).toMatchObject({
      code: 'invalid',
      field: 'metadata',
      message: expect.stringMatching(sentence),
    });
  });
});

function several(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `value ${index}`);
}

function keys(count: number, value: string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value]));
}
