/** What a route of the API is: one value that serves, checks and describes it, and names it to the tests. */
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Permission } from '../../core/access/permissions.ts';
import type { Actor } from '../../core/model/audit.ts';
import type { EventSink } from '../run-stream.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** nothing: for strangers; sign-in: for everybody who has signed in, the directory decides the rest. */
export type Needs = Permission | 'sign-in' | 'nothing';

export interface Route {
  readonly method: Method;
  /** Below /api/v1, parameters in braces. */
  readonly path: string;
  /** The heading under which it stands in the document. */
  readonly tag: string;
  readonly summary: string;
  readonly needs: Needs;
  /** Of the path's parameters; absent: they are names, or ids, as they stand. */
  readonly query?: z.ZodObject;
  /** JSON of the request; absent: it takes none. */
  readonly body?: z.ZodType;
  /** Media types of a body that is not JSON, which the handler reads itself. */
  readonly upload?: readonly string[];
  /** By status; what is not listed is a problem. */
  readonly answers: Readonly<Record<number, AnswerForm>>;
  handle(asked: Asked): Promise<Answer>;
}

/** JSON of this schema, a body of these media types, or none. */
export type AnswerForm = z.ZodType | readonly string[] | null;

/** What somebody asks, checked. */
export interface Asked<Path extends string = string, Query = unknown, Body = unknown> {
  readonly params: Readonly<Record<ParameterOf<Path>, string>>;
  readonly query: Query;
  readonly body: Body;
  /** The body of a route with `upload`. */
  readonly upload: Readable;
  /** Of the body, without parameters; '' where there is none. */
  readonly mediaType: string;
  readonly actor: Actor;
  /** Id of the session that asks; null for tokens. */
  readonly sessionId: string | null;
  readonly userAgent: string;
  /** Whether the client would rather have this media type than JSON. */
  prefers(mediaType: string): boolean;
  /**
   * Refuses a change (412) of what is not as the client saw it, by If-Match and If-None-Match (RFC 9110 section 13.1).
   * `present` is what the client would read now; null: nothing is there.
   */
  requireMatch(present: object | null): void;
}

/** The names in braces of a path. */
type ParameterOf<Path extends string> = string extends Path
  ? string
  : Path extends `${string}{${infer Name}}${infer Rest}`
    ? Name | ParameterOf<Rest>
    : never;

export interface Answer {
  readonly status: number;
  /** JSON. */
  readonly body?: unknown;
  readonly bytes?: { readonly type: string; readonly content: Uint8Array };
  /** Writes the answer itself. */
  readonly stream?: (response: EventSink) => Promise<void>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A route whose handler knows the types that its schemas check. */
export function route<
  const Path extends string,
  Query extends z.ZodObject = z.ZodObject<Record<string, never>>,
  Body extends z.ZodType = z.ZodUndefined,
>(
  route: Omit<Route, 'path' | 'query' | 'body' | 'handle'> & {
    readonly path: Path;
    readonly query?: Query;
    readonly body?: Body;
    handle(asked: Asked<Path, z.output<Query>, z.output<Body>>): Promise<Answer>;
  },
): Route {
  // The schemas have checked what the handler is given.
  return route as unknown as Route;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown, location: string): Answer => ({
  status: 201,
  body,
  headers: { Location: `/api/v1${location}` },
});
export const NO_CONTENT: Answer = { status: 204 };
