/** What a page is: a function from what a person asks to what is shown, without the web framework. */
import type { VNode } from 'preact';
import { MANAGEMENT_PERMISSIONS, type Permission } from '../../core/access/permissions.ts';
import { DirectoryError } from '../../core/errors.ts';
import type { Actor } from '../../core/model/audit.ts';
import type { User } from '../../core/model/user.ts';
import type { EventSink } from '../run-stream.ts';

/** What a form or a query says; a name may come more than once. */
export type Fields = URLSearchParams;

/** Whoever looks at a page, known by the session. */
export interface Visitor {
  readonly actor: Actor;
  readonly user: User;
  readonly sessionId: string;
  /** Goes into every form; see csrf.ts. */
  readonly csrfToken: string;
  /** URL of the external authority at which people are managed; null: they are managed here. */
  readonly managedAt: string | null;
}

export interface Asked {
  readonly path: string;
  /** The named parts of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Fields;
  /** Empty unless something was posted. */
  readonly form: Fields;
  /** Files that came with the form, by the name of their field; an input left empty is not there. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Of whoever asks. */
  readonly address: string | null;
  readonly userAgent: string;
  /** What the browser keeps of a sign-in under way elsewhere; null: nothing, or not for this page. */
  readonly pending: string | null;
  /** Only the part of the page that changes is wanted (htmx). */
  readonly fragment: boolean;
}

/** What is shown. */
export type Shown =
  /** A whole page under the frame that all pages share. */
  | {
      readonly kind: 'page';
      readonly title: string;
      readonly body: VNode;
      readonly status?: number;
      /** Without scripts the page is loaded again after so many seconds: something is under way. */
      readonly refreshSeconds?: number;
    }
  /** A part of a page, put in place by htmx. */
  | { readonly kind: 'fragment'; readonly body: VNode; readonly status?: number }
  /** Go there (a path of ours), and tell `notice` on arrival, with a button that takes it back. */
  | { readonly kind: 'redirect'; readonly to: string; readonly notice?: string; readonly undo?: Undo }
  | {
      readonly kind: 'file';
      readonly type: string;
      readonly name: string;
      readonly content: Buffer | AsyncIterable<string | Buffer>;
    }
  /** Somebody has signed in: the browser keeps the secret of the session, and goes there. */
  | { readonly kind: 'signed-in'; readonly secret: string; readonly to: string }
  /** To another site, to come back from there; the browser keeps `pending` until then. */
  | { readonly kind: 'elsewhere'; readonly url: URL; readonly pending: string }
  | { readonly kind: 'signed-out'; readonly notice: string }
  /** Server-sent events, which `follow` writes to their end. */
  | { readonly kind: 'events'; follow(sink: EventSink): Promise<void> };

/** A form of ours that takes back what was done. */
export interface Undo {
  /** Path to which it is posted. */
  readonly action: string;
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
}

/** A page for people who are signed in. Throws DirectoryError, which is shown in the frame. */
export interface Page {
  readonly method: 'get' | 'post';
  /** In express's notation. */
  readonly path: string;
  /** Without it the page is refused at once; null: everybody may ask, and core decides about the rest. */
  readonly needs: Permission | null;
  show(asked: Asked, visitor: Visitor): Promise<Shown> | Shown;
}

/** A page for people who are not signed in. */
export interface PublicPage {
  readonly method: 'get' | 'post';
  readonly path: string;
  /** What the browser keeps of a sign-in under way is shown to it, once. */
  readonly takesPending?: boolean;
  show(asked: Asked): Promise<Shown> | Shown;
}

/** What is given as the text of a field; absent: empty. */
export function textOf(fields: Fields, name: string): string {
  return fields.get(name)?.trim() ?? '';
}

/** Whether the visitor has this permission, to leave out what would be refused; core decides. */
export function may(
  { actor, managedAt = null }: Pick<Visitor, 'actor'> & Partial<Pick<Visitor, 'managedAt'>>,
  permission: Permission,
): boolean {
  if (managedAt !== null && MANAGEMENT_PERMISSIONS.has(permission)) return false;
  return actor.authority.permissions.has(permission);
}

/** Throws DirectoryError 'forbidden', where a page is not to be shown that leads nowhere. */
export function refuseUnless(allowed: boolean, sentence: string): void {
  if (!allowed) throw new DirectoryError('forbidden', sentence);
}
