/** The rule for entries of an allow-list: addresses and CIDR ranges, IPv4 and IPv6. */
import { DirectoryError } from '../errors.ts';
import { addressKind } from './address.ts';

/** The ranges trimmed, each once. Throws DirectoryError 'invalid' (field `allow`) for more than `max`, or naming the first that is none. */
export function normaliseAllow(ranges: readonly string[], max: number): readonly string[] {
  if (ranges.length > max) {
    throw invalid(`An allow-list has at most ${max} addresses and ranges, not ${ranges.length}.`);
  }
  return [...new Set(ranges.map(normaliseRange))];
}

/** Numbers with leading zeros are refused, since some read them as octal; IPv4 within IPv6, since nobody comes by it. */
export function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const bits = address.includes(':') ? 128 : 32;
  const fits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  const isMixed = address.includes(':') && address.includes('.');
  const isOctal = address.includes('.') && /(^|\.)0\d/.test(address);
  return more.length === 0 && fits && addressKind(address) !== null && !isMixed && !isOctal;
}

function normaliseRange(text: string): string {
  const range = text.trim();
  if (isAddressRange(range)) return range;
  throw invalid(
    `${JSON.stringify(range.slice(0, 80))} is neither an address nor a range such as 10.0.0.0/8.`,
  );
}

function invalid(message: string): DirectoryError {
  return new DirectoryError('invalid', message, { field: 'allow' });
}
