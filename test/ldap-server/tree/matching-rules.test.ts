import { describe, expect, it } from 'vitest';
import {
  caseIgnoreSubstringsMatch,
  formatTime,
  generalizedTimeMatch,
  generalizedTimeOrderingMatch,
  integerMatch,
  integerOrderingMatch,
  uuidMatch,
} from '../../../src/ldap-server/tree/matching-rules.ts';

describe('generalizedTimeMatch', () => {
  it.each([
    ['20260301120000Z', '2026-03-01T12:00:00.000Z'],
    ['2026030112Z', '2026-03-01T12:00:00.000Z'],
    ['202603011230Z', '2026-03-01T12:30:00.000Z'],
    ['2026030112.5Z', '2026-03-01T12:30:00.000Z'],
    ['20260301120000,25Z', '2026-03-01T12:00:00.250Z'],
    ['20260301120000+0130', '2026-03-01T10:30:00.000Z'],
    ['20260301120000-05', '2026-03-01T17:00:00.000Z'],
  ])('reads %s as %s', (text, time) => {
    expect(generalizedTimeMatch.key(text)).toBe(String(Date.parse(time)));
  });

  it.each(['yesterday', '20261301120000Z', '20260301250000Z', '20260301120000', '', '20260301120000.Z'])(
    'does not read %j',
    (text) => {
      expect(generalizedTimeMatch.key(text)).toBeNull();
    },
  );

  it('reads what is served, to the second', () => {
    expect(formatTime(new Date('2026-03-01T12:34:56.789Z'))).toBe('20260301123456Z');
  });

  it('orders times before 1970 and long ones by value, not as text', () => {
    const key = (text: string) => generalizedTimeMatch.key(text) ?? '';
    const { compare } = generalizedTimeOrderingMatch;
    expect(compare(key('19000101000000Z'), key('20260101000000Z'))).toBeLessThan(0);
    expect(compare(key('20010909014640Z'), key('20010909014639Z'))).toBeGreaterThan(0);
  });
});

describe('other rules', () => {
  it('compare integers by value', () => {
    expect(integerMatch.key('007')).toBe('7');
    expect(integerMatch.key('-0')).toBe('0');
    expect(integerMatch.key('7.0')).toBeNull();
    expect(integerOrderingMatch.compare('10', '9')).toBeGreaterThan(0);
  });

  it('compare UUIDs in any case, and nothing else', () => {
    expect(uuidMatch.key('597AE2F6-16A6-1027-98F4-D28B5365DC14')).toBe(
      '597ae2f6-16a6-1027-98f4-d28b5365dc14',
    );
    expect(uuidMatch.key('597ae2f616a6102798f4d28b5365dc14')).toBeNull();
  });

  it('keep the blanks at the ends of a part of a substring', () => {
    expect(caseIgnoreSubstringsMatch.key('Jane ')).toBe('jane ');
    expect(caseIgnoreSubstringsMatch.key('  Doe')).toBe(' doe');
    expect(caseIgnoreSubstringsMatch.key(' ')).toBe(' ');
  });
});
