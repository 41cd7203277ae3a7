/** Hands each request to its operation, and makes the bytes of its answer. */
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/log.ts';
import { type BindDependencies, bind } from './operations/bind.ts';
import { compare } from './operations/compare.ts';
import { extended } from './operations/extended.ts';
import { type Outcome, refusal } from './operations/outcome.ts';
import { type Output, type SearchDependencies, search, type Task } from './operations/search.ts';
import type { Session } from './operations/session.ts';
import { encodeResult } from './protocol/encode.ts';
import type { Control, Request, RequestMessage, RequestType, ResponseType } from './protocol/messages.ts';
import { Oid } from './protocol/oids.ts';
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

export interface DispatchDependencies extends BindDependencies, SearchDependencies {
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
  return (message, session, task, output) => {
    const begun = clock.now().getTime();
    const { type } = message.request;
    const answer = (outcome: Outcome | null): void => {
      log.debug(
        {
          operation: type,
          address: session.address,
          code: outcome?.code ?? 'abandoned',
          ms: clock.now().getTime() - begun,
        },
        'operation',
      );
      if (outcome !== null) output.send(encodeResult(message.id, RESPONSE_TYPES[type], outcome, outcome));
    };
    const fail = (error: unknown): void => {
      log.error({ err: error, operation: type }, 'an operation failed');
      answer(refusal(ResultCode.other, 'Internal error.'));
    };
    try {
      const outcome = perform(message, session, task, output, dependencies);
      if (!(outcome instanceof Promise)) return answer(outcome);
      return outcome.then(answer).catch(fail);
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
  const refused = refuseControls(request.type, controls);
  if (refused !== null) return refused;
  switch (request.type) {
    case 'bind':
      return bind(request, session, dependencies);
    case 'search':
      return search(request, controls, session, task, output, dependencies);
    case 'compare':
      return compare(request, session, dependencies.snapshot(), dependencies.server);
    case 'extended':
      return extended(request, session.identity, dependencies.snapshot());
    default:
      return refusal(ResultCode.unwillingToPerform, 'This directory is read-only over LDAP.');
  }
}

/** RFC 4511 section 4.1.11: a critical control that is not served, or not with this operation, prevents it. */
function refuseControls(type: AnsweredType, controls: readonly Control[]): Outcome | null {
  const unserved = controls.find(
    ({ oid, critical }) =>
      critical && oid !== Oid.manageDsaIt && !(oid === Oid.pagedResults && type === 'search'),
  );
  return unserved === undefined
    ? null
    : refusal(ResultCode.unavailableCriticalExtension, 'A critical control is not served here.');
}
