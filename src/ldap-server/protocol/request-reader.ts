/** Reads the fields that requests are made of, within limits. */
import { BerReader, Tag } from './ber-reader.ts';
import type { DecodeLimits } from './decode-limits.ts';
import type { RequestType } from './messages.ts';
import { ProtocolViolation } from './violation.ts';

/** One request under way: a BerReader that knows the message it stands in. Everything it returns is a copy. */
export class RequestReader extends BerReader {
  readonly limits: DecodeLimits;
  messageId: number | null = null;
  request: RequestType | null = null;

  constructor(frame: Buffer, limits: DecodeLimits) {
    super(frame);
    this.limits = limits;
  }

  /** LDAPDN, not parsed. */
  dn(tag?: number): string {
    return this.boundedString(tag, this.limits.dnBytesMax, 'A DN');
  }

  /** LDAPString, LDAPOID or AttributeDescription. */
  string(tag?: number): string {
    return this.boundedString(tag, this.limits.valueBytesMax, 'A string');
  }

  /** An octet string such as a password or an assertion value. */
  value(tag?: number): Buffer {
    const view = this.octets(tag);
    const { valueBytesMax } = this.limits;
    if (view.length > valueBytesMax) this.refuse(`A value has at most ${valueBytesMax} bytes.`);
    return Buffer.from(view);
  }

  /** As `value`; null where the next element is another or none. */
  optionalValue(tag: number): Buffer | null {
    return this.nextTag === tag ? this.value(tag) : null;
  }

  /** As `string`; null where the next element is another or none. */
  optionalString(tag: number): string | null {
    return this.nextTag === tag ? this.string(tag) : null;
  }

  /** INTEGER (0 .. maxInt); `subject` begins the sentence that refuses others. */
  count(subject: string): number {
    const number = this.integer();
    return number < 0 ? this.refuse(`${subject} is 0 or more, not ${number}.`) : number;
  }

  /** AttributeValueAssertion. */
  assertion(tag: number): { attribute: string; value: Buffer } {
    const outer = this.enter(tag);
    const attribute = this.string();
    const value = this.value();
    this.leave(outer);
    return { attribute, value };
  }

  /** All elements of a container, each read by `item`; refuses more than `max` of these `items`. */
  list<T>(tag: number, max: number, items: string, item: () => T): T[] {
    const found: T[] = [];
    const outer = this.enter(tag);
    while (this.more) {
      if (found.length === max) this.refuse(`A request has at most ${max} ${items}.`);
      found.push(item());
    }
    this.leave(outer);
    return found;
  }

  /** Ends the request because of what it says, its bytes being in order. */
  refuse(problem: string): never {
    throw new ProtocolViolation(problem, this.messageId, this.request);
  }

  private boundedString(tag: number = Tag.octetString, bytesMax: number, subject: string): string {
    const text = this.text(tag) ?? this.refuse(`${subject} must be UTF-8.`);
    // No character of a string takes more than three bytes: short ones need not be counted.
    if (3 * text.length > bytesMax && Buffer.byteLength(text) > bytesMax)
      this.refuse(`${subject} has at most ${bytesMax} bytes.`);
    return text;
  }
}
