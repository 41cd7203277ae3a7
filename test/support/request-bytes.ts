/** Builds the bytes of requests as clients send them, apart from the codec under test. */
import {
  type BindRequest,
  type Control,
  type Request,
  type RequestMessage,
  SCOPES,
} from '../../src/ldap-server/protocol/messages.ts';
import { boolean, element, enumerated, integer, message, sequence, text } from './ber-builder.ts';
import { readBerTree, writeBerTree } from './ber-tree.ts';
import { filterBytes } from './filter-bytes.ts';

/** The freedom that BER and the decoder's model leave; nothing of it matters to a server. */
export interface RequestForm {
  /** Lengths of constructed elements in four octets, as Windows writes them. */
  readonly longLengths?: boolean;
  /** `criticality FALSE`, the default, is written all the same. */
  readonly everyCriticality?: boolean;
  /** `dnAttributes FALSE`, the default, is written all the same. */
  readonly everyDnAttributes?: boolean;
  /** What follows the entry's name in a request that writes: the decoder does not keep it. */
  readonly rest?: Buffer;
}

export function requestBytes(request: RequestMessage, form: RequestForm = {}): Buffer {
  const controls = request.controls.map((control) => controlBytes(control, form));
  const bytes = message(
    request.id,
    operationBytes(request.request, form),
    ...(controls.length === 0 ? [] : [element(0xa0, ...controls)]),
  );
  return form.longLengths ? writeBerTree(readBerTree(bytes), 4) : bytes;
}

const optional = (tag: number, value: string | Buffer | null) =>
  value === null ? [] : [element(tag, value)];

function operationBytes(request: Request, form: RequestForm): Buffer {
  const rest = form.rest ?? Buffer.alloc(0);
  switch (request.type) {
    case 'bind':
      return element(
        0x60,
        integer(request.version),
        text(request.name),
        authenticationBytes(request.authentication),
      );
    case 'unbind':
      return element(0x42);
    case 'search':
      return element(
        0x63,
        text(request.base),
        enumerated(SCOPES.indexOf(request.scope)),
        enumerated(request.derefAliases),
        integer(request.sizeLimit),
        integer(request.timeLimitSeconds),
        boolean(request.typesOnly),
        filterBytes(request.filter, form),
        sequence(...request.attributes.map(text)),
      );
    case 'compare':
      return element(0x6e, text(request.entry), sequence(text(request.attribute), text(request.value)));
    case 'abandon':
      return element(0x50, integer(request.messageId).subarray(2));
    case 'extended':
      return element(0x77, element(0x80, request.oid), ...optional(0x81, request.value));
    case 'delete':
      return element(0x4a, request.entry);
    default:
      return element(WRITE_TAGS[request.type], text(request.entry), rest);
  }
}

const WRITE_TAGS = { modify: 0x66, add: 0x68, 'modify-dn': 0x6c };

function authenticationBytes(authentication: BindRequest['authentication']): Buffer {
  switch (authentication.type) {
    case 'simple':
      return element(0x80, authentication.password);
    case 'sasl':
      return element(0xa3, text(authentication.mechanism), ...optional(0x04, authentication.credentials));
    case 'unknown':
      return element(0x89);
  }
}

function controlBytes({ oid, critical, value }: Control, form: RequestForm): Buffer {
  const criticality = critical || form.everyCriticality ? [boolean(critical)] : [];
  return sequence(text(oid), ...criticality, ...optional(0x04, value));
}
