import { describe, expect, it } from 'vitest';
import { requireStrength } from '../../../src/core/credentials/password-strength.ts';

const JANE = {
  username: 'jdoe',
  email: 'jane.doe@example.org',
  displayName: 'Jane Doe',
  givenName: 'Jane',
  familyName: 'Doe',
};
const RULES = { lengthMinimum: 8, scoreMinimum: 2 };

describe('the strength of a new password', () => {
  it.each(['correct horse battery', 'q8#Lw2!zTv', 'grün wie die Wiese', `${'ü'.repeat(18)}x7Kp`])(
    'is enough for %s',
    async (password) => {
      await expect(requireStrength(password, JANE, RULES)).resolves.toBeUndefined();
    },
  );

  it.each([
    ['a common one', 'password1', /^This password is guessed too soon \(0 of 4 points, not 2\): .+\.$/],
    ['a common one in disguise', 'P4ssw0rd!', /guessed too soon/],
    ['a row of keys', 'qwertyuiop', /guessed too soon/],
    ['one repetition', 'aaaaaaaaaaaaaaaaaaaaaaaa', /guessed too soon/],
    ['the own names', 'JaneDoe-Roster1', /made of names that everybody knows/],
    ['the own names in other letters', 'ＪＡＮＥ.doe.2024', /made of names that everybody knows/],
    ['the own address', 'jane.doe@example.org', /made of names that everybody knows/],
    ['a short one', 'q8#Lw2!', /at least 8 characters/],
    ['one that bcrypt would cut', 'correct horse '.repeat(6), /at most 72 bytes/],
  ])('is not enough for %s', async (_, password, message) => {
    await expect(requireStrength(password, JANE, RULES)).rejects.toMatchObject({
      ...{ code: 'invalid', field: 'password' },
      message: expect.stringMatching(message),
    });
  });

  it('can be asked for by more characters or points', async () => {
    const longer = { ...RULES, lengthMinimum: 12 };
    await expect(requireStrength('q8#Lw2!zTv', JANE, longer)).rejects.toThrow('at least 12 characters');
    await expect(requireStrength('long enough', JANE, { ...RULES, scoreMinimum: 4 })).rejects.toThrow(
      'not 4',
    );
    await expect(requireStrength('password1', JANE, { ...RULES, scoreMinimum: 0 })).resolves.toBeUndefined();
  });
});
