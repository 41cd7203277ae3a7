/** Failures as problem details (RFC 9457): the only place where error codes become HTTP statuses. */
import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { DirectoryError, type ErrorCode } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';

const STATUS_BY_CODE: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  busy: 503,
  unavailable: 503,
};

/** A refusal with its own status or with further members of the problem document. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  /** `detail` is one sentence that is safe to show. */
  constructor(
    status: number,
    detail: string,
    members: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.status = status;
    this.members = members;
    this.headers = headers;
  }
}

/** Answers what no route answered. */
export const notFound: RequestHandler = (request) => {
  throw new HttpProblem(404, `There is nothing at ${request.method} ${request.path}.`);
};

/** Answers what a route threw: expected failures with their sentence, anything else opaquely, with a line in the log. */
export function answerProblem(log: Pick<Logger, 'error'>): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, request, response, _next) => {
    const problem = problemOf(error);
    if (problem.status === 500) {
      log.error({ err: error, method: request.method, path: request.path }, 'A request failed unexpectedly.');
    }
    if (response.headersSent) response.destroy();
    else sendProblem(response, problem);
  };
}

/** What may be told of an error; 500 for what was not expected, which belongs into the log. */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof DirectoryError) {
    const { code, field } = error;
    const members = field === undefined ? { code } : { code, field };
    return new HttpProblem(STATUS_BY_CODE[code], error.message, members);
  }
  const status = clientErrorStatus(error);
  return status === null
    ? new HttpProblem(500, 'Internal error; the log of the server holds the reason.')
    : new HttpProblem(status, `The request cannot be read: ${STATUS_CODES[status]}.`);
}

/** The status of an error that express or its body parser blames on the client. */
function clientErrorStatus(error: unknown): number | null {
  if (!(error instanceof Error && 'status' in error && typeof error.status === 'number')) return null;
  return error.status >= 400 && error.status < 500 ? error.status : null;
}

function sendProblem(response: Response, { status, message: detail, members, headers }: HttpProblem): void {
  response.set(headers);
  if (status === 503) response.setHeader('Retry-After', '1');
  const document = { type: 'about:blank', title: STATUS_CODES[status], status, detail, ...members };
  response.status(status).type('application/problem+json').send(JSON.stringify(document));
}
