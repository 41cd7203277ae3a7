/** Serves the routes of the API: who asks, may he, what exactly, and the answer. */
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { requirePermission } from '../core/access/require.ts';
import type { Answer, Asked, Route } from './api/route.ts';
import { mediaTypeOf, readJson, requireMediaType } from './body.ts';
import { entityTag, isKnown, requireMatch } from './entity-tag.ts';
import type { Caller, Identify } from './identify.ts';
import { checked } from './input.ts';
import { HttpProblem } from './problem.ts';

const NO_MEMBERS = z.strictObject({});
const USER_AGENT_LENGTH_MAX = 200;

export function serveRoutes(routes: readonly Route[], identify: Identify): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const paths = new Map<string, Route[]>();
  for (const route of routes) paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  for (const [path, ofPath] of paths) {
    const at = router.route(expressPath(path));
    const isRead = ofPath.some(({ method }) => method === 'get');
    for (const route of ofPath) at[route.method](handler(route, identify, isRead));
    at.all(otherMethods(ofPath));
  }
  return router;
}

/** The path in the form that express knows. */
function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

/** `isRead`: what a change answers is what is read at the same path, so that it bears the same entity tag. */
function handler(route: Route, identify: Identify, isRead: boolean): RequestHandler {
  const isTagged = isRead && route.method !== 'post';
  return async (request, response) => {
    const caller = await identify(request, route.needs === 'nothing' ? 'anybody' : 'signed-in');
    if (route.needs !== 'nothing' && route.needs !== 'sign-in') requirePermission(caller.actor, route.needs);
    const answer = await route.handle(await readAsked(route, request, caller));
    await send(request, response, answer, isTagged);
  };
}

async function readAsked(route: Route, request: Request, { actor, sessionId }: Caller): Promise<Asked> {
  const query = checked(route.query ?? NO_MEMBERS, request.query);
  return {
    params: Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)])),
    query,
    body: await readBody(route, request),
    upload: request,
    mediaType: mediaTypeOf(request),
    actor,
    sessionId,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_LENGTH_MAX),
    prefers: (mediaType) =>
      request.method === 'GET' && request.accepts(['application/json', mediaType]) === mediaType,
    requireMatch: (present) => requireMatch(request.headers, present),
  };
}

async function readBody({ method, body, upload }: Route, request: Request): Promise<unknown> {
  if (upload !== undefined) return requireMediaType(request, upload);
  if (method === 'get') return undefined;
  const given = await readJson(request);
  if (body !== undefined) return checked(body, given);
  if (given !== undefined) checked(NO_MEMBERS, given);
  return undefined;
}

async function send(
  request: Request,
  response: Response,
  { status, body, bytes, stream, headers }: Answer,
  isTagged: boolean,
): Promise<void> {
  response.status(status).set(headers ?? {});
  response.vary('Authorization');
  if (stream !== undefined) return stream(response);
  const content = bytes === undefined ? JSON.stringify(body) : Buffer.from(bytes.content);
  if (content === undefined) return void response.end();
  if (isTagged) response.set('ETag', entityTag(content));
  if (isTagged && request.method === 'GET' && isKnown(request.headers, entityTag(content))) {
    response.status(304).end();
  } else {
    response.set('Content-Type', bytes?.type ?? 'application/json; charset=utf-8').send(content);
  }
}

/** Without headers of CORS: pages of other origins have nothing to do here. */
function otherMethods(routes: readonly Route[]): RequestHandler {
  const methods = routes.map(({ method }) => method.toUpperCase());
  const allow = ['OPTIONS', ...(methods.includes('GET') ? ['HEAD'] : []), ...methods].join(', ');
  return (request, response) => {
    response.set('Allow', allow);
    if (request.method === 'OPTIONS') response.status(204).end();
    else throw new HttpProblem(405, `${request.method} is not possible here, but ${allow}.`);
  };
}
