import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSecretBox } from '../../../src/core/credentials/secrets.ts';

const box = createSecretBox(randomBytes(32));

describe('a secret box', () => {
  it.each(['', 'bind password', 'Pässwörter 🔑\n', 'x'.repeat(10_000)])('opens what it sealed', (text) => {
    expect(box.open(box.seal(text, 'source-1'), 'source-1')).toBe(text);
  });

  it('seals the same text differently every time, and never readable', () => {
    const first = box.seal('bind password', 'source-1');
    expect(first).toMatch(/^v1\.[A-Za-z0-9_-]+$/);
    expect(box.seal('bind password', 'source-1')).not.toBe(first);
    expect(Buffer.from(first.slice(3), 'base64url').includes('bind password')).toBe(false);
  });

  const sealed = box.seal('bind password', 'source-1');
  it.each([
    ['with another key', createSecretBox(randomBytes(32)), sealed, 'source-1'],
    ['moved to another row', box, sealed, 'source-2'],
    ['altered', box, altered(sealed), 'source-1'],
    ['cut short', box, sealed.slice(0, 30), 'source-1'],
    ['empty', box, '', 'source-1'],
    ['of an unknown version', box, sealed.replace('v1.', 'v9.'), 'source-1'],
  ])('says which key to restore for a sealed text %s', (_, opener, text, boundTo) => {
    expect(() => opener.open(text, boundTo)).toThrow(
      expect.objectContaining({
        code: 'unavailable',
        message: expect.stringMatching(/secret key differs.*ROSTER_SECRET_KEY_FILE or secret\.key/),
      }),
    );
  });

  it('refuses a key that does not have 32 bytes', () => {
    expect(() => createSecretBox(randomBytes(31))).toThrow(
      expect.objectContaining({ code: 'invalid', message: expect.stringContaining('32 bytes, not 31') }),
    );
  });
});

function altered(text: string): string {
  const middle = Math.floor(text.length / 2);
  return text.slice(0, middle) + (text[middle] === 'A' ? 'B' : 'A') + text.slice(middle + 1);
}
