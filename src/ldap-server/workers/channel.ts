/** Questions and answers between two processes; what is said in one turn of the event loop goes as one message. */
import { z } from 'zod';
import { DirectoryError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';

/** A question by name: the shape of what is asked, and of what is answered. */
export interface Call {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}
export type Calls = Readonly<Record<string, Call>>;

export type Handlers<Served extends Calls> = {
  readonly [Name in keyof Served]: (
    input: z.output<Served[Name]['input']>,
  ) => z.output<Served[Name]['output']> | Promise<z.output<Served[Name]['output']>>;
};

export interface Channel<Asked extends Calls> {
  /** Throws DirectoryError: what the other process throws, 'unavailable' where it is gone. */
  ask<Name extends keyof Asked & string>(
    name: Name,
    input: z.output<Asked[Name]['input']>,
  ): Promise<z.output<Asked[Name]['output']>>;
  /** Nobody waits for the answer. */
  tell<Name extends keyof Asked & string>(name: Name, input: z.output<Asked[Name]['input']>): void;
  /** Takes a message of the other process. Throws where it is not of the right shape. */
  receive(message: unknown): void;
  /** The other process is gone: nothing more is answered. */
  close(): void;
}

export interface ChannelDependencies<Asked extends Calls, Served extends Calls> {
  readonly asked: Asked;
  readonly served: Served;
  readonly handlers: Handlers<Served>;
  /** As process.send. */
  send(message: unknown): void;
  readonly log: Pick<Logger, 'error'>;
}

const CODES = [
  'invalid',
  'not-found',
  'conflict',
  'forbidden',
  'unauthenticated',
  'busy',
  'unavailable',
] as const;
/** 0: the answer is not waited for. */
const id = z.int().nonnegative();
const failure = z.object({ code: z.enum(CODES), message: z.string(), field: z.string().nullable() });
const part = z.union([
  z.strictObject({ id, ask: z.string(), input: z.unknown() }),
  z.strictObject({ id, output: z.unknown() }),
  z.strictObject({ id, failure }),
]);
const MESSAGE = z.array(part);
type Part = z.output<typeof part>;

interface Waiting {
  take(output: unknown): void;
  reject(error: Error): void;
}

export function createChannel<Asked extends Calls, Served extends Calls>(
  dependencies: ChannelDependencies<Asked, Served>,
): Channel<Asked> {
  const { asked, served, handlers, send, log } = dependencies;
  const waiting = new Map<number, Waiting>();
  let parts: Part[] = [];
  let lastId = 0;
  let isClosed = false;

  function say(one: Part): void {
    if (isClosed) return;
    if (parts.length === 0) setImmediate(flush);
    parts.push(one);
  }

  function flush(): void {
    const said = parts;
    parts = [];
    if (!isClosed) send(said);
  }

  function serve(number: number, name: string, input: unknown): void {
    const call = Object.hasOwn(served, name) ? served[name] : undefined;
    const handler = handlers[name];
    if (call === undefined || handler === undefined) throw new TypeError(`There is no call ${name}.`);
    void answer(number, name, handler, call.input.parse(input) as never);
  }

  async function answer(
    number: number,
    name: string,
    handler: Handlers<Served>[string],
    input: never,
  ): Promise<void> {
    try {
      const output = await handler(input);
      if (number !== 0) say({ id: number, output });
    } catch (error) {
      if (!(error instanceof DirectoryError))
        log.error({ err: error, call: name }, 'a call between processes failed');
      if (number !== 0) say({ id: number, failure: failureOf(error) });
    }
  }

  function hear(one: Part): void {
    if ('ask' in one) {
      serve(one.id, one.ask, one.input);
      return;
    }
    const asker = waiting.get(one.id);
    if (asker === undefined) throw new TypeError('An answer came that nobody waits for.');
    waiting.delete(one.id);
    if ('failure' in one) asker.reject(errorOf(one.failure));
    else asker.take(one.output);
  }

  return {
    ask: (name, input) =>
      new Promise((resolve, reject) => {
        if (isClosed) throw gone();
        lastId += 1;
        const take = (output: unknown): void => {
          const heard = asked[name]?.output.safeParse(output);
          if (heard?.success) resolve(heard.data as never);
          else reject(new TypeError(`The answer to ${name} is not of its shape.`));
        };
        waiting.set(lastId, { take, reject });
        say({ id: lastId, ask: name, input });
      }),
    tell: (name, input) => say({ id: 0, ask: name, input }),
    receive(message) {
      for (const one of MESSAGE.parse(message)) hear(one);
    },
    close() {
      isClosed = true;
      for (const { reject } of waiting.values()) reject(gone());
      waiting.clear();
    },
  };
}

function gone(): DirectoryError {
  return new DirectoryError('unavailable', 'A process of this server has ended; try again shortly.');
}

function failureOf(error: unknown): z.output<typeof failure> {
  if (!(error instanceof DirectoryError))
    return { code: 'unavailable', message: 'Internal error.', field: null };
  return { code: error.code, message: error.message, field: error.field ?? null };
}

function errorOf({ code, message, field }: z.output<typeof failure>): DirectoryError {
  return new DirectoryError(code, message, field === null ? {} : { field });
}
