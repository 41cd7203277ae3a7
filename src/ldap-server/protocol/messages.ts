/** LDAP messages as plain data (RFC 4511 section 4); decode.ts makes requests of bytes, encode.ts bytes of responses. */
import type { Filter } from '../../core/syntax/filter.ts';

export interface Control {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Buffer | null;
}

export const SCOPES = ['base', 'one', 'sub', 'subordinate'] as const;
export type Scope = (typeof SCOPES)[number];

export interface BindRequest {
  readonly type: 'bind';
  readonly version: number;
  readonly name: string;
  readonly authentication:
    | { readonly type: 'simple'; readonly password: Buffer }
    | { readonly type: 'sasl'; readonly mechanism: string; readonly credentials: Buffer | null }
    /** A choice beyond RFC 4511 (Active Directory has some), to be answered by authMethodNotSupported. */
    | { readonly type: 'unknown' };
}

export interface UnbindRequest {
  readonly type: 'unbind';
}

export interface SearchRequest {
  readonly type: 'search';
  readonly base: string;
  readonly scope: Scope;
  /** 0 never, 1 in searching, 2 finding the base, 3 always: accepted, and without effect (there are no aliases). */
  readonly derefAliases: number;
  /** 0: no limit by the client. */
  readonly sizeLimit: number;
  readonly timeLimitSeconds: number;
  readonly typesOnly: boolean;
  readonly filter: Filter;
  /** As written by the client; empty means all user attributes. */
  readonly attributes: readonly string[];
}

export interface CompareRequest {
  readonly type: 'compare';
  readonly entry: string;
  readonly attribute: string;
  readonly value: Buffer;
}

export interface AbandonRequest {
  readonly type: 'abandon';
  readonly messageId: number;
}

export interface ExtendedRequest {
  readonly type: 'extended';
  readonly oid: string;
  readonly value: Buffer | null;
}

/** The requests that write; only their kind matters, since each is refused in its own response type. */
export interface WriteRequest {
  readonly type: 'add' | 'delete' | 'modify' | 'modify-dn';
  readonly entry: string;
}

export type Request =
  | BindRequest
  | UnbindRequest
  | SearchRequest
  | CompareRequest
  | AbandonRequest
  | ExtendedRequest
  | WriteRequest;

export type RequestType = Request['type'];

export interface RequestMessage {
  readonly id: number;
  readonly request: Request;
  readonly controls: readonly Control[];
}

/** LDAPResult (RFC 4511 section 4.1.9). */
export interface Result {
  readonly code: number;
  readonly matchedDn: string;
  readonly message: string;
}

/** The responses that carry a Result; searchResultEntry is encoded apart, out of ready slices. */
export type ResponseType =
  | 'bind'
  | 'search-done'
  | 'modify'
  | 'add'
  | 'delete'
  | 'modify-dn'
  | 'compare'
  | 'extended';
