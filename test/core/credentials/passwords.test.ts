import { randomInt } from 'node:crypto';
import bcrypt from 'bcrypt';
import { describe, expect, it } from 'vitest';
import { createPasswords, generatePassword } from '../../../src/core/credentials/passwords.ts';

const LOWEST_COST = 4;
const passwords = createPasswords({ cost: LOWEST_COST, concurrent: 2, queueMax: 20 });

describe('hashing a password', () => {
  it('makes a bcrypt hash of the given cost that the password opens, and no other does', async () => {
    const hash = await passwords.hash('correct horse');
    expect(hash).toMatch(/^\$2b\$04\$/);
    expect(await passwords.verify('correct horse', hash)).toBe(true);
    expect(await passwords.verify('correct horses', hash)).toBe(false);
  });

  it.each([
    ['too short', 'seven77', 'A password has at least 8 characters.'],
    ['short, though of many code units', '🔑🔑🔑🔑', 'A password has at least 8 characters.'],
    ['over 72 bytes', 'ü'.repeat(37), 'A password has at most 72 bytes of UTF-8: choose a shorter one.'],
    ['holding a NUL', 'pass\0word', 'A password must not hold a NUL character.'],
  ])('refuses one that is %s', async (_, password, message) => {
    await expect(passwords.hash(password)).rejects.toMatchObject({
      code: 'invalid',
      field: 'password',
      message,
    });
  });

  it('takes 72 bytes', async () => {
    const password = 'ü'.repeat(36);
    expect(await passwords.verify(password, await passwords.hash(password))).toBe(true);
  });
});

describe('verifying a password', () => {
  it('takes composed and decomposed letters as one', async () => {
    const hash = await passwords.hash('Käsebrot'.normalize('NFD'));
    expect(await passwords.verify('Käsebrot'.normalize('NFC'), hash)).toBe(true);
  });

  it('knows the prefixes $2a$ and $2y$', async () => {
    const hash = await bcrypt.hash('correct horse', LOWEST_COST);
    for (const prefix of ['$2a$', '$2y$']) {
      expect(await passwords.verify('correct horse', prefix + hash.slice(4))).toBe(true);
      expect(await passwords.verify('wrong horse', prefix + hash.slice(4))).toBe(false);
    }
  });

  it('finds a password wrong whose first 72 bytes are right', async () => {
    const hash = await passwords.hash('x'.repeat(72));
    expect(await passwords.verify('x'.repeat(73), hash)).toBe(false);
  });

  it('finds a password with a NUL wrong, even where the hash is of the empty password', async () => {
    const hash = await bcrypt.hash('', LOWEST_COST);
    expect(await passwords.verify('\0', hash)).toBe(false);
  });

  it('finds any password wrong for what is no hash', async () => {
    expect(await passwords.verify('correct horse', 'not a hash')).toBe(false);
  });
});

describe('the queue of passwords', () => {
  it('computes as many at a time as allowed, lets as many wait, and refuses the rest as busy', async () => {
    const narrow = createPasswords({ cost: LOWEST_COST, concurrent: 1, queueMax: 2 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => narrow.verifyNobody('correct horse')),
    );
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'busy' } });
    await expect(narrow.verifyNobody('correct horse')).resolves.toBeUndefined();
  });

  it('leaves the event loop free', async () => {
    const slow = createPasswords({ cost: 12, concurrent: 1, queueMax: 1 });
    let finished = false;
    const verified = slow.verifyNobody('correct horse').then(() => {
      finished = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(finished).toBe(false);
    await verified;
  });
});

describe('generating a password', () => {
  it('draws 32 letters and digits that are not mistaken for one another', () => {
    const password = generatePassword(randomInt);
    expect(password).toMatch(/^[A-HJ-NP-Za-kmnp-z2-9]{32}$/);
    expect(generatePassword(randomInt)).not.toBe(password);
  });

  it('uses the whole alphabet', () => {
    const drawn = new Set(Array.from({ length: 100 }, () => generatePassword(randomInt)).join(''));
    expect(drawn.size).toBe(56);
  });
});
