/** Keeps links and redirections on this server. */

/** `to` where it is a path on this server, else the first page. */
export function ownPath(to: string): string {
  const base = 'http://roster.invalid';
  if (!to.startsWith('/') || !URL.canParse(to, base)) return '/';
  const { origin, pathname, search, hash } = new URL(to, base);
  return origin === base && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : '/';
}
