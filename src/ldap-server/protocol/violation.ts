/** What a client's bytes break when they are no LDAP request that can be served. */
import type { RequestType } from './messages.ts';

/**
 * `request` tells how RFC 4511 section 4.1.1 wants it answered: with protocolError in that request's own response
 * type where the message could be told apart and only its contents are unacceptable; null means that the bytes
 * cannot be trusted any further: notice of disconnection, then close. The message is safe to show to the client.
 */
export class ProtocolViolation extends Error {
  override readonly name = 'ProtocolViolation';
  /** null where it could not be read. */
  readonly messageId: number | null;
  readonly request: RequestType | null;

  constructor(message: string, messageId: number | null = null, request: RequestType | null = null) {
    super(message);
    this.messageId = messageId;
    this.request = request;
  }
}
