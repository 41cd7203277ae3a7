/** Entity tags (RFC 9110 section 8.8.3): by them a client reads only what is new, and overwrites only what it saw. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { HttpProblem } from './problem.ts';

/** The strong tag of what is read as this content. */
export function entityTag(content: string | Uint8Array): string {
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, TAG_LENGTH)}"`;
}

const TAG_LENGTH = 22;

/** Whether a client that sent If-None-Match has this already. */
export function isKnown(headers: IncomingHttpHeaders, tag: string): boolean {
  const known = headers['if-none-match'];
  // The weak comparison of RFC 9110 section 8.8.3.2.
  return known !== undefined && (known === '*' || listed(known.replaceAll('W/', ''), tag));
}

/** Throws HttpProblem 412 where what is there (null: nothing) is not what a change was meant for. */
export function requireMatch(headers: IncomingHttpHeaders, present: object | null): void {
  const wanted = headers['if-match'];
  const unwanted = headers['if-none-match'];
  const tag = present === null ? null : entityTag(JSON.stringify(present));
  if (wanted !== undefined && (tag === null || (wanted !== '*' && !listed(wanted, tag)))) {
    throw new HttpProblem(412, 'It has changed since you read it: read it again, then change it.');
  }
  if (unwanted !== undefined && tag !== null && (unwanted === '*' || listed(unwanted, tag))) {
    throw new HttpProblem(412, 'It is there already.');
  }
}

function listed(header: string, tag: string): boolean {
  return header.split(',').some((each) => each.trim() === tag);
}
