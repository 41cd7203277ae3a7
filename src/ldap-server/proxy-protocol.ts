/** The PROXY protocol: by which a load balancer tells for whom it connects (haproxy's proxy-protocol.txt, 1 and 2). */
import { addressKind } from '../core/model/address.ts';

/** Who connects; to be believed only from proxies that are trusted by their own address. */
export interface ProxyHeader {
  /** The client's, as text; null: the proxy speaks for itself (a health check) or knows none (LOCAL, UNKNOWN, UNSPEC). */
  readonly address: string | null;
  readonly port: number | null;
  /** How much of the stream the header takes; TLS begins behind it. */
  readonly headerBytes: number;
}

/** Version 1, its line end included (section 2.1). */
export const PROXY_V1_BYTES_MAX = 107;
/** Version 2, its addresses (216 at most) and extensions included: names from a client's certificate need some. */
export const PROXY_V2_BYTES_MAX = 4096;

/**
 * Reads the header that a connection begins with; `bytes` is all that came so far. 'incomplete' asks for more, of which
 * it never takes more than PROXY_V2_BYTES_MAX; 'invalid' is to be closed. Only TCP over IPv4 and IPv6 have addresses
 * that an allow-list can judge, so other families are invalid.
 */
export function readProxyHeader(bytes: Buffer): ProxyHeader | 'incomplete' | 'invalid' {
  if (beginsLike(bytes, V2_SIGNATURE)) return readVersion2(bytes);
  return beginsLike(bytes, V1_SIGNATURE) ? readVersion1(bytes) : 'invalid';
}

const V1_SIGNATURE = Buffer.from('PROXY ');
const V2_SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

/** Whether they agree as far as both go. */
function beginsLike(bytes: Buffer, signature: Buffer): boolean {
  const length = Math.min(bytes.length, signature.length);
  return bytes.subarray(0, length).equals(signature.subarray(0, length));
}

/** For example "PROXY TCP4 192.0.2.1 198.51.100.1 56324 636\r\n". */
const V1_LINE = /^PROXY TCP([46]) ([\da-fA-F.:]+) ([\da-fA-F.:]+) (\d{1,5}) (\d{1,5})$/;
/** What follows is to be ignored (section 2.1). */
const V1_UNKNOWN = /^PROXY UNKNOWN(?: |$)/;
const PORT_MAX = 65_535;

function readVersion1(bytes: Buffer): ProxyHeader | 'incomplete' | 'invalid' {
  const end = bytes.subarray(0, PROXY_V1_BYTES_MAX).indexOf('\r\n');
  if (end < 0) return bytes.length < PROXY_V1_BYTES_MAX ? 'incomplete' : 'invalid';
  const line = bytes.toString('latin1', 0, end);
  const headerBytes = end + 2;
  if (V1_UNKNOWN.test(line)) return { address: null, port: null, headerBytes };
  const [, family, address = '', destination = '', ...ports] = V1_LINE.exec(line) ?? [];
  const isAddress = family === '4' ? isIpv4 : isIpv6;
  if (!isAddress(address) || !isAddress(destination) || !ports.every(isPort)) return 'invalid';
  return { address, port: Number(ports[0]), headerBytes };
}

/** Numbers with leading zeros are refused (section 2.1): some read them as octal. */
function isIpv4(text: string): boolean {
  return !text.includes(':') && !/(^|\.)0\d/.test(text) && addressKind(text) !== null;
}

function isIpv6(text: string): boolean {
  return text.includes(':') && addressKind(text) !== null;
}

function isPort(text: string): boolean {
  return String(Number(text)) === text && Number(text) <= PORT_MAX;
}

/** Signature, version and command, family and transport, length of the rest (section 2.2). */
const V2_FIXED_BYTES = 16;
const V2_LOCAL = 0x20;
const V2_PROXY = 0x21;
const UNSPECIFIED = 0x00;
const TCP4 = 0x11;
const TCP6 = 0x21;

function readVersion2(bytes: Buffer): ProxyHeader | 'incomplete' | 'invalid' {
  if (bytes.length < V2_FIXED_BYTES) return 'incomplete';
  const headerBytes = V2_FIXED_BYTES + bytes.readUInt16BE(14);
  if (headerBytes > PROXY_V2_BYTES_MAX) return 'invalid';
  if (bytes.length < headerBytes) return 'incomplete';
  const command = bytes.readUInt8(12);
  const family = bytes.readUInt8(13);
  if (command === V2_LOCAL || (command === V2_PROXY && family === UNSPECIFIED)) {
    return { address: null, port: null, headerBytes };
  }
  if (command !== V2_PROXY || (family !== TCP4 && family !== TCP6)) return 'invalid';
  return readAddresses(bytes.subarray(V2_FIXED_BYTES, headerBytes), family, headerBytes);
}

/** Source and destination address, then source and destination port; extensions may follow. */
function readAddresses(block: Buffer, family: number, headerBytes: number): ProxyHeader | 'invalid' {
  const size = family === TCP4 ? 4 : 16;
  if (block.length < 2 * size + 4) return 'invalid';
  const source = block.subarray(0, size);
  const address = family === TCP4 ? source.join('.') : ipv6Text(source);
  return { address, port: block.readUInt16BE(2 * size), headerBytes };
}

/** The URL parser shortens it (RFC 5952); IPv4-mapped addresses are told as sockets tell them. */
function ipv6Text(octets: Buffer): string {
  if (octets.subarray(0, 12).equals(IPV4_MAPPED)) return `::ffff:${octets.subarray(12).join('.')}`;
  const groups = octets.toString('hex').match(/..../g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

const IPV4_MAPPED = Buffer.from('00000000000000000000ffff', 'hex');
