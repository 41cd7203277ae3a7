/** The frame that all pages share: head, navigation, notice, and the page itself. */
import type { ComponentChildren, VNode } from 'preact';
import { assetPath } from '../assets.ts';
import type { Undo } from '../pages/page.ts';
import { Action } from './parts.tsx';

export interface FrameProps {
  readonly title: string;
  /** null: nobody is signed in, and there is no navigation. */
  readonly visitor: { readonly name: string; readonly csrfToken: string } | null;
  /** The ways that this visitor may go. */
  readonly ways: readonly Way[];
  readonly path: string;
  /** What was done by the last form, and what takes it back; null: nothing. */
  readonly notice: { readonly text: string; readonly undo?: Undo } | null;
  /** What holds for all pages; null: nothing in particular. */
  readonly banner: string | null;
  /** See Shown. */
  readonly refreshSeconds?: number | undefined;
  readonly children: ComponentChildren;
}

export interface Way {
  readonly path: string;
  readonly title: string;
}

/** htmx without what a strict content security policy forbids. */
const HTMX = JSON.stringify({
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  responseHandling: [
    { code: '204', swap: false },
    { code: '...', swap: true },
  ],
});

export function Frame(props: FrameProps): VNode {
  const { title, visitor, ways, path, notice, banner, refreshSeconds, children } = props;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={HTMX} />
        <title>{`${title} · Roster`}</title>
        {refreshSeconds === undefined ? null : (
          <noscript>
            <meta http-equiv="refresh" content={String(refreshSeconds)} />
          </noscript>
        )}
        <link rel="icon" href={assetPath('icon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assetPath('pico.css')} />
        <link rel="stylesheet" href={assetPath('roster.css')} />
        <script src={assetPath('htmx.js')} defer></script>
        <script src={assetPath('sse.js')} defer></script>
        <script src={assetPath('roster.js')} defer></script>
      </head>
      <body hx-headers={visitor === null ? undefined : JSON.stringify({ 'X-CSRF-Token': visitor.csrfToken })}>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        {visitor === null ? null : <Navigation visitor={visitor} ways={ways} path={path} />}
        <main id="main" class="container" tabindex={-1}>
          {banner === null ? null : <p class="warning">{banner}</p>}
          {notice === null ? null : <Notice notice={notice} csrfToken={visitor?.csrfToken} />}
          {children}
        </main>
      </body>
    </html>
  );
}

interface NoticeProps {
  readonly notice: NonNullable<FrameProps['notice']>;
  readonly csrfToken: string | undefined;
}

function Notice({ notice: { text, undo }, csrfToken }: NoticeProps): VNode {
  return (
    <div class="notice" role="status">
      <p>{text}</p>
      {undo === undefined || csrfToken === undefined ? null : (
        <Action
          action={undo.action}
          csrfToken={csrfToken}
          label="Undo"
          look="secondary outline"
          values={undo.fields}
        />
      )}
    </div>
  );
}

function Navigation({ visitor, ways, path }: Pick<FrameProps, 'ways' | 'path'> & { visitor: Signed }): VNode {
  return (
    <header class="container">
      <nav aria-label="Main">
        <ul>
          <li>
            <a href="/" class="brand">
              Roster
            </a>
          </li>
        </ul>
        <ul class="ways">
          {ways.map((way) => (
            <li key={way.path}>
              <a href={way.path} aria-current={isBelow(path, way.path) ? 'page' : undefined}>
                {way.title}
              </a>
            </li>
          ))}
        </ul>
        <ul class="self">
          <li>
            <a href="/me" aria-current={isBelow(path, '/me') ? 'page' : undefined}>
              {visitor.name}
            </a>
          </li>
          <li>
            <form method="post" action="/sign-out">
              <input type="hidden" name="csrf" value={visitor.csrfToken} />
              <button type="submit" class="secondary outline">
                Sign out
              </button>
            </form>
          </li>
        </ul>
      </nav>
    </header>
  );
}

type Signed = NonNullable<FrameProps['visitor']>;

function isBelow(path: string, way: string): boolean {
  return way === '/' ? path === '/' : path === way || path.startsWith(`${way}/`);
}
