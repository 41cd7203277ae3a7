/** Binds the pages to the web framework: sessions, forms, and what is sent back. */
import { pipeline } from 'node:stream/promises';
import { type Request, type RequestHandler, type Response, Router, raw } from 'express';
import { render } from 'preact-render-to-string';
import { MANAGEMENT_PERMISSIONS } from '../core/access/permissions.ts';
import { requirePermission } from '../core/access/require.ts';
import type { ExternalAuthorityKeeper } from '../core/directory/external-authority.ts';
import { managedElsewhere, sentenceOfManagedElsewhere } from '../core/directory/management.ts';
import type { Logger } from '../core/log.ts';
import {
  forgetSession,
  keepNotice,
  keepPending,
  keepSession,
  sessionSecretOf,
  takeNotice,
  takePending,
} from './cookies.ts';
import { csrfTokenOf, refuseOtherSites, requireOwnForm } from './csrf.ts';
import { ownPath } from './own-path.ts';
import type { Asked, Page, PublicPage, Shown, Visitor } from './pages/page.ts';
import { NO_FORM, type PostedForm, readForm } from './posted-form.ts';
import { HttpProblem, problemOf } from './problem.ts';
import { ErrorBox } from './views/form.tsx';
import { Frame, type Way } from './views/frame.tsx';

/** Who shows the secret of a session. */
export interface Visitors {
  /** null: no session is known by it, or it has ended. */
  resolve(secret: string): Promise<Pick<Visitor, 'actor' | 'user' | 'sessionId'> | null>;
}

export interface PageRouterDependencies {
  readonly visitors: Visitors;
  readonly authority: Pick<ExternalAuthorityKeeper, 'managedAt'>;
  readonly pages: readonly Page[];
  readonly publicPages: readonly PublicPage[];
  /** The ways that this visitor may go, for the navigation. */
  readonly waysOf: (visitor: Visitor) => readonly Way[];
  readonly log: Pick<Logger, 'error'>;
}

const FORM_BYTES_MAX = 512 * 1024;
/** Of strangers, who send no files: taking a form apart holds up everybody else. */
const PUBLIC_FORM_BYTES_MAX = 32 * 1024;
const FORM_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data'];
const HTTP_INTERNAL_ERROR = 500;

export function pageRouter({
  visitors,
  authority,
  pages,
  publicPages,
  waysOf,
  log,
}: PageRouterDependencies): Router {
  const router = Router();

  for (const page of publicPages) {
    router[page.method](page.path, (request, response) =>
      answer(request, response, null, async () => {
        if (page.method === 'post') refuseOtherSites(request);
        const pending = page.takesPending ? takePending(request, response) : null;
        return page.show({ ...askedBy(request, await formOf(request, response, publicBody)), pending });
      }),
    );
  }

  for (const page of pages) {
    router[page.method](page.path, async (request, response) => {
      const visitor = await visitorOf(request);
      if (visitor === null) return askToSignIn(request, response);
      return answer(request, response, visitor, async () => {
        if (page.needs !== null) requirePermission(visitor.actor, page.needs);
        refuseManagement(visitor, page.needs);
        const form = page.method === 'post' ? await ownForm(request, response, visitor) : NO_FORM;
        return page.show(askedBy(request, form), visitor);
      });
    });
  }

  router.use(async (request, response) =>
    answer(request, response, await visitorOf(request), () => {
      throw new HttpProblem(404, `There is no page at ${request.path}.`);
    }),
  );

  async function visitorOf(request: Request): Promise<Visitor | null> {
    const secret = sessionSecretOf(request);
    const known = secret === null ? null : await visitors.resolve(secret);
    if (secret === null || known === null) return null;
    // Whence this request comes, not whence the session was begun: the two differ where a cookie was stolen.
    const actor = { ...known.actor, address: request.ip ?? null };
    return { ...known, actor, csrfToken: csrfTokenOf(secret), managedAt: await authority.managedAt() };
  }

  async function answer(
    request: Request,
    response: Response,
    visitor: Visitor | null,
    show: () => Promise<Shown> | Shown,
  ): Promise<void> {
    try {
      await send(request, response, visitor, await show());
    } catch (error) {
      const { status, message } = problemOf(error);
      if (status === HTTP_INTERNAL_ERROR) {
        log.error(
          { err: error, method: request.method, path: loggable(request.path) },
          'A page failed unexpectedly.',
        );
      }
      if (response.headersSent) response.destroy();
      else await send(request, response, visitor, refusal(request, status, message));
    }
  }

  async function send(
    request: Request,
    response: Response,
    visitor: Visitor | null,
    shown: Shown,
  ): Promise<void> {
    switch (shown.kind) {
      case 'page':
        return sendPage(request, response, visitor, shown);
      case 'fragment':
        response.status(shown.status ?? 200).type('html');
        response.send(render(shown.body));
        return;
      case 'redirect': {
        const { notice: text, undo } = shown;
        if (text !== undefined) keepNotice(request, response, { text, ...(undo && { undo }) });
        return goTo(request, response, shown.to);
      }
      case 'signed-in':
        keepSession(request, response, shown.secret);
        return goTo(request, response, shown.to);
      case 'elsewhere':
        keepPending(request, response, shown.pending);
        response.redirect(303, shown.url.href);
        return;
      case 'signed-out':
        forgetSession(request, response);
        keepNotice(request, response, { text: shown.notice });
        return goTo(request, response, '/sign-in');
      case 'events':
        return shown.follow(response);
      case 'file':
        response.type(shown.type).attachment(shown.name);
        if (Buffer.isBuffer(shown.content)) response.send(shown.content);
        else await pipeline(shown.content, response);
    }
  }

  function sendPage(
    request: Request,
    response: Response,
    visitor: Visitor | null,
    { title, body, status = 200, refreshSeconds }: Extract<Shown, { kind: 'page' }>,
  ): void {
    const frame = (
      <Frame
        title={title}
        visitor={visitor === null ? null : { name: visitor.user.username, csrfToken: visitor.csrfToken }}
        ways={visitor === null ? [] : waysOf(visitor)}
        path={request.path}
        notice={takeNotice(request, response)}
        banner={visitor === null ? null : bannerFor(visitor)}
        refreshSeconds={refreshSeconds}
      >
        {body}
      </Frame>
    );
    response.status(status).type('html');
    response.send(`<!doctype html>${render(frame)}`);
  }

  return router;
}

/** Forms that lead nowhere are not shown. Throws DirectoryError 'conflict'. */
function refuseManagement({ managedAt }: Visitor, needs: Page['needs']): void {
  if (managedAt === null || needs === null || !MANAGEMENT_PERMISSIONS.has(needs)) return;
  throw managedElsewhere(managedAt);
}

/** For who would look for buttons that are not there. */
function bannerFor({ actor, managedAt }: Visitor): string | null {
  const isTold = managedAt !== null && actor.authority.permissions.has('users.read');
  return isTold ? sentenceOfManagedElsewhere(managedAt) : null;
}

/** What was posted, if a form of ours was. Throws HttpProblem 403. */
async function ownForm(request: Request, response: Response, { csrfToken }: Visitor): Promise<PostedForm> {
  refuseOtherSites(request);
  const form = await formOf(request, response, body);
  requireOwnForm(csrfToken, request.get('x-csrf-token') ?? form.fields.get('csrf') ?? '');
  return form;
}

const body = raw({ type: FORM_TYPES, limit: FORM_BYTES_MAX });
const publicBody = raw({ type: FORM_TYPES, limit: PUBLIC_FORM_BYTES_MAX });

async function formOf(request: Request, response: Response, parser: RequestHandler): Promise<PostedForm> {
  await through(parser, request, response);
  if (!Buffer.isBuffer(request.body)) return NO_FORM;
  return readForm(request.body, request.get('content-type') ?? '');
}

function through(handler: RequestHandler, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    handler(request, response, (error: unknown) => (error === undefined ? resolve() : reject(error)));
  });
}

/** Without the secret by which a password is chosen, which stands in its path. */
function loggable(path: string): string {
  return path.replace(/roster_.*/s, '...');
}

/** A person who must sign in first comes back to where he wanted to go. */
function askToSignIn(request: Request, response: Response): void {
  const wanted = isFragment(request) ? pathOf(request.get('hx-current-url')) : request.url;
  const isPage = isFragment(request) || request.method === 'GET';
  const to = isPage && wanted !== '/' ? `/sign-in?to=${encodeURIComponent(wanted)}` : '/sign-in';
  goTo(request, response, to);
}

function pathOf(url: string | undefined): string {
  if (url === undefined || !URL.canParse(url)) return '/';
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function goTo(request: Request, response: Response, to: string): void {
  // Only paths of ours: nobody is sent elsewhere by a link of ours.
  const path = ownPath(to);
  if (isFragment(request)) response.set('HX-Redirect', path).status(204).end();
  else response.redirect(303, path);
}

function refusal(request: Request, status: number, message: string): Shown {
  if (isFragment(request)) return { kind: 'fragment', status, body: <ErrorBox message={message} /> };
  const title = TITLES[status] ?? 'Refused';
  const section = (
    <section class="narrow">
      <h1>{title}</h1>
      <ErrorBox message={message} />
      <p>
        <a href="/">Go to the first page</a>
      </p>
    </section>
  );
  return { kind: 'page', title, status, body: section };
}

const TITLES: Readonly<Record<number, string>> = {
  403: 'Not permitted',
  404: 'Not found',
  [HTTP_INTERNAL_ERROR]: 'Something went wrong',
  503: 'Not available at the moment',
};

function isFragment(request: Request): boolean {
  return request.get('hx-request') === 'true' && request.get('hx-boosted') !== 'true';
}

function askedBy(request: Request, { fields, files }: PostedForm): Asked {
  return {
    path: request.path,
    params: Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)])),
    query: new URL(request.url, 'http://roster.invalid').searchParams,
    form: fields,
    files,
    address: request.ip ?? null,
    userAgent: request.get('user-agent') ?? '',
    pending: null,
    fragment: isFragment(request),
  };
}
