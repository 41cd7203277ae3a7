/** A search filter as data (RFC 4511 section 4.5.1.7), shared by ldap-server and connector. */

/**
 * Filters inside each other, the innermost counted: clients nest four or five, generated filters ten. What reads
 * filters refuses more, so what walks them may recurse.
 */
export const FILTER_DEPTH_MAX = 32;

/** Attribute descriptions are kept as written; compare them with foldAttribute. Values are octet strings. */
export type Filter =
  | { readonly type: 'and'; readonly filters: readonly Filter[] }
  | { readonly type: 'or'; readonly filters: readonly Filter[] }
  | { readonly type: 'not'; readonly filter: Filter }
  | { readonly type: 'equality'; readonly attribute: string; readonly value: Buffer }
  | { readonly type: 'greater-or-equal'; readonly attribute: string; readonly value: Buffer }
  | { readonly type: 'less-or-equal'; readonly attribute: string; readonly value: Buffer }
  | { readonly type: 'approximate'; readonly attribute: string; readonly value: Buffer }
  | { readonly type: 'presence'; readonly attribute: string }
  | {
      readonly type: 'substring';
      readonly attribute: string;
      readonly initial: Buffer | null;
      readonly any: readonly Buffer[];
      readonly final: Buffer | null;
    }
  | {
      readonly type: 'extensible';
      /** Name or OID of the matching rule; null: the attribute's equality rule. */
      readonly rule: string | null;
      readonly attribute: string | null;
      readonly value: Buffer;
      readonly dnAttributes: boolean;
    };
