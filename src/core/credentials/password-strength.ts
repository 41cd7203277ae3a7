/** Tells whether a new password is good enough for its person: its length, how soon it is guessed, and whose names it is made of. */
import { DirectoryError } from '../errors.ts';
import { foldCase } from '../syntax/folding.ts';
import { PASSWORD_BYTES_MAX, PASSWORD_LENGTH_MIN } from './passwords.ts';
import { estimateStrength } from './strength-thread.ts';

/** Where administrators may raise the bar to. */
export const PASSWORD_LENGTH_MINIMUM_MAX = 64;
export const PASSWORD_SCORE_MAX = 4;

export interface PasswordRules {
  /** Characters: 8 to 64. */
  readonly lengthMinimum: number;
  /** Of zxcvbn: 0 (guessed at once) to 4 (by nobody). */
  readonly scoreMinimum: number;
}

/** Whose words must not make up the password. */
export interface Person {
  readonly username: string;
  readonly email: string | null;
  readonly displayName: string;
  readonly givenName: string;
  readonly familyName: string;
}

/** Of an account that is nobody's, but an application's or the directory's own. */
export function accountNamed(username: string): Person {
  return { username, email: null, displayName: '', givenName: '', familyName: '' };
}

/** Throws DirectoryError 'invalid' (field `password`). */
export async function requireStrength(password: string, person: Person, rules: PasswordRules): Promise<void> {
  const text = password.normalize('NFC');
  const lengthMin = Math.max(rules.lengthMinimum, PASSWORD_LENGTH_MIN);
  if (Array.from(text).length < lengthMin) refuse(`A password has at least ${lengthMin} characters.`);
  if (Buffer.byteLength(text) > PASSWORD_BYTES_MAX)
    refuse(`A password has at most ${PASSWORD_BYTES_MAX} bytes of UTF-8: choose a shorter one.`);
  const words = wordsOf(person);
  if (leftWithout(words, text) < OTHER_CHARACTERS_MIN)
    refuse('This password is made of names that everybody knows: add words that are not yours.');
  const { score, warning } = await estimateStrength(text, words);
  if (score >= rules.scoreMinimum) return;
  const why = warning ?? 'take more words, and less common ones.';
  refuse(`This password is guessed too soon (${score} of 4 points, not ${rules.scoreMinimum}): ${why}`);
}

function refuse(sentence: string): never {
  throw new DirectoryError('invalid', sentence, { field: 'password' });
}

const PRODUCT = 'roster';
const WORD_LENGTH_MIN = 3;
/** Characters that a password has beside the names of its person. */
const OTHER_CHARACTERS_MIN = 6;

function wordsOf({ username, email, displayName, givenName, familyName }: Person): readonly string[] {
  const texts = [username, email ?? '', displayName, givenName, familyName].map(foldCase);
  const words = [PRODUCT, ...texts, ...texts.flatMap((text) => text.split(/[^\p{L}\p{N}]+/u))];
  return [...new Set(words)].filter((word) => word.length >= WORD_LENGTH_MIN);
}

function leftWithout(words: readonly string[], password: string): number {
  // The longest first: a part of a name must not be taken out of the middle of the whole.
  const byLength = words.toSorted((a, b) => b.length - a.length);
  const left = byLength.reduce((text, word) => text.replaceAll(word, ' '), foldCase(password));
  return Array.from(left.replace(/[\s.\-_@]/g, '')).length;
}
