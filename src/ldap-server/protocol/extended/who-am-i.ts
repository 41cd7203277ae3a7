/** "Who am I?" (RFC 4532). */

/** The response's value, an authzId (RFC 4513 section 5.2.1.8) by DN; empty for null, an anonymous connection. */
export function encodeAuthorizationId(dn: string | null): Buffer {
  return Buffer.from(dn === null ? '' : `dn:${dn}`);
}
