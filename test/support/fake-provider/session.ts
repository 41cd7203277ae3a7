/** One connection to the fake provider: reads requests, answers them in the provider's way. */
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { decodeRequest } from '../../../src/ldap-server/protocol/decode.ts';
import { encodeResult } from '../../../src/ldap-server/protocol/encode.ts';
import { createFramer } from '../../../src/ldap-server/protocol/framing.ts';
import type {
  BindRequest,
  Control,
  RequestMessage,
  ResponseType,
} from '../../../src/ldap-server/protocol/messages.ts';
import type { Conversation } from './conversation.ts';
import type { FakeDirectory, FakePerson } from './people.ts';
import { type Profile, personDn, type Refusal } from './profiles.ts';
import { createSearches, keyOf, type Searches } from './searches.ts';

const POLICY = '1.3.6.1.4.1.42.2.27.8.5.1';
const WHO_AM_I = '1.3.6.1.4.1.4203.1.11.3';
const SUCCESS: Refusal = { code: 0, message: '' };

interface State {
  /** null: anonymous. */
  boundAs: string | null;
  searches: Searches;
}

/** Serves until the socket closes, one request after the other. */
export function converse(socket: Socket, conversation: Conversation): void {
  const framer = createFramer({ messageBytesMax: 1_000_000 });
  const state: State = { boundAs: null, searches: createSearches(conversation) };
  conversation.operations.connections += 1;
  let turn = Promise.resolve();
  socket.on('data', (chunk: Buffer) => {
    framer.push(Buffer.from(chunk));
    for (let frame = framer.next(); frame !== null; frame = framer.next()) {
      const message = decodeRequest(frame);
      turn = turn.then(async () => {
        if (conversation.knobs.delayMs > 0) await pause(conversation.knobs.delayMs);
        const bytes = answer(message, state, conversation);
        if (bytes === null) socket.end();
        else if (!socket.destroyed) socket.write(bytes);
      });
    }
  });
}

/** null: the connection is closed. */
function answer(message: RequestMessage, state: State, it: Conversation): Buffer | null {
  const { id, request, controls } = message;
  switch (request.type) {
    case 'bind': {
      const outcome = bind(request, controls, it);
      state.boundAs = outcome.code === 0 ? request.name : null;
      state.searches.bound(state.boundAs);
      return resultOf(id, 'bind', outcome);
    }
    case 'search':
      return state.searches.answer(message, request);
    case 'unbind':
      return null;
    case 'extended': {
      const isKnown = request.oid === WHO_AM_I && it.knobs.whoami;
      const refused = { code: 2, message: 'unsupported extended operation' };
      return resultOf(id, 'extended', isKnown ? SUCCESS : refused);
    }
    case 'abandon':
      return Buffer.alloc(0);
    default:
      return resultOf(id, request.type as ResponseType, { code: 53, message: 'read only' });
  }
}

export function resultOf(id: number, type: ResponseType, { code, message, control }: Refusal): Buffer {
  const controls: Control[] = control === undefined ? [] : [{ ...control, critical: false }];
  return encodeResult(id, type, { code, matchedDn: '', message }, { controls });
}

function bind(
  { name, authentication }: BindRequest,
  controls: readonly Control[],
  it: Conversation,
): Refusal {
  const { profile, directory, knobs, operations, readerPassword } = it;
  operations.binds += 1;
  operations.bindDns.push(name);
  if (controls.length > 0 && knobs.refuseControlsOnBind) {
    return { code: 53, message: 'Controls are not supported on bind' };
  }
  if (authentication.type !== 'simple') return { code: 7, message: '' };
  const password = authentication.password.toString();
  if (tooOften(name, it)) return BUSY;
  if (password === '')
    return knobs.emptyPasswordBind === 'success'
      ? SUCCESS
      : { code: 53, message: 'unauthenticated bind (DN with no password) disallowed' };
  if (sameName(name, profile.bindDn)) {
    if (knobs.readerRefused || password !== readerPassword) return profile.refusals.wrong;
    return SUCCESS;
  }
  const outcome = signIn(name, password, profile, directory);
  const asked = controls.some(({ oid }) => oid === POLICY);
  if (outcome.control?.oid === POLICY && !asked) return { code: outcome.code, message: outcome.message };
  return outcome;
}

const BUSY: Refusal = {
  code: 11,
  message: 'LDAP operation failed because an administrative limit has been exceeded',
};

function tooOften(name: string, { knobs, recentBinds, now }: Conversation): boolean {
  const at = now().getTime();
  const recent = (recentBinds.get(name) ?? []).filter((time) => at - time < 1000);
  recentBinds.set(name, [...recent, at]);
  if (knobs.busyFor.some((busy) => sameName(busy, name))) return true;
  return knobs.bindsPerSecond !== null && recent.length >= knobs.bindsPerSecond;
}

function sameName(a: string, b: string): boolean {
  return keyOf(a) === keyOf(b);
}

function signIn(name: string, given: string, profile: Profile, directory: FakeDirectory): Refusal {
  const totp = /^([^,]*)\+totpToken=(\d+)(,.*)$/s.exec(name);
  const dn = totp === null ? name : `${totp[1]}${totp[3]}`;
  const person = personAt(dn, profile, directory);
  if (person === null) return profile.refusals.wrong;
  const comma = given.lastIndexOf(',');
  const inPassword = person.passcode !== null && totp === null && comma !== -1;
  const password = inPassword ? given.slice(0, comma) : given;
  const passcode = totp?.[2] ?? (inPassword ? given.slice(comma + 1) : null);
  if (person.state === 'locked') return profile.refusals.locked;
  if (password !== person.password) return profile.refusals.wrong;
  if (person.state !== 'well') return profile.refusals[person.state];
  return person.passcode === null || person.passcode === passcode ? SUCCESS : profile.refusals.passcode;
}

function personAt(dn: string, profile: Profile, directory: FakeDirectory): FakePerson | null {
  for (const { value } of directory.people.values()) if (sameName(personDn(profile, value), dn)) return value;
  return null;
}
