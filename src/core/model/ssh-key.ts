/** The rule for public keys of SSH: one line as in authorized_keys, without options. */
import { createHash } from 'node:crypto';
import { DirectoryError } from '../errors.ts';

const SSH_KEY_LENGTH_MAX = 8192;

const TYPES: ReadonlySet<string> = new Set([
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
]);

/** Type, base64, and a comment without anything that ends the line: whoever prints it prints one key. */
const LINE =
  /^(\S+)[ \t]+([A-Za-z0-9+/]+={0,2})(?:[ \t]+([^\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]*))?$/u;

/** The key in the form in which it is kept. Throws DirectoryError 'invalid' (field `sshPublicKeys`). */
export function normaliseSshKey(text: string): string {
  const line = text.trim();
  if (line.includes('PRIVATE KEY')) {
    throw invalid('This is a private key: give the public one, from the file that ends in .pub.');
  }
  if (line.length > SSH_KEY_LENGTH_MAX) {
    throw invalid(`An SSH public key has at most ${SSH_KEY_LENGTH_MAX} characters, not ${line.length}.`);
  }
  const [, type = '', base64 = '', comment = ''] = LINE.exec(line) ?? [];
  if (base64 === '') {
    throw invalid(
      'An SSH public key is one line of type, base64 and comment, such as "ssh-ed25519 AAAA... jane".',
    );
  }
  if (!TYPES.has(type)) {
    throw invalid(
      `${JSON.stringify(type.slice(0, 80))} is none of the types of SSH keys ${[...TYPES].join(', ')}.`,
    );
  }
  if (!holdsKey(type, base64))
    throw invalid(`The base64 of this SSH public key does not hold a key of type ${type}.`);
  return comment === '' ? `${type} ${base64}` : `${type} ${base64} ${comment}`;
}

/** Whether two keys in normal form open the same doors. */
export function sameSshKey(one: string, other: string): boolean {
  return one.split(' ', 2).join(' ') === other.split(' ', 2).join(' ');
}

/** As `ssh-keygen -l` writes it, with the type before it. */
export function sshFingerprint(key: string): string {
  const [type = '', base64 = ''] = key.split(' ', 2);
  const digest = createHash('sha256').update(Buffer.from(base64, 'base64')).digest('base64');
  return `${type} SHA256:${digest.replace(/=+$/, '')}`;
}

/** How many strings follow the type (RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4, OpenSSH's PROTOCOL.u2f). */
const PARTS: Readonly<Record<string, number>> = {
  'ssh-ed25519': 1,
  'sk-ecdsa-sha2-nistp256@openssh.com': 3,
};
const PARTS_OF_OTHERS = 2;

/** A key is a row of strings with their lengths before them, the type first. */
function holdsKey(type: string, base64: string): boolean {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) return false;
  const parts: Buffer[] = [];
  let offset = 0;
  while (offset + 4 <= bytes.length) {
    const end = offset + 4 + bytes.readUInt32BE(offset);
    if (end > bytes.length) return false;
    parts.push(bytes.subarray(offset + 4, end));
    offset = end;
  }
  const [name, ...rest] = parts;
  const isWhole = offset === bytes.length && rest.every((part) => part.length > 0);
  return isWhole && name?.toString('latin1') === type && rest.length === (PARTS[type] ?? PARTS_OF_OTHERS);
}

function invalid(message: string): DirectoryError {
  return new DirectoryError('invalid', message, { field: 'sshPublicKeys' });
}
