/** Walks through a text by patterns; the parsers of DNs and filters stand on it. */
import { DirectoryError } from '../errors.ts';

export class TextCursor {
  readonly text: string;
  at = 0;
  private readonly subject: 'dn' | 'filter';

  constructor(text: string, subject: 'dn' | 'filter') {
    this.text = text;
    this.subject = subject;
  }

  get atEnd(): boolean {
    return this.at === this.text.length;
  }

  /** Whether `character` stands here; steps over it. */
  takeCharacter(character: string): boolean {
    const found = this.text[this.at] === character;
    if (found) this.at += 1;
    return found;
  }

  /** Matches a sticky pattern here and steps over it; null, without a step, where it does not fit. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match !== null) this.at = pattern.lastIndex;
    return match;
  }

  /** The error to throw: DirectoryError 'invalid' that names the character at `at` (default: here). */
  invalid(problem: string, at: number = this.at): DirectoryError {
    const subject = this.subject === 'dn' ? 'DN' : 'filter';
    return new DirectoryError('invalid', `The ${subject} is not valid at character ${at + 1}: ${problem}.`, {
      field: this.subject,
    });
  }
}

/** "\" with two hexadecimal digits for a character below U+0100, as both notations escape octets. */
export function hexPair(character: string): string {
  return `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
