/** What a generator is told to do, and what it tells of it: the messages between it and the bench. */

export interface Load {
  readonly port: number;
  readonly caPem: string;
  /**
   * stream: each connection sends the requests over and over, `window` of them in flight.
   * pages: each connection sends the search operation `requests[0]` page by page, over and over.
   * visits: each connection is opened, bound, used for one request and closed, over and over.
   * once: each request is sent once, by the first connection that has nothing in flight; then the round is over.
   */
  readonly mode: 'stream' | 'pages' | 'visits' | 'once';
  readonly connections: number;
  readonly window: number;
  /** Sent first on every connection; null: nothing. */
  readonly bind: Buffer | null;
  /** Whole messages, encoded ahead; in mode pages the operation alone. */
  readonly requests: readonly Buffer[];
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface Tally {
  readonly elapsedMs: number;
  /** Requests (in mode visits: visits) that were answered, and entries, within the measured time. */
  readonly done: number;
  readonly entries: number;
  readonly bytes: number;
  /** The same from the first to the last, warm-up included. */
  readonly doneInAll: number;
  readonly entriesInAll: number;
  /** Answers with a result code other than success, by code, from first to last. */
  readonly failures: Readonly<Record<number, number>>;
  /** Requests that were never answered. */
  readonly lost: number;
  /** Of the measured time, with one request in flight; else null. */
  readonly latencyUs: { readonly p50: number; readonly p99: number; readonly max: number } | null;
}
