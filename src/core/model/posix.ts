/** What makes users and groups accounts of Unix systems (RFC 2307): their numbers, and what all accounts have alike. */
import { DirectoryError } from '../errors.ts';

/** How users look on Unix systems. */
export interface PosixSettings {
  /** Off: users and groups are no accounts there. */
  readonly enabled: boolean;
  /** Absolute path; `%u` stands for the username. */
  readonly homeDirectory: string;
  /** Absolute path. */
  readonly loginShell: string;
}

export const DEFAULT_POSIX: PosixSettings = {
  enabled: false,
  homeDirectory: '/home/%u',
  loginShell: '/bin/bash',
};

/** Lower ones belong to each machine itself. */
const NUMBER_FIRST = 10_000;
/** systemd's and Debian's own, nobody (65534), and -1 in 16 bits. */
const RESERVED = { first: 60_001, last: 65_535 };

/** uidNumber or gidNumber of the user or group before which `serial` others were made. */
export function posixNumber(serial: number): number {
  const number = NUMBER_FIRST + serial;
  return number < RESERVED.first ? number : number + RESERVED.last - RESERVED.first + 1;
}

const PATH_LENGTH_MAX = 255;
/** Without the ":" that ends a field of /etc/passwd, and without the "%" of other placeholders. */
const PATH = /^\/[!-$&-9;-~]*$/;

/** Throws DirectoryError 'invalid' (field `homeDirectory` or `loginShell`). */
export function checkPosix({ homeDirectory, loginShell }: PosixSettings): void {
  if (!isPath(homeDirectory.replaceAll('%u', ''))) {
    throw noPath(homeDirectory, 'homeDirectory', 'A home directory', ', in which %u stands for the username');
  }
  if (!isPath(loginShell)) throw noPath(loginShell, 'loginShell', 'A login shell');
}

function isPath(text: string): boolean {
  return text.length <= PATH_LENGTH_MAX && PATH.test(text);
}

function noPath(given: string, field: string, subject: string, more = ''): DirectoryError {
  const rule = `an absolute path in ASCII, without blanks, "%" and ":", of up to ${PATH_LENGTH_MAX} characters`;
  return new DirectoryError(
    'invalid',
    `${subject} is ${rule}${more}; ${JSON.stringify(given.slice(0, 80))} is not.`,
    { field },
  );
}
