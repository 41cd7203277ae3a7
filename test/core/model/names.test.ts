import { describe, expect, it } from 'vitest';
import {
  emailKey,
  normaliseEmail,
  normaliseGroupName,
  normaliseOwnerUsername,
  normaliseSourceName,
  normaliseText,
  normaliseUsername,
} from '../../../src/core/model/names.ts';

describe('a username', () => {
  it.each([
    ['jdoe', 'jdoe'],
    ['J.Doe-2', 'j.doe-2'],
    ['x'.repeat(199), 'x'.repeat(199)],
  ])('%s is kept in lower case', (text, kept) => {
    expect(normaliseUsername(text)).toBe(kept);
  });

  it.each([
    ['empty', '', '1 to 199 characters, not 0'],
    ['overlong', 'x'.repeat(200), '1 to 199 characters, not 200'],
    ['holding a blank', 'j doe', 'does not fit'],
    ['ending in a line break', 'jdoe\n', 'does not fit'],
    ['holding a NUL', 'j\0doe', 'does not fit'],
    ['an e-mail address', 'jdoe@example.org', 'does not fit'],
    ['holding an underscore', 'j_doe', 'does not fit'],
    ['in Cyrillic letters that look like Latin ones', 'јdое', 'does not fit'],
    ['holding the Kelvin sign, whose lower case is k', 'mi\u212ae', 'does not fit'],
    ['holding a dotted capital I', 'K\u0130m', 'does not fit'],
    ['in full-width letters', 'ｊｄｏｅ', 'does not fit'],
    ['holding a zero-width joiner', 'j\u200ddoe', 'does not fit'],
    ['written against the reading order', '\u202ejdoe', 'does not fit'],
    ['holding DN syntax', 'jdoe,ou=users', 'does not fit'],
    ['holding filter syntax', '*)(uid=*', 'does not fit'],
    ['reserved', 'admin', 'The name "admin" is reserved'],
    ['reserved, in capitals', 'Postmaster', 'The name "postmaster" is reserved'],
  ])('that is %s is refused', (_, text, message) => {
    expect(() => normaliseUsername(text)).toThrow(
      expect.objectContaining({
        code: 'invalid',
        field: 'username',
        message: expect.stringContaining(message),
      }),
    );
  });

  it('of the first owner may be a reserved one', () => {
    expect(normaliseOwnerUsername('admin')).toBe('admin');
    expect(() => normaliseOwnerUsername('ad min')).toThrow();
  });
});

describe('the name of a group or a source', () => {
  it('follows the rules of usernames, with reserved names of its own', () => {
    expect(normaliseGroupName('Staff-2')).toBe('staff-2');
    expect(normaliseGroupName('admin')).toBe('admin');
    expect(() => normaliseGroupName('Users')).toThrow(expect.objectContaining({ field: 'name' }));
    expect(() => normaliseGroupName('staff (all)')).toThrow(/A group name may hold only/);
  });

  it('is not reserved for a source', () => {
    expect(normaliseSourceName('Users')).toBe('users');
    expect(() => normaliseSourceName('corp/eu')).toThrow(/A source name may hold only/);
  });
});

describe('an e-mail address', () => {
  it.each([
    [' Jane.Doe@Example.org ', 'Jane.Doe@Example.org'],
    ['jane+tag@localhost', 'jane+tag@localhost'],
    ['jörg@münchen.example', 'jörg@münchen.example'],
  ])('%j is kept as written, without blanks around', (text, kept) => {
    expect(normaliseEmail(text)).toBe(kept);
  });

  it.each([
    '',
    'jane',
    'jane@',
    '@example.org',
    'jane@doe@example.org',
    'jane doe@example.org',
    '<jane@example.org>',
    'jane@example.org\r\nbcc: x',
    'ja\u200bne@example.org',
    'ja\u202ene@example.org',
    'ja\ud800ne@example.org',
    `${'x'.repeat(250)}@example.org`,
  ])('%j is refused', (text) => {
    expect(() => normaliseEmail(text)).toThrow(expect.objectContaining({ code: 'invalid', field: 'email' }));
  });

  it('is compared without regard to case and to the width of letters', () => {
    expect(emailKey('Jane@EXAMPLE.org')).toBe(emailKey('jane@example.ORG'));
    expect(emailKey('ｊane@example.org')).toBe(emailKey('jane@example.org'));
  });
});

describe('a one-line text', () => {
  it.each(['Jane Doe', 'Дж. Доу', '陳大文', 'عبد الله', 'Zoë 👩‍💻'])('may be %s', (text) => {
    expect(normaliseText(` ${text} `, 'displayName')).toBe(text);
  });

  it.each([
    ['a line break', 'Jane\nDoe'],
    ['a NUL', 'Jane\0'],
    ['a C1 control character', 'Jane\u0085Doe'],
    ['a line separator', 'Jane\u2028Doe'],
    ['a mark that turns the reading order', 'Jane\u202eeoD'],
    ['half a surrogate pair', 'Jane \ud83d'],
    ['more than 500 characters', 'x'.repeat(501)],
  ])('does not hold %s', (_, text) => {
    expect(() => normaliseText(text, 'displayName')).toThrow(
      expect.objectContaining({ code: 'invalid', field: 'displayName' }),
    );
  });
});
