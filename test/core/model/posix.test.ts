import { describe, expect, it } from 'vitest';
import { checkPosix, DEFAULT_POSIX, posixNumber } from '../../../src/core/model/posix.ts';

describe('the numbers of users and groups', () => {
  it('begin at 10000, leave out what operating systems keep for themselves, and are never the same', () => {
    expect(posixNumber(0)).toBe(10_000);
    const numbers = Array.from({ length: 100_000 }, (_, serial) => posixNumber(serial));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.filter((number) => number > 60_000 && number < 65_536)).toEqual([]);
    expect(numbers).toContain(60_000);
    expect(numbers).toContain(65_536);
  });
});

describe('home directory and login shell', () => {
  it.each([['/home/%u'], ['/srv/homes/%u/home'], ['/nonexistent']])('may be %s', (homeDirectory) => {
    expect(() => checkPosix({ ...DEFAULT_POSIX, homeDirectory, loginShell: '/bin/sh' })).not.toThrow();
  });

  it.each([
    ['homeDirectory', ''],
    ['homeDirectory', 'home/%u'],
    ['homeDirectory', '/home/%d/%u'],
    ['homeDirectory', '/home:/%u'],
    ['homeDirectory', '/home/é'],
    ['homeDirectory', '/home/\n'],
    ['homeDirectory', `/${'x'.repeat(255)}`],
    ['loginShell', 'bash'],
    ['loginShell', '/bin/%u'],
    ['loginShell', '/bin/my shell'],
  ])('%s may not be %j', (field, text) => {
    const given = { ...DEFAULT_POSIX, [field]: text };
    expect(() => checkPosix(given)).toThrow(expect.objectContaining({ code: 'invalid', field }));
  });
});
