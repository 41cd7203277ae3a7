/** The cookies of the pages: the secret of the session, what the last form did, and a sign-in under way elsewhere. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import { SESSION_LIFETIMES } from '../core/model/session.ts';
import { ownPath } from './own-path.ts';

const SESSION = 'roster_session';
const NOTICE = 'roster_notice';
/** What browsers keep of a cookie, less its name and attributes (RFC 6265 section 6.1). */
const NOTICE_LENGTH_MAX = 3500;
const NOTICE_MS = 60_000;
const PENDING = 'roster_pending';
const PENDING_MS = 10 * 60_000;

const notice = z.strictObject({
  text: z.string(),
  /** Of the button that takes it back; see Undo. */
  undo: z
    .strictObject({
      action: z.string().refine((path) => ownPath(path) === path),
      fields: z.record(z.string(), z.union([z.string(), z.array(z.string()).readonly()])),
    })
    .exactOptional(),
});
export type Notice = z.infer<typeof notice>;

/** The secret that the browser shows; null: none. */
export function sessionSecretOf(request: Request): string | null {
  return cookieOf(request, SESSION);
}

export function keepSession(request: Request, response: Response, secret: string): void {
  // Lax, so that whoever follows a link in a mail is still signed in.
  const attributes = {
    ...common(request),
    sameSite: 'lax',
    maxAge: SESSION_LIFETIMES.page.absoluteMs,
  } as const;
  response.cookie(nameOf(request, SESSION), secret, attributes);
}

export function forgetSession(request: Request, response: Response): void {
  response.clearCookie(nameOf(request, SESSION), { ...common(request), sameSite: 'lax' });
}

export function keepNotice(request: Request, response: Response, { text, ...taken }: Notice): void {
  const whole = JSON.stringify({ text, ...taken });
  const value = encodeURIComponent(whole).length <= NOTICE_LENGTH_MAX ? whole : JSON.stringify({ text });
  response.cookie(nameOf(request, NOTICE), value, {
    ...common(request),
    sameSite: 'strict',
    maxAge: NOTICE_MS,
  });
}

/** Told once. */
export function takeNotice(request: Request, response: Response): Notice | null {
  const text = cookieOf(request, NOTICE);
  if (text === null) return null;
  response.clearCookie(nameOf(request, NOTICE), { ...common(request), sameSite: 'strict' });
  try {
    return notice.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Lax: it comes with the browser that another site sends back. */
export function keepPending(request: Request, response: Response, sealed: string): void {
  const attributes = { ...common(request), sameSite: 'lax', maxAge: PENDING_MS } as const;
  response.cookie(nameOf(request, PENDING), sealed, attributes);
}

/** Shown once; null: none. */
export function takePending(request: Request, response: Response): string | null {
  const sealed = cookieOf(request, PENDING);
  if (sealed !== null)
    response.clearCookie(nameOf(request, PENDING), { ...common(request), sameSite: 'lax' });
  return sealed;
}

/** Behind TLS the browser then keeps it to this host and this path (RFC 6265bis section 4.1.3.2). */
function nameOf(request: Request, name: string): string {
  return isSecure(request) ? `__Host-${name}` : name;
}

function common(request: Request): { httpOnly: true; secure: boolean; path: '/' } {
  return { httpOnly: true, secure: isSecure(request), path: '/' };
}

/** Also where a proxy took the TLS off; who lies about it takes only the own cookies' protection away. */
function isSecure(request: Request): boolean {
  return request.secure || request.get('x-forwarded-proto')?.split(',')[0]?.trim() === 'https';
}

function cookieOf(request: Request, name: string): string | null {
  const wanted = nameOf(request, name);
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (pair.slice(0, at).trim() !== wanted) continue;
    try {
      return decodeURIComponent(pair.slice(at + 1).trim());
    } catch {
      return null;
    }
  }
  return null;
}
