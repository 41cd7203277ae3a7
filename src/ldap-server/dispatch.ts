/** Hands each request to its operation, and makes the bytes of its answer. */
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/log.ts';
import { type OperationWatchDependencies, tellOfOperation } from './operation-watch.ts';
import { type BindDependencies, bind } from './operations/bind.ts';
import { compare } from './operations/compare.ts';
import { readControls } from './operations/controls.ts';
import { extended } from './operations/extended.ts';
import { type Outcome, refusal } from './operations/outcome.ts';
import type { PasswordModifyDependencies } from './operations/password-modify.ts';
import { type Output, search, type Task } from './operations/search.ts';
import type { SearchDependencies } from './operations/search-start.ts';
import { makeAnonymous, type Session } from './operations/session.ts';
import { appendResult } from './protocol/encode.ts';
import type { Request, RequestMessage, RequestType, ResponseType } from './protocol/messages.ts';
import { ResultCode } from './protocol/result-codes.ts';

/** The requests that are answered: all but unbind and abandon, which the connection itself obeys. */
export type AnsweredType = Exclude<RequestType, 'unbind' | 'abandon'>;
export type Answered = Extract<Request, { readonly type: AnsweredType }>;

export const RESPONSE_TYPES: Readonly<Record<AnsweredType, ResponseType>> = {
  bind: 'bind',
  search: 'search-done',
  compare: 'compare',
  extended: 'extended',
  add: 'add',
  delete: 'delete',
  modify: 'modify',
  'modify-dn': 'modify-dn',
};

export interface DispatchDependencies
  extends BindDependencies,
    SearchDependencies,
    PasswordModifyDependencies,
    OperationWatchDependencies {
  readonly clock: Clock;
  readonly log: Logger;
}

/** Answers one request on `output`; returns a promise only where it must wait. Never throws, never rejects. */
export type Dispatch = (
  message: RequestMessage & { readonly request: Answered },
  session: Session,
  task: Task,
  output: Output,
) => void | Promise<void>;

export function createDispatch(dependencies: DispatchDependencies): Dispatch {
  const { clock, log } = dependencies;
  const answer = (
    message: RequestMessage & { readonly request: Answered },
    session: Session,
    task: Task,
    output: Output,
    outcome: Outcome | null,
  ): void => {
    tellOfOperation(message, session, task, outcome, dependencies);
    if (outcome === null) return;
    appendResult(output.writer, message.id, RESPONSE_TYPES[message.request.type], outcome, outcome);
  };
  return (message, session, task, output) => {
    task.begunMs = clock.now().getTime();
    if (session.until !== null && task.begunMs >= session.until) makeAnonymous(session);
    const fail = (error: unknown): void => {
      log.error({ err: error, operation: message.request.type }, 'an operation failed');
      answer(message, session, task, output, refusal(ResultCode.other, 'Internal error.'));
    };
    try {
      const outcome = perform(message, session, task, output, dependencies);
      if (!(outcome instanceof Promise)) return answer(message, session, task, output, outcome);
      return outcome.then((awaited) => answer(message, session, task, output, awaited)).catch(fail);
    } catch (error) {
      return fail(error);
    }
  };
}

function perform(
  { request, controls }: RequestMessage & { readonly request: Answered },
  session: Session,
  task: Task,
  output: Output,
  dependencies: DispatchDependencies,
): Outcome | null | Promise<Outcome | null> {
  const asked = readControls(request.type, controls);
  if ('code' in asked) {
    // A bind that is refused leaves nobody bound (RFC 4511 section 4.2.1).
    if (request.type === 'bind') makeAnonymous(session);
    return asked;
  }
  switch (request.type) {
    case 'bind':
      return bind(request, session, dependencies);
    case 'search':
      return search(request, asked, session, task, output, dependencies);
    case 'compare':
      return compare(request, asked, session, dependencies.snapshot(), dependencies.server);
    case 'extended':
      return extended(request, session, dependencies);
    default:
      return refusal(ResultCode.unwillingToPerform, 'This directory is read-only over LDAP.');
  }
}
